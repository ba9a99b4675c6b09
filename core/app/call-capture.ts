import { setTimeout as pause } from 'node:timers/promises'
import type { CapturedMessage, CaptureParts, Command, CommandResult } from '../exchange/index.ts'
import type { Clock } from '../io/index.ts'
import { createCaptureWriter, type CapturedPayload } from '../lib/pcapng.ts'
import { readRecordedPackets, type RecordedPacket } from '../rtp/index.ts'
import type { ControlAnswer } from './control-protocol.ts'
import type { MediaPorts } from './media.ts'

export interface CallCaptureParts {
  readonly ask: (command: Command) => Promise<CommandResult>
  /** Absent: no call is relayed, and captures hold its messages only. */
  readonly media: Pick<MediaPorts, 'record' | 'recorded'> | undefined
  readonly clock: Clock
  readonly program: string
}

/** What the answer to `capture` holds. */
export interface CaptureValue {
  readonly callId: string
  readonly messages: number
  /** As they came to us; each that went on is in the file twice. */
  readonly mediaPackets: number
  readonly isComplete: boolean
  /** The file, base64. */
  readonly pcapng: string
}

const LOOK_EVERY_MS = 200
/** 250 packets each way: enough for a player, and for a person to wait. */
const USUAL_SECONDS = 5

/** A call's messages and media as a file that Wireshark opens and plays. */
export class CallCapture {
  readonly #parts: CallCaptureParts
  #isAll = false
  /** Pairs that are recorded for captures under way, each as often as it is wanted. */
  readonly #watched: (readonly number[])[] = []

  constructor(parts: CallCaptureParts) {
    this.#parts = parts
  }

  /** Whether the last packets of every call are kept, so that a capture has what was said before it was asked for. */
  recordAll(isAll: boolean): void {
    this.#isAll = isAll
    this.#wish()
  }

  get isRecordingAll(): boolean {
    return this.#isAll
  }

  /** Records for so long, or until the call's end; at once where every call is recorded and no time is named. */
  async capture(callId: string, seconds: number | undefined): Promise<ControlAnswer> {
    const { clock, media } = this.#parts
    const wait = media === undefined ? 0 : (seconds ?? (this.#isAll ? 0 : USUAL_SECONDS))
    const until = clock.now() + wait * 1000
    const watch: number[] = []
    this.#watched.push(watch)
    try {
      for (;;) {
        const answer = await this.#parts.ask({ name: 'capture', callId })
        if (!answer.ok) return answer
        const parts = answer.value as CaptureParts
        this.#watch(watch, parts.pairs)
        if (parts.isOver || clock.now() >= until) return await this.#written(parts)
        await pause(Math.min(LOOK_EVERY_MS, until - clock.now()))
      }
    } finally {
      this.#watched.splice(this.#watched.indexOf(watch), 1)
      this.#wish()
    }
  }

  #watch(watch: number[], pairs: readonly number[]): void {
    if (pairs.every((pair) => watch.includes(pair))) return
    watch.splice(0, watch.length, ...pairs)
    this.#wish()
  }

  #wish(): void {
    this.#parts.media?.record({ isAll: this.#isAll, pairs: this.#watched.flat() })
  }

  async #written({ callId, messages, pairs, isCut }: CaptureParts): Promise<ControlAnswer> {
    const { media, clock, program } = this.#parts
    const recorded = media === undefined ? undefined : await media.recorded(pairs)
    const packets = recorded === undefined ? [] : readRecordedPackets(recorded)
    const zeroMs = clock.wallMs() - clock.now()
    const value: CaptureValue = {
      callId,
      messages: messages.length,
      mediaPackets: packets.length,
      isComplete: !isCut,
      pcapng: Buffer.from(writeCapture(program, zeroMs, messages, packets)).toString('base64'),
    }
    return { ok: true, value }
  }
}

/** @param zeroMs what the wall clock shows at instant 0 */
function writeCapture(
  program: string,
  zeroMs: number,
  messages: readonly CapturedMessage[],
  packets: readonly RecordedPacket[],
): Uint8Array {
  const payloads = [
    ...messages.map((message) => payloadOfMessage(message, zeroMs)),
    ...packets.flatMap((packet) => payloadsOfPacket(packet, zeroMs)),
  ]
  payloads.sort((one, other) => one.atMs - other.atMs)
  const writer = createCaptureWriter(program)
  return Buffer.concat([writer.head(), ...payloads.flatMap((payload) => writer.packet(payload) ?? [])])
}

/** What came in TLS or in a WebSocket is shown as a datagram: the octets on the wire would tell nobody anything. */
function payloadOfMessage(
  { at, from, to, transport, octets }: CapturedMessage,
  zeroMs: number,
): CapturedPayload {
  const isPlain = transport === 'udp' || transport === 'tcp'
  return {
    atMs: zeroMs + at,
    from,
    to,
    transport: transport === 'tcp' ? 'tcp' : 'udp',
    payload: Buffer.from(octets, 'latin1'),
    ...(isPlain ? {} : { comment: `over ${transport}` }),
  }
}

/** As it came, and as it went on at that instant. */
function payloadsOfPacket(
  { at, from, to, onward, payload }: RecordedPacket,
  zeroMs: number,
): CapturedPayload[] {
  const atMs = zeroMs + at
  const came = { atMs, from, to, transport: 'udp', payload } as const
  if (onward === undefined) return [{ ...came, comment: 'not passed on' }]
  return [came, { atMs, from: onward.from, to: onward.to, transport: 'udp', payload }]
}
