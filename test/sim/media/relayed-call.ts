/** A `Relay` with one call on it, in virtual time: what each side's sockets send out is kept. */
import { instant, type Instant } from '../../../core/lib/instant.ts'
import {
  Relay,
  type Hop,
  type RelayOutput,
  type RelayReport,
  type StreamEnd,
} from '../../../core/rtp/index.ts'

export interface Passed {
  readonly at: number
  readonly hop: Hop
  readonly packet: Uint8Array
}

export const relayAddress = '203.0.113.1'
export const alicePlace = { address: '198.51.100.10', port: 4000 }
export const bobPlace = { address: '198.51.100.20', port: 6000 }

const formats = [
  { type: 0, encoding: 'pcmu', clockHz: 8000 },
  { type: 101, encoding: 'telephone-event', clockHz: 8000 },
]

/** An end whose description is true. */
export function endAt(pair: number, place: { address: string; port: number }): StreamEnd {
  return {
    pair,
    rtp: place,
    rtcp: { address: place.address, port: place.port + 1 },
    isMultiplexed: false,
    plausible: [place.address],
    isAsymmetric: false,
    mayReceive: true,
    maySend: true,
    formats,
    packetTimeMs: 20,
  }
}

export class RelayedCall {
  now: Instant = instant(0)
  readonly relay = new Relay([{ address: relayAddress, lowPort: 40_000, highPort: 40_099 }])
  readonly passed: Passed[] = []
  readonly outputs: RelayOutput[] = []
  a: StreamEnd
  b: StreamEnd
  #revision = 0

  constructor(ends: { readonly a?: Partial<StreamEnd>; readonly b?: Partial<StreamEnd> } = {}) {
    this.relay.open({ id: 11, address: relayAddress, port: 40_000 })
    this.relay.open({ id: 22, address: relayAddress, port: 40_002 })
    this.a = { ...endAt(11, alicePlace), ...ends.a }
    this.b = { ...endAt(22, bobPlace), ...ends.b }
    this.describe()
  }

  /** An offer or answer passed. */
  describe(ends: { readonly a?: Partial<StreamEnd>; readonly b?: Partial<StreamEnd> } = {}): void {
    this.a = { ...this.a, ...ends.a }
    this.b = { ...this.b, ...ends.b }
    this.#keep(this.relay.connect(this.now, { stream: 1, revision: ++this.#revision, a: this.a, b: this.b }))
  }

  /** At the relay's port that faces a or b; `rtcp` at the port above. Gives where it goes on. */
  arrive(
    side: 'a' | 'b',
    from: { readonly address: string; readonly port: number },
    packet: Uint8Array,
    component: 'rtp' | 'rtcp' = 'rtp',
  ): Hop | undefined {
    const key = (side === 'a' ? 0 : 2) + (component === 'rtp' ? 0 : 1)
    const hop = this.relay.route(this.now, key, from.address, from.port, packet, packet.length)
    if (hop !== undefined) this.passed.push({ at: this.now, hop, packet })
    return hop
  }

  /** Time passes, with the relay's ticks. */
  pass(ms: number): void {
    const until = this.now + ms
    while (this.now < until) {
      this.now = instant(Math.min(until, this.now + 25))
      this.#keep(this.relay.tick(this.now))
    }
  }

  get reports(): RelayReport[] {
    return this.outputs.flatMap((output) => (output.kind === 'report' ? [output.report] : []))
  }

  end(): Extract<RelayReport, { kind: 'closed' }> {
    this.#keep(this.relay.disconnect(this.now, 1))
    const closed = this.reports.findLast((report) => report.kind === 'closed')
    if (closed === undefined) throw new Error('the stream was not closed')
    return closed
  }

  #keep(outputs: readonly RelayOutput[]): void {
    this.outputs.push(...outputs)
  }
}
