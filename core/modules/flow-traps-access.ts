import { isAddress, isLocal } from '../lib/ip.ts'
import type { Circumstances, Trap } from '../script/index.ts'

/** What begins something: a call, a message, a subscription. */
const beginners = ['INVITE', 'MESSAGE', 'SUBSCRIBE', 'REFER', 'PUBLISH']
const proofs = ['authenticated', 'knownSource']
const inCalls = ['inDialog', 'routed']

const gateway = {
  methods: ['INVITE'],
  where: (circumstances: Circumstances) => isPublic(circumstances) || circumstances.uses('authorize'),
  message: 'INVITE goes to a fixed place without anybody having asked who calls.',
  consequence: 'If that is a gateway, strangers telephone at your expense.',
  remedy:
    'Write if (!proxy_authorize("", "subscriber")) { proxy_challenge("", "0"); break; }; before it, or test src_ip.',
}

/** Mistakes that let somebody do what they should not. */
export const accessTraps: readonly Trap[] = [
  {
    code: 'program-not-run',
    at: 'program',
    blocks: ['route', 'failure_route', 'onreply_route'],
    message: 'Programs are not run at the wish of a packet: {command} always fails.',
    consequence: 'Whatever the program was to do is not done, and the script takes the way of a failure.',
    remedy: 'Do it with commands of the script, such as avp_db_load() or subst_uri(), or leave it out.',
  },
  {
    code: 'preset-route',
    at: 'relay',
    methods: ['INVITE', 'REFER'],
    holds: ['routed'],
    lacks: ['inDialog', ...proofs],
    message: '{methods} with a Route of its own is relayed without being inside a call.',
    consequence: 'Whoever writes a Route into a first request gets past every password, up to the gateway.',
    remedy:
      'Write inside if (loose_route()): if ((method=="INVITE" || method=="REFER") && !has_totag()) { sl_send_reply("403", "Forbidden"); break; };',
  },
  {
    code: 'open-registrar',
    at: 'save',
    methods: ['REGISTER'],
    lacks: proofs,
    where: isPublic,
    message: 'A REGISTER is kept without a password, on an address of the open internet.',
    consequence: 'Anybody can take over any number and gets its calls.',
    remedy:
      'Write if (!www_authorize("", "subscriber")) { www_challenge("", "0"); break; }; before it, and check_to().',
  },
  {
    code: 'open-relay',
    at: 'relay-by-uri',
    methods: beginners,
    lacks: ['ours', 'found', 'fixed', ...proofs, ...inCalls],
    where: isPublic,
    message: '{methods} from anybody is relayed to wherever it says.',
    consequence:
      'This server serves strangers for hiding themselves, for unwanted calls and at your expense.',
    remedy:
      'Write if (uri!=myself) { sl_send_reply("403", "Relaying Forbidden"); break; };, or ask for a password first.',
  },
  { code: 'open-gateway', at: 'relay', holds: ['fixed'], lacks: [...proofs, ...inCalls], ...gateway },
  { code: 'open-gateway', at: 'relay-to-place', lacks: [...proofs, ...inCalls], ...gateway },
  {
    code: 'ack-challenged',
    at: 'authorize',
    methods: ['ACK', 'CANCEL'],
    message: '{methods} can get to {command}.',
    consequence:
      'Neither can be asked for a password (RFC 3261 §22.1): it is let through as if it had proved something, or the call hangs.',
    remedy: 'Write if (method=="ACK" || method=="CANCEL") { t_relay(); break; }; above it.',
  },
  {
    code: 'ack-challenged',
    at: 'challenge',
    methods: ['ACK', 'CANCEL'],
    message: '{methods} can get to {command}.',
    consequence: 'Neither can be answered with a challenge (RFC 3261 §22.1): the call hangs.',
    remedy: 'Write if (method=="ACK" || method=="CANCEL") { t_relay(); break; }; above it.',
  },
  {
    code: 'register-of-others',
    at: 'save',
    methods: ['REGISTER'],
    holds: ['authenticated'],
    lacks: ['identityChecked'],
    message: 'The password is checked, but not whether To names the same user.',
    consequence: 'Everybody with an account can take over the numbers of all others.',
    remedy: 'Write if (!check_to()) { sl_send_reply("403", "Forbidden"); break; }; before it.',
  },
  {
    code: 'caller-unchecked',
    at: 'relay',
    methods: ['INVITE'],
    holds: ['authenticated'],
    lacks: ['identityChecked', 'knownSource', ...inCalls],
    message: 'The password is checked, but not whether From names the same user.',
    consequence: 'Everybody with an account can call under the name of anybody.',
    remedy: 'Write if (!check_from()) { sl_send_reply("403", "Use From=ID"); break; }; before it.',
  },
  {
    code: 'credentials-relayed',
    at: 'relay',
    methods: ['INVITE'],
    holds: ['authenticated'],
    lacks: ['credentialsTaken'],
    message: 'The proof of the password goes on to the next server.',
    consequence: 'Whoever gets the message can try passwords against it at leisure.',
    remedy: 'Write consume_credentials(); behind the check.',
  },
]

/** Whether the script itself names an address of the open internet to listen on. */
function isPublic({ globals }: Circumstances): boolean {
  const advertised = globals.text('advertised_address')
  return (
    globals.listen.some(({ host }) => isOfInternet(host)) ||
    (advertised !== undefined && isOfInternet(advertised))
  )
}

function isOfInternet(host: string): boolean {
  return isAddress(host) && !isLocal(host)
}
