/** One end of a voice stream: numbered packets out, and a count of what came in from whom. Its own few lines of RTP. */
import { createSocket, type Socket } from 'node:dgram'
import type { Place } from '../phone/text.ts'

export interface MediaSocket extends Place {
  /** Numbers of the packets that came, by the name of their speaker, each as often as it came. */
  readonly heard: ReadonlyMap<string, readonly number[]>
  /** All datagrams that came, of whatever kind. */
  readonly datagrams: () => number
  /** The next packet goes to this place; gives its number. */
  readonly speak: (to: Place) => number
  readonly close: () => Promise<void>
}

export const PACKET_MS = 20
const RTP_HEAD_BYTES = 12
const SAMPLES = 160
const BUFFER_BYTES = 1024 * 1024
/** Ends the speaker's name in a payload. */
const NAME_END = 0

/** `name` travels in each packet, so that a receiver can tell whose voice it was. */
export async function openMedia(name: string, host: string, port = 0): Promise<MediaSocket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES })
  socket.on('error', () => undefined)
  await bound(socket, host, port)
  const heard = new Map<string, number[]>()
  const packet = voicePacket(name)
  let arrived = 0
  let next = 0
  let isOpen = true
  socket.on('message', (bytes) => {
    arrived += 1
    const spoken = readVoice(bytes)
    if (spoken === undefined) return
    const known = heard.get(spoken.name)
    if (known) known.push(spoken.number)
    else heard.set(spoken.name, [spoken.number])
  })
  return {
    host,
    port: socket.address().port,
    heard,
    datagrams: () => arrived,
    speak: (to) => {
      const number = next
      next += 1
      packet.writeUInt16BE(number & 0xffff, 2)
      packet.writeUInt32BE((number * SAMPLES) >>> 0, 4)
      packet.writeUInt32BE(number, RTP_HEAD_BYTES)
      if (isOpen) socket.send(Buffer.from(packet), to.port, to.host)
      return number
    },
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) return resolve()
        isOpen = false
        socket.close(() => resolve())
      }),
  }
}

/** G.711 μ-law (payload type 0, RFC 3551) of a rough tone, with room for a number and the speaker's name. */
function voicePacket(name: string): Buffer {
  const packet = Buffer.alloc(RTP_HEAD_BYTES + SAMPLES)
  packet[0] = 0x80
  packet.writeUInt32BE(Math.floor(Math.random() * 0x1_0000_0000), 8)
  for (let at = RTP_HEAD_BYTES; at < packet.length; at += 1) packet[at] = at % 16 < 8 ? 0x90 : 0x10
  packet.write(`${name}\0`, RTP_HEAD_BYTES + 4, 'latin1')
  return packet
}

function readVoice(bytes: Buffer): { name: string; number: number } | undefined {
  if (bytes.length !== RTP_HEAD_BYTES + SAMPLES || bytes[0] !== 0x80 || bytes[1] !== 0) return undefined
  const from = RTP_HEAD_BYTES + 4
  const end = bytes.indexOf(NAME_END, from)
  return { number: bytes.readUInt32BE(RTP_HEAD_BYTES), name: bytes.toString('latin1', from, end) }
}

function bound(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => resolve())
  })
}
