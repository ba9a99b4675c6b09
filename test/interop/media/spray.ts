/** Strangers who send voice to every port of a relay, and count what they are sent (RTP bleed and injection). */
import { PACKET_MS, openMedia, type MediaSocket } from './media-socket.ts'

export interface Spray {
  /** Every datagram that came to one of them. */
  readonly stolen: () => number
  readonly sent: () => number
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export interface SprayOptions {
  readonly hosts: readonly string[]
  readonly target: string
  readonly lowPort: number
  readonly highPort: number
}

/** The name that their packets carry. */
export const STRANGER = 'stranger'

export async function openSpray({ hosts, target, lowPort, highPort }: SprayOptions): Promise<Spray> {
  const sockets: MediaSocket[] = []
  for (const host of hosts) sockets.push(await openMedia(STRANGER, host))
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const everywhere = (): void => {
    for (const socket of sockets) {
      for (let port = lowPort; port <= highPort; port += 1) {
        socket.speak({ host: target, port })
        sent += 1
      }
    }
  }
  return {
    stolen: () => sockets.reduce((sum, socket) => sum + socket.datagrams(), 0),
    sent: () => sent,
    start: () => (timer ??= setInterval(everywhere, PACKET_MS)),
    stop: async () => {
      clearInterval(timer)
      await Promise.all(sockets.map((socket) => socket.close()))
    },
  }
}
