import type { CaseFacts, DescribedVoice, PartyFacts, Place, Side } from './case-facts.ts'
import type { Evidence, EvidenceCode } from './verdict.ts'

/** Before this no silence means anything: phones open their sockets, networks learn. */
const START_GRACE_MS = 3_000
/** Checks and keys come first (RFC 8445, RFC 5763). */
const SECURE_GRACE_MS = 5_000
const CHANGE_GRACE_MS = 1_000
const FLOWING_RATE = 10
const DEAD_MS = 3_000
/** Receiver reports round to 1/256; beyond this nothing has arrived. */
const LOST_SHARE = 0.95

export const sides: readonly Side[] = ['caller', 'callee']

export function otherSide(side: Side): Side {
  return side === 'caller' ? 'callee' : 'caller'
}

/** The voice of one phone up to the middle. */
export type Arrival = 'flows' | 'thin' | 'stopped' | 'never' | 'unseen'

/** A call with the questions that rules ask again and again. */
export class Look {
  readonly facts: CaseFacts

  constructor(facts: CaseFacts) {
    this.facts = facts
  }

  party(side: Side): PartyFacts {
    return this.facts[side]
  }

  /** The description that is in force. */
  voice(side: Side): DescribedVoice | undefined {
    return this.facts[side].descriptions.at(-1)
  }

  get isAnswered(): boolean {
    return this.facts.answeredMs !== undefined
  }

  get isDirect(): boolean {
    return this.facts.path === 'direct'
  }

  /** Too early for a verdict on silence. */
  get isYoung(): boolean {
    const { ageMs, answeredMs = ageMs, signalling, ended } = this.facts
    if (ended !== undefined) return false
    const graceMs = sides.some((side) => this.hasChecks(side)) ? SECURE_GRACE_MS : START_GRACE_MS
    if (ageMs - answeredMs < graceMs) return true
    return signalling.changes.some(({ atMs }) => ageMs - atMs < CHANGE_GRACE_MS)
  }

  hasChecks(side: Side): boolean {
    return this.voice(side)?.candidates !== undefined || this.party(side).softphone !== undefined
  }

  arrival(side: Side): Arrival {
    if (this.isDirect) return 'unseen'
    const { packets, rate, firstMs = 0, lastMs } = this.party(side).media
    if (packets === 0 || lastMs === undefined) return 'never'
    if (rate >= FLOWING_RATE) return 'flows'
    if (this.facts.ageMs - lastMs >= DEAD_MS) return 'stopped'
    const seconds = (lastMs - firstMs) / 1_000
    return rate === 0 && seconds > 1 && packets / seconds >= FLOWING_RATE ? 'flows' : 'thin'
  }

  /** Its voice ought to come and does not. */
  isMissing(side: Side): boolean {
    const arrival = this.arrival(side)
    return this.ought(side) && (arrival === 'never' || arrival === 'stopped')
  }

  /** Its voice ought to reach the other side by what both have said; one that holds may well send nothing. */
  ought(side: Side): boolean {
    const own = this.voice(side)
    const peer = this.voice(otherSide(side))
    if (!this.isAnswered || own === undefined || peer === undefined) return this.isAnswered
    if (this.facts.signalling.isAnnouncement === true && side === 'callee') return false
    return !this.isHeld(otherSide(side)) && own.port !== 0 && own.direction === 'sendrecv' && receives(peer)
  }

  /** 0.0.0.0, which is no hold where candidates tell the place (RFC 8839 §4.4.1). */
  isHeld(side: Side): boolean {
    const voice = this.voice(side)
    return voice !== undefined && holds(voice)
  }

  /** What is sent to it does not arrive, by its own reports. */
  isLost(side: Side): boolean {
    const { reportedLoss } = this.party(side).media.sent
    return reportedLoss !== undefined && reportedLoss >= LOST_SHARE && this.ought(otherSide(side))
  }

  refusals(side: Side): number {
    return Object.values(this.party(side).media.sent.errors).reduce((sum, count) => sum + count, 0)
  }

  /** Something of this phone's voice is wrong, either way. */
  isAiling(side: Side): boolean {
    if (this.isDirect) return this.complaints.length > 0
    return this.isMissing(side) || this.isLost(side) || this.refusals(side) > 0
  }

  /** When its voice stopped, if it had begun. */
  stoppedMs(side: Side): number | undefined {
    return this.arrival(side) === 'stopped' ? this.party(side).media.lastMs : undefined
  }

  get complaints(): readonly Side[] {
    return this.facts.complaints ?? []
  }

  /** Where most of its voice came from. */
  voiceSource(side: Side): Place | undefined {
    return mainPlace(this.party(side).media.sources)
  }

  /** Who cannot hear: from what arrives, and from what people say where nobody sees. */
  get deaf(): readonly Side[] {
    if (!this.isAnswered) return []
    return sides.filter((side) => {
      const peer = otherSide(side)
      return this.complaints.includes(side) || this.isMissing(peer) || this.isLost(side)
    })
  }
}

export function holds(voice: DescribedVoice): boolean {
  return voice.candidates === undefined && (voice.address === '0.0.0.0' || voice.address === '::')
}

export function sends({ direction }: DescribedVoice): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

export function receives({ direction }: DescribedVoice): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

export function isSecure({ protocol }: DescribedVoice): boolean {
  return protocol.includes('SAVP')
}

/** By the usual size of an office network; what is known of interfaces says more. */
export function areNear(one: string, other: string): boolean {
  const prefix = (address: string): string =>
    address.includes(':')
      ? address.split(':').slice(0, 4).join(':')
      : address.slice(0, address.lastIndexOf('.'))
  return prefix(one) === prefix(other)
}

export function printPlace({ address, port }: Place): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export function readPlace(text: string): Place | undefined {
  const at = text.lastIndexOf(':')
  const port = Number(text.slice(at + 1))
  if (at < 0 || !Number.isInteger(port)) return undefined
  return { address: text.slice(0, at).replace(/^\[|\]$/g, ''), port }
}

export function mainPlace(counts: Readonly<Record<string, number>>): Place | undefined {
  let most: [string, number] = ['', 0]
  for (const entry of Object.entries(counts)) if (entry[0] !== 'others' && entry[1] > most[1]) most = entry
  return readPlace(most[0])
}

export function saw(code: EvidenceCode, values: Readonly<Record<string, string | number>> = {}): Evidence {
  return {
    code,
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  }
}
