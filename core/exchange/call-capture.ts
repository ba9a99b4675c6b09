import type { Instant } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { CommandResult } from './commands.ts'
import type { Call } from './calls.ts'
import { withoutSecrets, type WireMessage } from './call-wire.ts'
import type { Exchange } from './exchange.ts'

/** What a capture of a call is made of, but for the media itself. Instants are those of the exchange's clock. */
export interface CaptureParts {
  readonly callId: string
  readonly isOver: boolean
  readonly messages: readonly CapturedMessage[]
  /** Messages have given way to newer ones. */
  readonly isCut: boolean
  /** Of the pairs of our relay that the call has or had. */
  readonly pairs: readonly number[]
}

export interface CapturedMessage {
  readonly at: Instant
  readonly from: Place
  readonly to: Place
  readonly transport: WireMessage['flow']['listener']['transport']
  readonly octets: Octets
}

interface Place {
  readonly address: string
  readonly port: number
}

/** The value is a `CaptureParts`. */
export function captureParts(exchange: Exchange, callId: string): CommandResult {
  const call = exchange.calls.find(callId)
  return call === undefined
    ? {
        ok: false,
        code: 'no-call',
        message: `No call ${callId} is known: "calls" and "calls ended" list those there are`,
      }
    : { ok: true, value: partsOf(call) }
}

function partsOf({ callId, endedAt, facts }: Call): CaptureParts {
  return {
    callId,
    isOver: endedAt !== undefined,
    messages: facts.wire.messages.map(captured),
    isCut: facts.wire.isCut,
    pairs: [...facts.streams.values()].flatMap(({ pairs }) => pairs.map(({ id }) => id)),
  }
}

function captured({ at, way, flow, octets }: WireMessage): CapturedMessage {
  const { address, port, transport } = flow.listener
  const ends = [
    { address: flow.address, port: flow.port },
    { address, port },
  ] as const
  const [from, to] = way === 'in' ? ends : [ends[1], ends[0]]
  return { at, from, to, transport, octets: withoutSecrets(octets) }
}
