import { inFailure, inReply, inRequest } from './vocabulary.ts'
import type { CommandSpec, CoreCommands, ModuleSpec, Operands, Result, Vocabulary } from './vocabulary.ts'

/** A message of the toy world that the tests run scripts on; `trace` records what the script did. */
export interface ToyMessage {
  method?: string
  uri?: string
  fromUri?: string
  source?: string
  destination?: string
  transport?: 'udp' | 'tcp' | 'tls'
  length?: number
  isMine?: boolean
  flags: Set<number>
  trace: string[]
}

export function toyMessage(fields: Partial<ToyMessage> = {}): ToyMessage {
  return { flags: new Set(), trace: [], ...fields }
}

const operands: Operands<ToyMessage> = {
  method: (message) => message.method,
  uri: (message) => message.uri,
  fromUri: (message) => message.fromUri,
  toUri: () => 'sip:bob@example.com',
  sourcePort: () => 5062,
  destinationPort: () => 5060,
  messageLength: (message) => message.length ?? 400,
  transport: (message) => message.transport ?? 'udp',
  sourceAddress: (message) => message.source ?? '192.0.2.7',
  destinationAddress: (message) => message.destination ?? '192.0.2.13',
  isMyself: (message) => message.isMine,
}

function traced(name: string): (message: ToyMessage, ...args: unknown[]) => Result {
  return (message, ...args) => {
    message.trace.push(
      [name, ...args.map((arg) => (arg === undefined ? '-' : JSON.stringify(arg)))].join(' '),
    )
    return 1
  }
}

const core: CoreCommands<ToyMessage> = {
  log: traced('log'),
  forward: traced('forward'),
  send: traced('send'),
  error: traced('error'),
  exec: traced('exec'),
  setFlag: (message, flag) => message.flags.add(flag).size,
  resetFlag: (message, flag) => (message.flags.delete(flag), 1),
  isFlagSet: (message, flag) => (message.flags.has(flag) ? 1 : -1),
  rewriteHost: traced('rewriteHost'),
  rewriteHostPort: traced('rewriteHostPort'),
  rewriteUser: traced('rewriteUser'),
  rewriteUserPass: traced('rewriteUserPass'),
  rewritePort: traced('rewritePort'),
  rewriteUri: traced('rewriteUri'),
  prefix: traced('prefix'),
  strip: traced('strip'),
  stripTail: traced('stripTail'),
  revertUri: traced('revertUri'),
  appendBranch: traced('appendBranch'),
  forceRport: traced('forceRport'),
  forceTcpAlias: traced('forceTcpAlias'),
  setAdvertisedAddress: traced('setAdvertisedAddress'),
  setAdvertisedPort: traced('setAdvertisedPort'),
  forceSendSocket: traced('forceSendSocket'),
}

const everywhere = inRequest | inFailure | inReply

function command(
  name: string,
  takes: readonly string[],
  result: Result,
  blocks = everywhere,
): CommandSpec<ToyMessage> {
  return {
    name,
    takes,
    blocks,
    explanation: takes.length === 0 ? `Do ${name}.` : `Do ${name} with {0}.`,
    rests: `toy ${name}`,
    prepare: (args) => (message) => {
      message.trace.push([name, ...args].join(' '))
      return result
    },
  }
}

function module(
  name: string,
  commands: readonly CommandSpec<ToyMessage>[],
  parameters: ModuleSpec<ToyMessage>['parameters'] = [],
): ModuleSpec<ToyMessage> {
  return { name, summary: `the ${name} module`, parameters, commands }
}

const prepareLevel: NonNullable<CommandSpec<ToyMessage>['prepare']> = ([text], settings) => {
  const number = Number(text)
  if (!Number.isInteger(number)) return { refused: 'not a number', remedy: 'Write "1".' }
  return (message) => {
    message.trace.push(`level ${String(number)} of ${String(settings.get('level'))}`)
    return 1
  }
}

const toy: ModuleSpec<ToyMessage> = {
  ...module(
    'toy',
    [
      command('good', [], 1),
      command('bad', [], -1),
      command('zero', [], 0),
      command('say', ['text'], 1),
      command('pair', ['first', 'second'], 1),
      command('only_failure', [], 1, inFailure),
      { ...command('level', ['number'], 1), prepare: prepareLevel },
      { name: 'later', takes: [], blocks: everywhere, explanation: 'Later.', rests: 'toy later' },
    ],
    [
      { name: 'level', type: 'number', default: 7, meaning: 'how loud' },
      { name: 'greeting', type: 'string', default: undefined, meaning: 'what to say' },
    ],
  ),
  refuse: (settings) =>
    settings.get('level') === 99 ? { refused: 'level 99 is too loud', remedy: 'Write 98.' } : undefined,
}

const reply: readonly string[] = ['code', 'reason']

/** The modules of the hello world, each command leaving only a trace. */
export const toyVocabulary: Vocabulary<ToyMessage> = {
  operands,
  core,
  modules: [
    toy,
    module('sl', [command('sl_send_reply', reply, 1), command('sl_reply_error', [], 1)]),
    module('tm', [command('t_relay', [], 1, inRequest | inFailure), command('t_on_failure', ['number'], 1)]),
    module(
      'rr',
      [command('record_route', [], 1), command('loose_route', [], -1)],
      [{ name: 'enable_full_lr', type: 'number', default: 0, meaning: 'whether lr=on is written' }],
    ),
    module('maxfwd', [command('mf_process_maxfwd_header', ['limit'], 1)]),
    module(
      'usrloc',
      [],
      [
        { name: 'db_mode', type: 'number', default: 0, meaning: 'how contacts are kept' },
        { name: 'db_url', type: 'string', default: undefined, meaning: 'where contacts are kept' },
      ],
    ),
    module('registrar', [command('save', ['table'], 1), command('lookup', ['table'], -1)]),
    module(
      'auth',
      [],
      [{ name: 'secret', type: 'string', default: undefined, meaning: 'the secret of nonces' }],
    ),
    module(
      'auth_db',
      [],
      [{ name: 'db_url', type: 'string', default: undefined, meaning: 'where users are kept' }],
    ),
  ],
}
