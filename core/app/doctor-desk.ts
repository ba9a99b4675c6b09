import type { CallRow, Diagnosis } from '../api/index.ts'
import {
  caseOfCall,
  diagnose,
  fourArrows,
  type CaseFacts,
  type HostFacts,
  type Side,
} from '../doctor/index.ts'
import type { Exchange } from '../exchange/index.ts'
import { interfaceAddresses } from '../io/index.ts'
import type { ControlAnswer } from './control-protocol.ts'
import { shownText } from './shown-text.ts'

/** Adapters that lead into one computer or into a tunnel, by the names that systems give them. */
const virtualNames = /^(docker|br-|veth|vboxnet|vmnet|virbr|vEthernet)/i
const tunnelNames = /^(tun|tap|wg|tailscale|utun|ppp|zt)/i

export function answerDiagnose(exchange: Exchange, callId: string, now: number): ControlAnswer {
  const value = diagnoseCall(exchange, callId, now)
  if (value !== undefined) return { ok: true, value }
  const message = `No call ${callId} goes on or is remembered: sidetone ctl calls lists them.`
  return { ok: false, code: 'not-found', message }
}

/** The diagnosis of one call that goes on or is remembered; undefined where nobody knows it. */
function diagnoseCall(exchange: Exchange, callId: string, now: number): Diagnosis | undefined {
  const call = exchange.calls.find(callId)
  if (call === undefined) return undefined
  const facts = caseOfCall(call, now, { host: hostFacts() })
  return diagnosisOf(facts, {
    callId: shownText(call.callId),
    from: shownText(call.from),
    to: shownText(call.to),
    isLive: call.endedAt === undefined,
  })
}

/** The four arrows of a call that goes on. */
export function voiceOf(exchange: Exchange, callId: string, now: number): CallRow['voice'] | undefined {
  const call = exchange.calls.find(callId)
  return call === undefined ? undefined : fourArrows(caseOfCall(call, now)).map(({ state }) => state)
}

export function diagnosisOf(
  facts: CaseFacts,
  about: Pick<Diagnosis, 'callId' | 'from' | 'to' | 'isLive'>,
): Diagnosis {
  const { deaf, evidence, ruledOut, also, values, cause, confidence, weight } = diagnose(facts)
  const nameOf = (side: Side): string => shownText(facts[side].name)
  return {
    ...about,
    cause,
    confidence,
    weight,
    seconds: Math.max(0, Math.floor((facts.ageMs - (facts.answeredMs ?? facts.ageMs)) / 1000)),
    deaf: deaf.map((side) => ({ who: nameOf(side), other: nameOf(side === 'caller' ? 'callee' : 'caller') })),
    values: shownValues(values),
    evidence: evidence.map((one) => ({ code: one.code, values: shownValues(one.values) })),
    ruledOut: [...ruledOut],
    also: [...also],
    arrows: fourArrows(facts).map((arrow) => ({ ...arrow })),
  }
}

function shownValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownText(value)]))
}

function hostFacts(): HostFacts {
  const interfaces = interfaceAddresses().map(({ name, address }) => {
    const kind = tunnelNames.test(name) ? 'vpn' : virtualNames.test(name) ? 'virtual' : 'physical'
    return { name, address, kind } as const
  })
  return { interfaces }
}
