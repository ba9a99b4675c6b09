import { createSocket } from 'node:dgram'

const NAT_PMP_PORT = 5351
/** RFC 6886 §3.1: 250 ms, then twice as long each time; three tries are enough for the next machine. */
const WAITS_MS = [250, 500, 1000]

export type GatewayView =
  | { readonly kind: 'address'; readonly address: string }
  /** It speaks such a protocol, and does not tell its address. */
  | { readonly kind: 'untold'; readonly code: number }

/** The router's own outside address by NAT-PMP (RFC 6886 §3.2). Undefined: it does not answer. */
export function askNatPmp(gateway: string): Promise<GatewayView | undefined> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const finish = (view: GatewayView | undefined): void => {
      clearTimeout(timer)
      socket.close()
      resolve(view)
    }
    const ask = (tried: number): void => {
      const waitMs = WAITS_MS[tried]
      if (waitMs === undefined) return finish(undefined)
      socket.send(Uint8Array.of(0, 0), NAT_PMP_PORT, gateway, () => undefined)
      timer = setTimeout(() => {
        ask(tried + 1)
      }, waitMs)
    }
    socket.once('error', () => {
      finish(undefined)
    })
    socket.on('message', (message, from) => {
      const view = from.address === gateway && from.port === NAT_PMP_PORT ? readNatPmp(message) : undefined
      if (view !== undefined) finish(view)
    })
    socket.bind(0, () => {
      ask(0)
    })
  })
}

/**
 * ```
 * | version 0 | 128 + opcode 0 |   result code   |   seconds since start   |   outside address   |
 * ```
 * A router that speaks only PCP answers with its version and "unsupported version" (RFC 6887 §9).
 */
export function readNatPmp(message: Uint8Array): GatewayView | undefined {
  const [version, opcode, high = 0, low = 0] = message
  if (message.length < 4 || opcode === undefined || opcode < 128) return undefined
  const code = version === 0 ? high * 256 + low : low
  if (version === 0 && code === 0 && opcode === 128 && message.length === 12)
    return { kind: 'address', address: message.subarray(8, 12).join('.') }
  return { kind: 'untold', code }
}
