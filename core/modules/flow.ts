import type { Comparison, Facts, FlowVocabulary } from '../script/index.ts'
import { effects, methods } from './flow-effects.ts'
import { cautions } from './flow-cautions.ts'
import { accessTraps } from './flow-traps-access.ts'
import { courseTraps } from './flow-traps-course.ts'

/** False where a request comes in. Whether it is ours, in a dialog, or has hops left is not known there. */
const untouched = {
  authenticated: false,
  identityChecked: false,
  credentialsTaken: false,
  knownSource: false,
  routed: false,
  recordRouted: false,
  found: false,
  unfound: false,
  fixed: false,
  replied: false,
  relayed: false,
  failed: false,
  fresh: false,
  contactFixed: false,
  mediaRelayed: false,
  branchAdded: false,
} satisfies Facts

/** What the adviser knows of SIP and of the modules. */
export const flow: FlowVocabulary = {
  methods,
  facts: [...Object.keys(untouched), 'ours', 'inDialog', 'hopsLeft'],
  beginnings: {
    route: untouched,
    failure_route: { branchAdded: false, replied: false, relayed: false, failed: false, fresh: false },
    onreply_route: { contactFixed: false, mediaRelayed: false },
  },
  // sl_reply_error() tells of the action just before it.
  fading: ['fresh'],
  effects,
  tells,
  traps: [...courseTraps, ...accessTraps],
  cautions,
}

function tells(comparison: Comparison): { readonly yes?: Facts; readonly no?: Facts } | undefined {
  if (comparison.kind === 'myself' && comparison.operand === 'uri') {
    return comparison.isNegated
      ? { yes: { ours: false }, no: { ours: true } }
      : { yes: { ours: true }, no: { ours: false } }
  }
  return undefined
}
