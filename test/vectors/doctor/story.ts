import type {
  CaseEvent,
  CaseFacts,
  DescribedVoice,
  HostFacts,
  MediaFacts,
  PartyFacts,
  SentFacts,
  Side,
  SignallingFacts,
  SoftphoneFacts,
} from '../../../core/doctor/case-facts.ts'
import type { Cause, Confidence } from '../../../core/doctor/verdict.ts'

/** A recorded call, what is to be found in it, and about whom. */
export interface Story {
  readonly name: string
  readonly is: Cause
  readonly who?: Side
  readonly confidence?: Confidence
  readonly facts: CaseFacts
}

/** Something that makes a call different from an ordinary one. */
export type Twist = (facts: CaseFacts) => CaseFacts

/** An ordinary call that differs by the twists. */
export function story(name: string, is: Cause | readonly [Cause, Side, Confidence?], ...twists: Twist[]): Story {
  const [cause, who, confidence] = typeof is === 'string' ? [is] : is
  return {
    name,
    is: cause,
    ...(who === undefined ? {} : { who }),
    ...(confidence === undefined ? {} : { confidence }),
    facts: twists.reduce((facts, twist) => twist(facts), ordinary),
  }
}

const PCMA = { type: 8, encoding: 'pcma', clockHz: 8000 }
const PCMU = { type: 0, encoding: 'pcmu', clockHz: 8000 }
const EVENTS = { type: 101, encoding: 'telephone-event', clockHz: 8000 }
export const codecs = {
  PCMA,
  PCMU,
  EVENTS,
  G722: { type: 9, encoding: 'g722', clockHz: 8000 },
  G729: { type: 18, encoding: 'g729', clockHz: 8000 },
  OPUS: { type: 111, encoding: 'opus', clockHz: 48000 },
} as const

const ours = '192.168.1.20'

function described(address: string, port: number, atMs: number, message: string): DescribedVoice {
  return {
    address,
    port,
    atMs,
    message,
    protocol: 'RTP/AVP',
    direction: 'sendrecv',
    formats: [PCMA, PCMU, EVENTS],
    packetTimeMs: 20,
  }
}

function speaking(address: string, port: number, ssrc: string): MediaFacts {
  return {
    packets: 500,
    firstMs: 3_100,
    lastMs: 13_000,
    rate: 50,
    sources: { [`${address}:${port}`]: 500 },
    refused: {},
    payloadTypes: { 8: 500 },
    ssrcs: [ssrc],
    lossShare: 0,
    jitterMs: 2,
    gapMs: 20,
    longestGapMs: 40,
    rtcpPackets: 2,
    stunPackets: 0,
    kind: 'speech',
    sent: {
      packets: 500,
      rate: 50,
      to: { address, port, from: 'description' },
      errors: {},
      withheld: {},
      reportedLoss: 0,
    },
  }
}

function party(name: string, address: string, port: number, atMs: number, message: string): PartyFacts {
  return {
    name,
    source: { address, port: 5060 },
    via: { address, port: 5060 },
    contact: { address, port: 5060 },
    userAgent: 'Example Desk 3.1',
    descriptions: [described(address, port, atMs, message)],
    told: described(ours, name === '101' ? 35_000 : 35_002, 3_000, message),
    media: speaking(address, port, name),
  }
}

/** 101 calls 102 in one office network, answered after three seconds, ten seconds of talk, relayed. */
const ordinary: CaseFacts = {
  ageMs: 13_000,
  answeredMs: 3_000,
  status: 200,
  path: 'relayed',
  caller: party('101', '192.168.1.11', 40_000, 0, 'INVITE'),
  callee: party('102', '192.168.1.12', 41_000, 3_000, '200 INVITE'),
  signalling: {
    acknowledgedMs: 3_050,
    answerCopies: 0,
    answers: 1,
    earlyDescriptions: 0,
    ringingMs: 400,
    changes: [],
    largest: { what: 'INVITE', bytes: 900, isDatagram: true },
  },
}

/** The same object without some of its fields. */
export function without<T extends object, K extends keyof T>(from: T, ...keys: K[]): Omit<T, K> {
  const rest = { ...from }
  for (const key of keys) Reflect.deleteProperty(rest, key)
  return rest
}

export function other(side: Side): Side {
  return side === 'caller' ? 'callee' : 'caller'
}

export function call(changes: Partial<CaseFacts>): Twist {
  return (facts) => ({ ...facts, ...changes })
}

export function of(side: Side, changes: Partial<PartyFacts>): Twist {
  return (facts) => ({ ...facts, [side]: { ...facts[side], ...changes } })
}

export function media(side: Side, changes: Partial<MediaFacts>): Twist {
  return (facts) => of(side, { media: { ...facts[side].media, ...changes } })(facts)
}

export function sent(side: Side, changes: Partial<SentFacts>): Twist {
  return (facts) => media(side, { sent: { ...facts[side].media.sent, ...changes } })(facts)
}

