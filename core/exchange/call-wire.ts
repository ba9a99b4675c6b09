import { detached } from '../lib/detached.ts'
import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'

/** A message as it crossed one of our sockets. */
export interface WireMessage {
  readonly at: Instant
  readonly way: 'in' | 'out'
  readonly flow: Flow
  readonly octets: Octets
}

/** Of one call: how it began and how it goes on at present. */
const mostMessages = 96
const firstMessages = 32
/** Of all calls together; an office's busy hour. The oldest calls give way. */
const usualMostOctets = 32 << 20

/** The messages of one call, copies included, both from the phones and to them. */
export class CallWire {
  readonly messages: WireMessage[] = []
  octets = 0
  /** Some have given way to newer ones. */
  isCut = false

  /** @returns by how much the octets have grown */
  add(message: WireMessage): number {
    const before = this.octets
    this.messages.push(message)
    this.octets += message.octets.length
    if (this.messages.length > mostMessages) {
      const [gone] = this.messages.splice(firstMessages, 1)
      this.octets -= gone?.octets.length ?? 0
      this.isCut = true
    }
    return this.octets - before
  }

  clear(): number {
    const before = this.octets
    this.isCut ||= this.messages.length > 0
    this.messages.length = 0
    this.octets = 0
    return before
  }
}

/** What went over the wire for each call that can still be asked about, within a bound for all of them. */
export class CallWires {
  /** In order of beginning. */
  readonly #wires = new Map<string, CallWire>()
  readonly #mostOctets: number
  #octets = 0

  constructor(mostOctets = usualMostOctets) {
    this.#mostOctets = mostOctets
  }

  begin(callId: string, wire: CallWire): void {
    const before = this.#wires.get(callId)
    if (before !== undefined) this.forget(callId, before)
    this.#wires.set(callId, wire)
  }

  /** Nobody can ask for that call any more. */
  forget(callId: string, wire: CallWire): void {
    if (this.#wires.get(callId) !== wire) return
    this.#wires.delete(callId)
    this.#octets -= wire.octets
  }

  came(at: Instant, callId: string, flow: Flow, octets: Octets): void {
    const wire = this.#wires.get(callId)
    if (wire === undefined) return
    // A message of a stream is a window into what came with it.
    const kept = isStream(flow.listener.transport) ? detached(octets) : octets
    this.#add(wire, { at, way: 'in', flow, octets: kept })
  }

  went(at: Instant, flow: Flow, octets: Octets): void {
    if (this.#wires.size === 0) return
    const wire = this.#wires.get(callIdIn(octets) ?? '')
    if (wire !== undefined) this.#add(wire, { at, way: 'out', flow, octets })
  }

  #add(wire: CallWire, message: WireMessage): void {
    this.#octets += wire.add(message)
    if (this.#octets <= this.#mostOctets) return
    for (const oldest of this.#wires.values()) {
      this.#octets -= oldest.clear()
      if (this.#octets <= this.#mostOctets / 2) return
    }
  }
}

const usualName = '\r\nCall-ID: '
/** RFC 3261 §7.3: names in any case, the short form, space before the colon. */
const anyName = /\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/i

/** Without parsing: every message that leaves is looked at. */
function callIdIn(octets: Octets): string | undefined {
  const at = octets.indexOf(usualName)
  if (at < 0) return anyName.exec(octets)?.[1]?.trimEnd()
  const from = at + usualName.length
  return octets.slice(from, octets.indexOf('\r\n', from)).trim()
}

/** Whoever reads a capture needs neither an answer to try passwords on nor keys; lengths stay as they were. */
export function withoutSecrets(octets: Octets): Octets {
  return octets
    .replace(
      /^((?:proxy-)?authorization[ \t]*:[ \t]*)([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/gim,
      (_, name: string, value: string) => name + maskedCredentials(value),
    )
    .replace(/(\binline:|\bice-pwd:)([^\s|]+)/gi, (_, name: string, secret: string) => name + mask(secret))
}

function maskedCredentials(value: string): string {
  if (!/^digest\s/i.test(value)) return value.replace(/[^\s]+/g, mask)
  return value.replace(
    /(\bresponse[ \t]*=[ \t]*"?)([^",\s]+)/gi,
    (_, name: string, secret: string) => name + mask(secret),
  )
}

function mask(secret: string): string {
  return 'x'.repeat(secret.length)
}
