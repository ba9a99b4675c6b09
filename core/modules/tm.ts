import type { Destination, Run } from '../exchange/index.ts'
import { newTransaction, relay, replicate, replyWithTransaction } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, ParameterSpec, Refused } from '../script/index.ts'
import { compilePattern, inFailure, inReply, inRequest } from '../script/index.ts'
import { readCount, readStatus } from './arguments.ts'
import { contactsOfTargets } from './redirect.ts'

const parameters: readonly ParameterSpec[] = [
  number('fr_timer', 'Seconds to wait for any answer. Unset: 32, as RFC 3261 timers B and F have it.'),
  number('fr_inv_timer', 'Seconds that a phone may ring. Unset: 181, as RFC 3261 timer C has it.'),
  number(
    'wt_timer',
    'Seconds for which a finished transaction absorbs copies. Unset: as RFC 3261 timers D, I, J and K have it.',
  ),
  {
    name: 'delete_timer',
    type: 'number',
    default: 2,
    meaning: 'Seconds until a transaction is removed; memory is managed here without it.',
  },
  number('retr_timer1p1', 'Seconds to the first repetition. Unset: 0.5 (RFC 3261 T1).'),
  number('retr_timer1p2', 'Seconds to the second repetition. Unset: 1.'),
  number('retr_timer1p3', 'Seconds to the third repetition. Unset: 2.'),
  number('retr_timer2', 'Seconds between further repetitions. Unset: 4 (RFC 3261 T2).'),
  {
    name: 'noisy_ctimer',
    type: 'number',
    default: 0,
    meaning: 'An INVITE whose phone never answers always ends with 408 here.',
  },
  {
    name: 'ruri_matching',
    type: 'number',
    default: 1,
    meaning: 'Requests of RFC 2543 are told apart by their Request-URI too.',
  },
  {
    name: 'via1_matching',
    type: 'number',
    default: 1,
    meaning: 'Requests of RFC 2543 are told apart by their topmost Via too.',
  },
  {
    name: 'uac_from',
    type: 'string',
    default: undefined,
    meaning: 'From of requests that the control door makes.',
  },
  {
    name: 'unix_tx_timeout',
    type: 'number',
    default: 2,
    meaning: 'Seconds to wait for a program behind t_write_unix.',
  },
  {
    name: 'restart_fr_on_each_reply',
    type: 'number',
    default: 1,
    meaning: 'Each provisional answer gives a ringing phone its full time again.',
  },
  {
    name: 'fr_timer_avp',
    type: 'string',
    default: 'callee_fr_timer',
    meaning: 'Attribute that holds fr_timer for one call.',
  },
  {
    name: 'fr_inv_timer_avp',
    type: 'string',
    default: 'callee_fr_inv_timer',
    meaning: 'Attribute that holds fr_inv_timer for one call.',
  },
  {
    name: 'tw_append',
    type: 'string',
    default: undefined,
    meaning: 'Lines that t_write_req and t_write_unix add.',
  },
  {
    name: 'pass_provisional_replies',
    type: 'number',
    default: 0,
    meaning: 'Provisional answers are shown to other modules.',
  },
  { name: 'var_timers', type: 'number', default: 0, meaning: 'Timers may differ from call to call.' },
]

function number(name: string, meaning: string): ParameterSpec {
  return { name, type: 'number', default: undefined, meaning }
}

