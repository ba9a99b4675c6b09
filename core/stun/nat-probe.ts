import type { Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import { unreachable } from '../lib/unreachable.ts'
import { Asker, type Sending } from './asker.ts'
import { addressOf, attributeTypes, xorMappedAddressOf, type StunAddress } from './attributes.ts'
import { learnFiltering } from './nat-filtering.ts'
import type { Mapping, NatFinding } from './nat-findings.ts'
import type { StunMessage } from './message.ts'
import { learnLifetime } from './nat-lifetime.ts'
import { learnMapping } from './nat-mapping.ts'
import { learnHairpin, learnSize } from './nat-passage.ts'
import { isSamePlace, readSurvey, type Surveyed } from './nat-survey.ts'
import { asking, type Probing } from './probing.ts'

export interface NatProbeOptions {
  /** Asked by nobody but us, and besides their second places nobody else is asked. */
  readonly servers: readonly StunAddress[]
  /** Our own sockets' places, in the order of their indices; `socketCount` of them. */
  readonly sockets: readonly StunAddress[]
  /** 0 ≤ n < 1. */
  readonly random: () => number
  /** The longest silence to try for the lifetime of a mapping; undefined: it is not measured. */
  readonly longestSilenceMs?: number
}

export type NatProbeInput =
  | {
      readonly kind: 'datagram'
      readonly socket: number
      readonly from: StunAddress
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'tick' }

export type NatProbeOutput =
  Sending | { readonly kind: 'found'; readonly finding: NatFinding } | { readonly kind: 'finished' }

/**
 * What kind of address translation lies between here and the servers, told by RFC 5780 §4. It never claims what it
 * has not seen: an answer counts as one from another place only if its packet came from there.
 */
export class NatProbe implements Machine<NatProbeInput, NatProbeOutput> {
  readonly #options: NatProbeOptions
  readonly #asker: Asker
  #out: NatProbeOutput[] = []
  /** Steps that are under way. */
  #open = 0
  #afterwards: (() => void) | undefined
  #isFinished = false

  constructor(now: Instant, options: NatProbeOptions) {
    this.#options = options
    this.#asker = new Asker(now, options.random)
    const answers: Surveyed[] = []
    for (const server of options.servers) {
      this.#open++
      this.#asker.ask({ socket: asking, to: server }, (reply) => {
        if (reply !== undefined) answers.push(...readSurvey(server, reply))
        if (--this.#open === 0) this.#surveyed(answers)
      })
    }
  }

  get deadline(): Instant | undefined {
    return this.#isFinished ? undefined : this.#asker.deadline
  }

  handle(now: Instant, input: NatProbeInput): NatProbeOutput[] {
    this.#asker.now = now
    this.#out = []
    if (this.#isFinished) return []
    switch (input.kind) {
      case 'datagram':
        this.#asker.take(input.socket, input.from, input.bytes)
        break
      case 'tick':
        this.#out.push(...this.#asker.tick())
        break
      default:
        unreachable(input)
    }
    if (this.#open === 0) {
      const last = this.#afterwards
      this.#afterwards = undefined
      last?.()
    }
    if (this.#open === 0) {
      this.#isFinished = true
      this.#out.push({ kind: 'finished' })
    }
    return this.#out
  }

  #surveyed(answers: readonly Surveyed[]): void {
    const [first] = answers
    if (first === undefined) return this.#found({ id: 'internet', outcome: 'blocked' })
    const { length } = this.#options.servers
    this.#found({ id: 'internet', outcome: 'answered', servers: answers.length, of: length })
    this.#tellAddress(first)
    this.#open++
    learnMapping(this.#probing, answers, (mapping) => {
      this.#mapped(answers, mapping)
      this.#open--
    })
  }

  #tellAddress({ mapped, reply }: Surveyed): void {
    const inside = this.#options.sockets[asking]
    const isSame = inside?.address === mapped.address
    this.#found({ id: 'address', outcome: isSame ? 'same' : 'translated', outside: mapped })
    if (inside !== undefined && !isSame)
      this.#found({
        id: 'ports',
        outcome: inside.port === mapped.port ? 'kept' : 'changed',
        inside: inside.port,
        outside: mapped.port,
      })
    this.#found({ id: 'alg', outcome: algIn(reply.message) })
  }

  #mapped(answers: readonly Surveyed[], mapping: Mapping | undefined): void {
    const base = answers.find(({ other }) => other !== undefined)
    const [first] = answers
    this.#step((done) => learnFiltering(this.#probing, base, mapping, done))
    if (first === undefined) return
    this.#step((done) => learnHairpin(this.#probing, first, mapping, done))
    this.#step((done) => learnSize(this.#probing, first.server, done))
    const longestMs = this.#options.longestSilenceMs
    if (longestMs === undefined) return
    // Last, and alone: nothing else may wake the mapping.
    this.#afterwards = (): void => {
      this.#step((done) => learnLifetime(this.#probing, base ?? first, mapping, longestMs, done))
    }
  }

  #step(begin: (done: () => void) => void): void {
    this.#open++
    begin(() => {
      this.#open--
    })
  }

  #found(finding: NatFinding): void {
    this.#out.push({ kind: 'found', finding })
  }

  get #probing(): Probing {
    return {
      asker: this.#asker,
      sockets: this.#options.sockets,
      found: (finding) => {
        this.#found(finding)
      },
    }
  }
}

/** Who changes addresses in packets finds the plain one, and not the one that is masked. */
function algIn(message: StunMessage): 'untouched' | 'changed' | 'unknown' {
  const plain = addressOf(message, attributeTypes.mappedAddress)
  const masked = xorMappedAddressOf(message)
  if (plain === undefined || masked === undefined) return 'unknown'
  return isSamePlace(plain, masked) ? 'untouched' : 'changed'
}