/** Changes what a party described last. */
export function describes(side: Side, changes: Partial<DescribedVoice>): Twist {
  return (facts) => {
    const { descriptions } = facts[side]
    const last = descriptions.at(-1)
    if (last === undefined) throw new Error('there is no description to change')
    return of(side, { descriptions: [...descriptions.slice(0, -1), { ...last, ...changes }] })(facts)
  }
}

/** A further offer or answer of a party. */
export function describesAgain(side: Side, atMs: number, changes: Partial<DescribedVoice> = {}): Twist {
  return (facts) => {
    const { descriptions } = facts[side]
    const first = descriptions[0]
    if (first === undefined) throw new Error('there is no description to repeat')
    const message = side === 'caller' ? 'INVITE' : '200 INVITE'
    return of(side, { descriptions: [...descriptions, { ...first, atMs, message, ...changes }] })(facts)
  }
}

export function told(side: Side, changes: Partial<DescribedVoice>): Twist {
  return (facts) => of(side, { told: { ...described(ours, 35_000, 3_000, 'INVITE'), ...facts[side].told, ...changes } })(facts)
}

export function signalling(changes: Partial<SignallingFacts>): Twist {
  return (facts) => ({ ...facts, signalling: { ...facts.signalling, ...changes } })
}

export function changed(
  atMs: number,
  by: Side,
  why: SignallingFacts['changes'][number]['why'] = 'change',
  status = 200,
): Twist {
  return (facts) => signalling({ changes: [...facts.signalling.changes, { atMs, by, why, status }] })(facts)
}

export function host(changes: HostFacts): Twist {
  return (facts) => ({ ...facts, host: { ...facts.host, ...changes } })
}

export function softphone(side: Side, changes: SoftphoneFacts): Twist {
  return (facts) => of(side, { userAgent: 'Sidetone window', softphone: { ...facts[side].softphone, ...changes } })(facts)
}

export function event(what: CaseEvent['what'], atMs: number, more: Partial<CaseEvent> = {}): Twist {
  return (facts) => ({ ...facts, events: [...(facts.events ?? []), { what, atMs, ...more }] })
}

export function complains(...sides: Side[]): Twist {
  return call({ complaints: sides })
}

/** Not a packet came from it, and so none went on. */
export function silent(side: Side): Twist {
  return (facts) => {
    const none: MediaFacts = {
      packets: 0,
      rate: 0,
      sources: {},
      refused: {},
      payloadTypes: {},
      ssrcs: [],
      lossShare: 0,
      jitterMs: 0,
      rtcpPackets: 0,
      stunPackets: 0,
      kind: 'none',
      sent: facts[side].media.sent,
    }
    const peer = other(side)
    const unreported = without(facts[peer].media.sent, 'reportedLoss')
    const hushed = of(side, { media: none })(facts)
    return media(peer, { sent: { ...unreported, packets: 0, rate: 0 } })(hushed)
  }
}

/** It spoke from the answer on and then stopped. */
export function stopped(side: Side, lastMs: number): Twist {
  return (facts) => {
    const spoken = Math.max(1, Math.round((lastMs - 3_100) / 20))
    const quiet = media(side, { packets: spoken, lastMs, rate: 0, kind: 'none' })(facts)
    return sent(other(side), { packets: spoken, rate: 0 })(quiet)
  }
}

/** It is heard of by signalling and by voice from elsewhere than it thinks. */
export function behindNat(side: Side, inside: string, outside: string, voicePort = 62_001): Twist {
  return (facts) => {
    const moved = of(side, {
      source: { address: outside, port: 61_000 },
      via: { address: inside, port: 5060 },
      contact: { address: inside, port: 5060 },
    })(facts)
    const named = describes(side, { address: inside })(moved)
    const heard = media(side, { sources: { [`${outside}:${voicePort}`]: 500 } })(named)
    return sent(side, { to: { address: outside, port: voicePort, from: 'learned' } })(heard)
  }
}

/** Nobody sees its packets: the phones send to one another. */
export function direct(): Twist {
  return (facts) => {
    const blind = call({ path: 'direct' })(silent('callee')(silent('caller')(facts)))
    const blindSent: SentFacts = { packets: 0, rate: 0, errors: {}, withheld: {} }
    const quiet = sent('caller', blindSent)(sent('callee', blindSent)(blind))
    const withoutPlaces = (side: Side): PartyFacts => {
      const rest = without(quiet[side].media.sent, 'to', 'reportedLoss')
      const peer = quiet[other(side)].descriptions.at(-1)
      return {
        ...quiet[side],
        ...(peer === undefined ? {} : { told: peer }),
        media: { ...quiet[side].media, sent: rest },
      }
    }
    return { ...quiet, caller: withoutPlaces('caller'), callee: withoutPlaces('callee') }
  }
}
