/**
 * A process that plays the phones of many calls: they send G.711 packets at a steady rate and count what comes.
 * Forked by the bench; speaks with it over the process's channel.
 */
import { createSocket, type Socket } from 'node:dgram'

export type ToPhones =
  | { readonly kind: 'open'; readonly sockets: number; readonly address: string }
  | {
      readonly kind: 'talk'
      readonly flows: readonly Flow[]
      readonly packetsPerSecond: number
      readonly durationMs: number
      /** Rounds of sending are so far apart; 0 sends each packet when it is due, at the price of a whole core. */
      readonly pauseMs: number
    }

/** A phone's packets: from which of the opened sockets, and to which port of the relay. */
export interface Flow {
  readonly socket: number
  readonly address: string
  readonly port: number
}

export type FromPhones =
  | { readonly kind: 'opened'; readonly ports: readonly number[] }
  | { readonly kind: 'talked'; readonly talk: Talk }

export interface Talk {
  readonly sent: number
  readonly received: number
  /** From the phone's own sending to its receiving; sorted. */
  readonly delaysMs: readonly number[]
}

const PACKET_BYTES = 172
const STAMP_AT = 12
const AFTERMATH_MS = 300
const MOST_DELAYS = 400_000

const sockets: Socket[] = []
const cell = new Int32Array(new SharedArrayBuffer(4))
let received = 0
let delayCount = 0
const delays = new Float64Array(MOST_DELAYS)

process.on('message', (message: ToPhones) => {
  if (message.kind === 'open')
    void open(message.sockets, message.address).then((ports) => tell({ kind: 'opened', ports }))
  else talk(message, (done) => tell({ kind: 'talked', talk: done }))
})

function tell(message: FromPhones): void {
  process.send?.(message)
}

async function open(count: number, address: string): Promise<number[]> {
  for (let opened = 0; opened < count; opened++) {
    const socket = createSocket({
      type: 'udp4',
      lookup: (host, _options, callback) => callback(null, host, 4),
    })
    await new Promise<void>((resolve) => socket.bind(0, address, resolve))
    socket.on('message', (packet) => {
      received++
      if (delayCount < MOST_DELAYS && packet.length === PACKET_BYTES) {
        delays[delayCount++] = performance.now() - packet.readDoubleLE(STAMP_AT)
      }
    })
    sockets.push(socket)
  }
  return sockets.map((socket) => socket.address().port)
}

function talk(order: Extract<ToPhones, { kind: 'talk' }>, done: (talk: Talk) => void): void {
  const { flows, packetsPerSecond, durationMs, pauseMs } = order
  const packets = flows.map((_, index) => firstPacket(index))
  const startedAt = performance.now()
  const total = Math.floor((packetsPerSecond * durationMs) / 1000)
  let sent = 0
  received = delayCount = 0
  const round = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * packetsPerSecond) / 1000))
    for (; sent < due; sent++) {
      const flow = flows[sent % flows.length]!
      const packet = packets[sent % flows.length]!
      advance(packet)
      sockets[flow.socket]!.send(packet, flow.port, flow.address)
    }
    if (sent < total) {
      if (pauseMs > 0) Atomics.wait(cell, 0, 0, pauseMs)
      setImmediate(round)
    } else {
      setTimeout(
        () => done({ sent, received, delaysMs: [...delays.subarray(0, delayCount).sort()] }),
        AFTERMATH_MS,
      )
    }
  }
  round()
}

/** PCMU with something in it that is not silence. */
function firstPacket(index: number): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES, 0x2a)
  packet.writeUInt16BE(0x8000, 0)
  packet.writeUInt32BE(0x5100_0000 + index, 8)
  return packet
}

function advance(packet: Buffer): void {
  packet.writeUInt16BE((packet.readUInt16BE(2) + 1) & 0xffff, 2)
  packet.writeUInt32BE((packet.readUInt32BE(4) + 160) >>> 0, 4)
  packet.writeDoubleLE(performance.now(), STAMP_AT)
}
