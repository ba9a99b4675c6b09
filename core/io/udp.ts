import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Flow, Listener } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import { isUnicast } from '../lib/ip.ts'

/** What happens on a UDP socket. Never called from inside `send` or `openUdp`. */
export interface UdpEvents {
  datagram(flow: Flow, octets: Octets): void
  sendFailed(flow: Flow, why: string): void
  /** The socket itself complains; it stays open. */
  trouble(listener: Listener, why: string): void
}

export interface UdpSocket {
  readonly listener: Listener
  /** What the system granted; a small one loses datagrams in bursts. */
  readonly receiveBufferBytes: number
  /** Failures come as `sendFailed`. */
  send(flow: Flow, octets: Octets): void
  close(): Promise<void>
}

/**
 * Binds one socket to one address of this machine; port 0 lets the system choose.
 * Rejects with Node's error (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES` …).
 */
export async function openUdp(address: string, port: number, events: UdpEvents): Promise<UdpSocket> {
  return open({ address, port }, events, (real) => ({ transport: 'udp', address, port: real }))
}

/** A new socket in place of one that was closed: flows name it by the same listener as before. */
export async function reopenUdp(listener: Listener, events: UdpEvents): Promise<UdpSocket> {
  return open(listener, events, () => listener)
}

async function open(
  { address, port }: { readonly address: string; readonly port: number },
  events: UdpEvents,
  listenerAt: (port: number) => Listener,
): Promise<UdpSocket> {
  const isV6 = isIPv6(address)
  const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6, lookup: passLiteral })
  await bound(socket, address, port)
  const listener = listenerAt(socket.address().port)
  widen((bytes) => {
    socket.setSendBufferSize(bytes)
  })
  widen((bytes) => {
    socket.setRecvBufferSize(bytes)
  })
  socket.on('error', (error) => {
    events.trouble(listener, reasonOf(error))
  })
  socket.on('message', (message, from) => {
    // Port 0 can't be answered; the kernel lets such forged datagrams through.
    if (from.port === 0) return
    events.datagram(
      { listener, address: from.address, port: from.port, connection: undefined },
      message.toString('latin1'),
    )
  })
  return {
    listener,
    receiveBufferBytes: socket.getRecvBufferSize(),
    send: sender(socket, listener, events),
    close: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve()
        })
      }),
  }
}

/**
 * Datagrams that may wait in the process when the kernel's buffer is full. About 10 MB of SIP;
 * what would wait longer than that is better lost and retransmitted (RFC 3261 §17).
 */
const MOST_WAITING = 10_000

function sender(socket: Socket, listener: Listener, events: UdpEvents): (flow: Flow, octets: Octets) => void {
  let waiting = 0
  // One callback for all: the error carries the address, and nothing is allocated for each datagram.
  const sent = (error: Error | null): void => {
    waiting--
    if (error === null) return
    const { address = '', port = 0 } = error as SendError
    events.sendFailed({ listener, address, port, connection: undefined }, reasonOf(error))
  }
  const refuse = (flow: Flow, why: string): void => {
    process.nextTick(() => {
      events.sendFailed(flow, why)
    })
  }
  return (flow, octets) => {
    if (!isUnicast(flow.address)) {
      refuse(flow, 'not a unicast address')
    } else if (waiting >= MOST_WAITING) {
      refuse(flow, 'ENOBUFS')
    } else {
      waiting++
      try {
        socket.send(Buffer.from(octets, 'latin1'), flow.port, flow.address, sent)
      } catch (error) {
        // A port out of range or a socket that is being closed.
        waiting--
        refuse(flow, reasonOf(error as Error))
      }
    }
  }
}

interface SendError extends Error {
  readonly address?: string
  readonly port?: number
}

/** Only literals are given to `send`, so nothing may wait for a resolver. */
function passLiteral(
  address: string,
  options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, address, address.includes(':') ? 6 : 4)
}

function bound(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
}

/** Bursts of a whole office that registers at once must fit; Linux grants less without saying so. */
const BUFFER_SIZES_BYTES = [4 << 20, 1 << 20, 256 << 10]

function widen(set: (bytes: number) => void): void {
  for (const bytes of BUFFER_SIZES_BYTES) {
    try {
      set(bytes)
      return
    } catch {
      continue
    }
  }
}

function reasonOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message
}
