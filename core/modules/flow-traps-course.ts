import type { Trap } from '../script/index.ts'
import { methods } from './flow-effects.ts'

/** An ACK gets no answer, and a CANCEL is honoured whatever the script does. */
const answerable = methods.filter((method) => method !== 'ACK' && method !== 'CANCEL')

/** Mistakes in the course of a message: lost, sent twice, changed twice, answered wrongly. */
export const courseTraps: readonly Trap[] = [
  {
    code: 'extension',
    at: 'extension',
    blocks: ['route', 'failure_route', 'onreply_route'],
    message: '{command} is a command of OpenSER; it runs here, but SER 0.9 does not have it.',
    consequence: 'SER itself refuses this script.',
    remedy: 'Write method=="INVITE", or search("^Content-Length:[ ]*[1-9]"), where SER has to run it too.',
  },
  {
    code: 'maxfwd-inverted',
    at: 'reply-483',
    holds: ['hopsLeft'],
    shownAt: { fact: 'hopsLeft' },
    message: 'mf_process_maxfwd_header is true while hops are left, and here that is answered 483.',
    consequence: 'Every good request is refused, and one that goes round in a circle is let through.',
    remedy: 'Write if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); break; };',
  },
  {
    code: 'no-record-route',
    at: 'relay',
    methods: ['INVITE'],
    lacks: ['recordRouted', 'inDialog', 'routed'],
    message: 'INVITE is relayed without record_route.',
    consequence:
      'The phones send the rest of the call past this server: it sees no BYE, so no record has its length and no media relay is let go.',
    remedy: 'Write if (method!="REGISTER") record_route(); at the top of the main route.',
  },
  {
    code: 'no-answer',
    at: 'end',
    methods: answerable,
    lacks: ['replied', 'relayed'],
    message: '{methods} can come to the end here, neither answered nor relayed.',
    consequence: 'The sender repeats the request for half a minute and then gives up without knowing why.',
    remedy: 'Write sl_send_reply("404", "Not Found"); before it, or relay the request.',
  },
  {
    code: 'relay-after-reply',
    at: 'relay',
    holds: ['replied'],
    message: '{methods} is relayed although it has been answered already.',
    consequence: 'The phone gets two answers, and a call that was refused rings all the same.',
    remedy: 'Write break; behind the answer; in a route that was called, also behind route(…);.',
  },
  {
    code: 'reply-after-relay',
    at: 'final-reply',
    holds: ['relayed'],
    lacks: ['failed'],
    message: '{methods} is answered although it has been relayed already.',
    consequence:
      'The call is refused while the other phone rings. A break in a called route ends only that route.',
    remedy: 'Write break; behind the relay, or behind the route(…); that leads to it.',
  },
  {
    code: 'relayed-twice',
    at: 'relay',
    holds: ['relayed'],
    lacks: ['failed'],
    message: '{methods} is relayed a second time.',
    consequence: 'The second relay fails, for the transaction is under way already.',
    remedy: 'Write break; behind the first relay, or behind the route(…); that leads to it.',
  },
  {
    code: 'error-lost',
    at: 'error-reply',
    holds: ['failed'],
    lacks: ['fresh'],
    shownAt: 'statement before',
    message: 'Between a relay that failed and sl_reply_error() something else is done.',
    consequence:
      'sl_reply_error() tells of the action just before it: the caller gets a 500 in place of the true reason.',
    remedy: 'Write this statement behind sl_reply_error();.',
  },
  {
    code: 'lookup-unanswered',
    at: 'relay-by-uri',
    methods: answerable,
    holds: ['unfound'],
    spares: ['ours'],
    shownAt: { fact: 'unfound' },
    message: 'Where this lookup finds nobody, the request is relayed all the same.',
    consequence: 'It comes back to this very server and goes round until its hops are used up.',
    remedy: 'Write if (!lookup("location")) { sl_send_reply("404", "User Not Found"); break; };',
  },
  {
    code: 'ack-looked-up',
    at: 'look-up',
    methods: ['ACK'],
    message: 'An ACK can get to this lookup.',
    consequence:
      'An ACK without a Route names the very phone that answered; looked up, it goes to another phone or nowhere, and the call ends after 32 seconds.',
    remedy: 'Write if (method=="ACK") { t_relay(); break; }; above it, behind loose_route() and uri!=myself.',
  },
  {
    code: 'register-contact-fixed',
    at: 'fix-contact',
    methods: ['REGISTER'],
    // A REGISTER belongs to no dialog (RFC 3261 §10.2): there is no need to tell it from what does.
    lacks: ['routed', 'inDialog'],
    message: '{command}() changes the Contact of a REGISTER.',
    consequence:
      'The phone does not find its own Contact in the answer and thinks that it is not registered.',
    remedy: 'Write fix_nated_register(); for REGISTER, and {command}(); for other methods only.',
  },
  {
    code: 'contact-fixed-twice',
    blocks: ['route', 'onreply_route'],
    at: 'fix-contact',
    holds: ['contactFixed'],
    message: 'The Contact of this message has been corrected before.',
    consequence: 'The second call fails.',
    remedy: 'Correct it in one place: leave out one of the two.',
  },
  {
    code: 'media-relayed-twice',
    blocks: ['route', 'onreply_route'],
    at: 'relay-media',
    holds: ['mediaRelayed'],
    message: 'The media of this message are led through the relay a second time.',
    consequence: 'The relay is told to send the media to itself, and nobody hears anything.',
    remedy: 'Call {command} in one place only, or write force_rtp_proxy("l") for requests inside a call.',
  },
  {
    code: 'record-route-twice',
    at: 'record-route',
    holds: ['recordRouted'],
    message: 'There is a Record-Route of ours in this message already.',
    consequence: 'The second one fails; the first one stands.',
    remedy: 'Leave out one of the two.',
  },
  {
    code: 'relay-without-branch',
    at: 'relay',
    blocks: ['failure_route'],
    lacks: ['branchAdded'],
    message: 'A failure_route relays only to branches that were added in it, and none was.',
    consequence: 'The relay fails, and the caller gets the failure that was to be helped.',
    remedy: 'Write append_branch(); behind the change of the Request-URI and before {command}().',
  },
]
