import type { Effect, FlowVocabulary, Outcome, Settings } from '../script/index.ts'

/** RFC 3261 and its extensions; the last stands for whatever else comes. */
export const methods = [
  ...['INVITE', 'ACK', 'CANCEL', 'BYE', 'REGISTER', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'NOTIFY', 'REFER'],
  ...['INFO', 'UPDATE', 'PRACK', 'PUBLISH', 'other methods'],
]

const answerable = methods.filter((method) => method !== 'ACK')
/** RFC 3261 §22.1: nobody can prove anything in an ACK or a CANCEL. */
const provable = answerable.filter((method) => method !== 'CANCEL')

const question: Effect = { isQuestion: true }
const succeeds: Effect = { yes: {} }

const relayed = { relayed: true }
const relayOutcomes = {
  yes: { then: relayed },
  // A relay that fails has answered by itself, or leaves the error for sl_reply_error().
  no: { then: { ...relayed, failed: true, fresh: true } },
  stop: { then: relayed },
}
const relaysByUri: Effect = { traits: ['relay', 'relay-by-uri'], ...relayOutcomes }
const relaysToPlace: Effect = { traits: ['relay', 'relay-to-place'], ...relayOutcomes }

/** What is known of the Request-URI goes when it is changed. */
const elsewhere = { ours: undefined, found: false, unfound: false }
const toPlace: Effect = { yes: { then: { ...elsewhere, fixed: true } } }
const sameHost: Effect = { yes: { then: { found: false, unfound: false } } }
/** Our own tables have said where it goes. */
const byOurData: Outcome = { then: { ...elsewhere, found: true, fixed: false } }

const replies = { then: { replied: true } }

function reply([code = '']: readonly string[]): Effect {
  const isFinal = Number(code) >= 200
  return {
    traits: ['reply', `reply-${code}`, ...(isFinal ? ['final-reply'] : [])],
    yes: { methods: answerable, then: isFinal ? { replied: true } : {} },
    no: { methods: ['ACK'] },
  }
}

const authorizes: Effect = {
  traits: ['authorize'],
  isQuestion: true,
  yes: { then: { authenticated: true } },
  no: { methods: provable },
  stop: replies,
}
const challenges: Effect = { traits: ['challenge'], stop: replies }
const checksIdentity: Effect = { isQuestion: true, yes: { then: { identityChecked: true } }, no: {} }
const saves: Effect = { traits: ['save'], yes: replies, no: replies, stop: replies }
const fixesContact: Effect = {
  traits: ['fix-contact'],
  yes: { then: { contactFixed: true } },
  no: {},
}
const endsMedia: Effect = { yes: { then: { mediaRelayed: false } }, no: {} }

function relaysMedia([flags = '']: readonly string[]): Effect {
  return {
    // With l the proxy only looks for a session that is there; f is written by those who mean it.
    traits: /[lf]/.test(flags) ? [] : ['relay-media'],
    yes: { then: { mediaRelayed: true } },
    no: {},
  }
}

function looksUp(_args: readonly string[], settings: Settings): Effect {
  const natFlag = Number(settings.get('nat_flag') ?? 4)
  return {
    traits: ['look-up'],
    yes: { ...byOurData, flags: [natFlag] },
    no: { then: { unfound: true, found: false } },
  }
}

function pushesTo([target = '']: readonly string[]): Effect {
  return target.startsWith('$ruri') ? { yes: byOurData, no: {} } : {}
}

function isMethod([text = '']: readonly string[]): Effect {
  const named = text.toUpperCase().split('|')
  return {
    traits: ['extension'],
    isQuestion: true,
    yes: { methods: methods.filter((method) => named.includes(method) || method === methods.at(-1)) },
    no: { methods: methods.filter((method) => !named.includes(method)) },
  }
}

const core: Readonly<Record<string, Effect | ((args: readonly string[]) => Effect)>> = {
  log: succeeds,
  error: succeeds,
  force_rport: succeeds,
  exec: { traits: ['program'], no: {} },
  rewritehost: toPlace,
  rewritehostport: toPlace,
  rewriteport: toPlace,
  rewriteuri: toPlace,
  rewriteuser: sameHost,
  rewriteuserpass: sameHost,
  prefix: sameHost,
  strip: sameHost,
  strip_tail: sameHost,
  revert_uri: { yes: { then: { ...elsewhere, fixed: false } } },
  append_branch: { yes: { then: { branchAdded: true } } },
  forward: ([target]) => (target === 'uri:host' ? relaysByUri : relaysToPlace),
  forward_udp: relaysToPlace,
  forward_tcp: relaysToPlace,
  forward_tls: relaysToPlace,
  send: relaysToPlace,
  send_tcp: relaysToPlace,
}

