import type { CaseFacts } from './case-facts.ts'
import { Look, otherSide, saw, sides } from './look.ts'
import type { Finding, Rule } from './rule.ts'
import { addressRules, portRules } from './rules-address.ts'
import { listeningRules, microphoneRules } from './rules-endpoint.ts'
import { formRules } from './rules-form.ts'
import { eventRules, firewallRules, lastRules, qualityRules } from './rules-path.ts'
import { agreementRules, beginningRules, courseRules } from './rules-signalling.ts'
import type { Cause, Evidence, Verdict } from './verdict.ts'

/** In the order of the tree: what the messages say, hard errors, addresses, form, path, and the phones last. */
const rules: readonly Rule[] = [
  ...beginningRules,
  ...agreementRules,
  ...microphoneRules,
  ...eventRules,
  ...courseRules,
  ...portRules,
  ...firewallRules,
  ...formRules,
  ...addressRules,
  ...listeningRules,
  ...qualityRules,
  ...lastRules,
]

interface Found {
  readonly cause: Cause
  readonly finding: Finding
}

/** What is the matter with a call, from what is known of it. The same facts give the same verdict. */
export function diagnose(facts: CaseFacts): Verdict {
  const look = new Look(facts)
  const found: Found[] = []
  const ruledOut: Cause[] = []
  for (const rule of rules) {
    if (!applies(rule, look)) continue
    const finding = rule.find(look)
    if (finding !== undefined) found.push({ cause: rule.cause, finding })
    else if (rule.isKnown?.(look) ?? true) ruledOut.push(rule.cause)
  }
  // Somebody wanted a note to be so; a fault beside it is what people ask about.
  const first = found.find(({ finding }) => finding.weight !== 'note') ?? found[0]
  if (first === undefined) return unexplained(look, ruledOut)
  return verdictOf(
    first,
    found.filter((one) => one !== first),
    look,
    ruledOut,
  )
}

function applies({ when, isEarly }: Rule, look: Look): boolean {
  if (when !== 'always' && look.isAnswered !== (when === undefined)) return false
  return isEarly === true || !look.isYoung
}

function verdictOf(
  { cause, finding }: Found,
  others: readonly Found[],
  look: Look,
  ruledOut: readonly Cause[],
): Verdict {
  const { who, confidence, weight = 'fault', evidence, values } = finding
  const names = { who: look.party(who).name, other: look.party(otherSide(who)).name }
  return {
    cause,
    confidence,
    weight,
    who,
    deaf: look.deaf,
    values: { ...names, ...values },
    evidence,
    ruledOut,
    also: others.map((one) => one.cause),
  }
}

function unexplained(look: Look, ruledOut: readonly Cause[]): Verdict {
  const { caller, callee } = look.facts
  const plain = {
    who: undefined,
    deaf: look.deaf,
    values: { who: caller.name, other: callee.name },
    ruledOut,
    also: [],
  }
  if (look.isYoung || (!look.isAnswered && look.facts.ended === undefined))
    return {
      ...plain,
      cause: 'checking',
      confidence: 'cannot-tell',
      weight: 'well',
      evidence: [],
      ruledOut: [],
    }
  if (look.deaf.length > 0)
    return { ...plain, cause: 'C50', confidence: 'cannot-tell', weight: 'fault', evidence: silences(look) }
  if (look.isDirect)
    return {
      ...plain,
      cause: 'unseen',
      confidence: 'cannot-tell',
      weight: 'well',
      evidence: [saw('not-in-path')],
    }
  return {
    ...plain,
    cause: 'fine',
    confidence: look.isAnswered ? 'certain' : 'cannot-tell',
    weight: 'well',
    evidence: flows(look),
  }
}

function silences(look: Look): Evidence[] {
  return sides.map((side) => {
    const { name, media } = look.party(side)
    return media.packets === 0
      ? saw('nothing-from', { who: name })
      : saw('packets-from', { who: name, count: media.packets })
  })
}

function flows(look: Look): Evidence[] {
  return sides.map((side) =>
    saw('packets-from', { who: look.party(side).name, count: look.party(side).media.packets }),
  )
}