/** Transactions: relaying with state. */
export const tm: ModuleSpec<Run> = {
  name: 'tm',
  summary: 'relays requests and remembers them, so that answers, copies and failures find their way',
  parameters,
  refuse(settings) {
    for (const { name, type } of parameters) {
      const value = settings.get(name)
      if (type === 'number' && typeof value === 'number' && value > 86_400) {
        return {
          refused: `modparam("tm", "${name}", ${value}) is more than a day.`,
          remedy: 'Give the time in seconds.',
        }
      }
    }
    return undefined
  },
  commands: [
    plain(
      't_relay',
      inRequest | inFailure,
      'Sends the request to its Request-URI and all branches at once; a failure is answered by itself.',
      'RFC 3261 §16.6',
      (run) => relay(run, undefined),
    ),
    ...toPlace(
      't_relay_to',
      ['udp', 'tcp', 'tls'],
      inRequest | inFailure,
      'Relays the request to {0}:{1} by {transport}, whatever its Request-URI says.',
      relay,
    ),
    ...toPlace(
      't_replicate',
      [undefined, 'udp', 'tcp', 'tls'],
      inRequest,
      'Sends a copy to {0}:{1} by {transport}; what that answers is thrown away.',
      replicate,
    ),
    ...toPlace(
      't_forward_nonack',
      [undefined, 'udp', 'tcp', 'tls'],
      inRequest,
      'Forwards the request to {0}:{1} by {transport} within the transaction that t_newtran began.',
      forwardNonAck,
    ),
    plain(
      't_forward_nonack_uri',
      inRequest,
      'Forwards the request to its Request-URI within the transaction that t_newtran began.',
      'RFC 3261 §16.6',
      (run) => forwardNonAck(run, undefined),
    ),
    plain(
      't_newtran',
      inRequest,
      'Begins a transaction for the request without sending it anywhere yet.',
      'RFC 3261 §17.2',
      newTransaction,
    ),
    plain(
      't_lookup_request',
      inRequest,
      'True when the request belongs to a transaction that is already there.',
      'RFC 3261 §17.2.3',
      (run) => (run.leg !== undefined || run.cancels !== undefined ? 1 : -1),
    ),
    // Copies never reach a script here: their transaction has repeated its answer before.
    plain(
      't_retransmit_reply',
      inRequest,
      'Repeats the last answer of the transaction.',
      'RFC 3261 §17.2',
      (run) => {
        run.leg?.handle({ kind: 'request' })
        return run.leg === undefined ? -1 : 1
      },
    ),
    plain('t_release', inRequest, 'Lets go of the transaction that t_newtran began.', 'module tm', (run) => {
      if (run.leg !== undefined && run.context === undefined) run.exchange.forgetLeg(run.leg)
      run.leg = run.context === undefined ? undefined : run.leg
      return 1
    }),
    reply(),
    arm('t_on_failure', 'Has failure_route[{0}] run when this call fails.', (run, n) => {
      run.state.onFailure = n
    }),
    arm('t_on_reply', 'Has onreply_route[{0}] run for every answer to this request.', (run, n) => {
      run.state.onReply = n
    }),
    checkStatus(),
    {
      name: 't_write_req',
      takes: ['file', 'section'],
      blocks: inRequest | inFailure,
      explanation: 'Hands the request to the program behind {0}.',
      rests: 'module tm',
    },
    {
      name: 't_write_unix',
      takes: ['socket', 'section'],
      blocks: inRequest | inFailure,
      explanation: 'Hands the request to the program behind socket {0}.',
      rests: 'module tm',
    },
  ],
}

function plain(
  name: string,
  blocks: number,
  explanation: string,
  rests: string,
  step: (run: Run) => number,
): CommandSpec<Run> {
  return { name, takes: [], blocks, explanation, rests: `${rests}, module tm`, prepare: () => step }
}

function toPlace(
  name: string,
  transports: readonly ('udp' | 'tcp' | 'tls' | undefined)[],
  blocks: number,
  explanation: string,
  send: (run: Run, target: Destination) => number,
): CommandSpec<Run>[] {
  return transports.map((transport) => ({
    name: transport === undefined ? name : `${name}_${transport}`,
    takes: ['host', 'port'],
    blocks,
    explanation: explanation.replace('{transport}', (transport ?? 'udp').toUpperCase()),
    rests: 'RFC 3261 §16.6, module tm',
    prepare([host, port]) {
      const number = readCount(port ?? '', 1, 65535, 'The port')
      if (typeof number !== 'number') return number
      const hop = {
        transport: transport ?? ('udp' as const),
        host: host ?? '',
        port: number,
        isTransportFixed: transport !== undefined,
      }
      return (run) => send(run, hop)
    },
  }))
}

function forwardNonAck(run: Run, target: Destination | undefined): number {
  if (run.leg === undefined) return run.fail(500, 'no transaction: call t_newtran() first')
  return relay(run, target)
}

function reply(): CommandSpec<Run> {
  return {
    name: 't_reply',
    takes: ['code', 'reason'],
    blocks: inRequest | inFailure,
    explanation: 'Answers {0} {1} within the transaction; a final answer ends what is still ringing.',
    rests: 'RFC 3261 §17.2, module tm',
    prepare([code, reason]) {
      const status = readStatus(code ?? '')
      if (typeof status !== 'number') return status
      return (run) => {
        const contacts = status >= 300 && status < 400 ? contactsOfTargets(run) : ''
        return replyWithTransaction(run, status, reason ?? '', run.state.replyLines + contacts)
      }
    },
  }
}

function arm(name: string, explanation: string, set: (run: Run, route: number) => void): CommandSpec<Run> {
  return {
    name,
    takes: ['route'],
    blocks: inRequest | inFailure | inReply,
    explanation,
    rests: 'module tm',
    prepare([text]) {
      const route = readCount(text ?? '', 0, 19, 'The route number')
      if (typeof route !== 'number') return route
      return (run) => {
        set(run, route)
        return 1
      }
    },
  }
}

function checkStatus(): CommandSpec<Run> {
  return {
    name: 't_check_status',
    takes: ['pattern'],
    blocks: inRequest | inFailure | inReply,
    explanation: 'True when the status of the answer matches {0}.',
    rests: 'module tm',
    prepare([text]) {
      const pattern = compilePattern(text ?? '')
      if (isRefused(pattern)) return pattern
      return (run) => (pattern.test(String(statusOf(run))) ? 1 : -1)
    },
  }
}

function statusOf(run: Run): number {
  if (run.block === 'reply') return run.response?.status ?? 0
  return run.block === 'failure' ? run.failureStatus : (run.leg?.lastStatus ?? 0)
}

function isRefused(pattern: object): pattern is Refused {
  return 'refused' in pattern
}