const replying = {
  sl_send_reply: reply,
  t_reply: reply,
  sl_reply_error: { traits: ['reply', 'final-reply', 'error-reply'], yes: replies },
  options_reply: { traits: ['reply'], yes: replies, no: {} },
} satisfies FlowTable

const relaying = {
  t_relay: relaysByUri,
  t_relay_to_udp: relaysToPlace,
  t_relay_to_tcp: relaysToPlace,
  t_relay_to_tls: relaysToPlace,
  t_forward_nonack_uri: relaysByUri,
  t_forward_nonack: relaysToPlace,
  t_forward_nonack_udp: relaysToPlace,
  t_forward_nonack_tcp: relaysToPlace,
  t_forward_nonack_tls: relaysToPlace,
  t_newtran: { yes: {}, no: {}, stop: replies },
  t_on_failure: { yes: {}, arms: 'failure_route' },
  t_on_reply: { yes: {}, arms: 'onreply_route' },
  t_check_status: question,
  record_route: {
    traits: ['record-route'],
    yes: { when: { recordRouted: false }, then: { recordRouted: true } },
    no: { when: { recordRouted: true } },
  },
  record_route_preset: {
    traits: ['record-route'],
    yes: { when: { recordRouted: false }, then: { recordRouted: true } },
    no: { when: { recordRouted: true } },
  },
  loose_route: { isQuestion: true, yes: { then: { routed: true } }, no: {}, stop: replies },
  mf_process_maxfwd_header: {
    isQuestion: true,
    yes: { then: { hopsLeft: true } },
    no: { then: { hopsLeft: false } },
  },
} satisfies FlowTable

const finding = {
  save: saves,
  save_memory: saves,
  save_noreply: { traits: ['save'] },
  lookup: looksUp,
  registered: question,
  enum_query: { yes: byOurData, no: {} },
  sd_lookup: { yes: byOurData, no: {}, stop: replies },
  prefix2domain: toPlace,
  ds_select_dst: { yes: byOurData, no: {} },
  avp_pushto: pushesTo,
  attr2uri: { yes: byOurData, no: {} },
  exec_dset: { traits: ['program'], no: {} },
  exec_msg: { traits: ['program'], no: {} },
  avp_check: question,
  is_sattr_set: question,
  avp_exists: question,
} satisfies FlowTable

const admitting = {
  www_authorize: authorizes,
  proxy_authorize: authorizes,
  radius_www_authorize: authorizes,
  radius_proxy_authorize: authorizes,
  diameter_www_authorize: authorizes,
  diameter_proxy_authorize: authorizes,
  www_challenge: challenges,
  proxy_challenge: challenges,
  consume_credentials: { yes: { then: { credentialsTaken: true } } },
  check_to: checksIdentity,
  check_from: checksIdentity,
  is_user: checksIdentity,
  does_uri_exist: question,
  has_totag: { isQuestion: true, yes: { when: { inDialog: true } }, no: { when: { inDialog: false } } },
  uri_param: question,
  allow_trusted: { isQuestion: true, yes: { then: { knownSource: true } }, no: {} },
  allow_routing: question,
  allow_register: question,
  is_user_in: question,
  radius_is_user_in: question,
  is_from_local: question,
  is_uri_host_local: { isQuestion: true, yes: { when: { ours: true } }, no: { when: { ours: false } } },
  is_from_user_e164: question,
  pike_check_req: question,
  is_call_party: question,
  admit_outside_call: question,
  is_gflag: question,
} satisfies FlowTable

const translating = {
  nat_uac_test: question,
  client_nat_test: question,
  fix_nated_contact: fixesContact,
  fix_contact: fixesContact,
  force_rtp_proxy: relaysMedia,
  use_media_proxy: () => relaysMedia([]),
  unforce_rtp_proxy: endsMedia,
  end_media_session: endsMedia,
  search: question,
  is_method: isMethod,
  has_body: { traits: ['extension'], isQuestion: true },
  is_present_hf: question,
} satisfies FlowTable

type FlowTable = Readonly<Record<string, Effect | ((args: readonly string[], settings: Settings) => Effect)>>

/** What each command does to a message on its way, as far as the adviser has to know. */
export const effects: FlowVocabulary['effects'] = new Map(
  Object.entries<Effect | ((args: readonly string[], settings: Settings) => Effect)>({
    ...core,
    ...replying,
    ...relaying,
    ...finding,
    ...admitting,
    ...translating,
  }),
)
