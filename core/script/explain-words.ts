import type { Argument, Comparison, CoreAction, MyselfOperand } from './syntax.ts'

export interface Words {
  readonly text: string
  readonly rests: string
}

const operandWords: Readonly<Record<string, string>> = {
  method: 'the method',
  uri: 'the Request-URI (in a reply: the status)',
  from_uri: 'the URI of From',
  to_uri: 'the URI of To',
  src_ip: 'the source address',
  dst_ip: 'the address it came in on',
  src_port: 'the source port',
  dst_port: 'the port it came in on',
  'msg:len': 'the length of the message in bytes',
}

const operandRests: Readonly<Record<string, string>> = {
  method: 'RFC 3261 §7.1',
  uri: 'RFC 3261 §8.1.1.1',
  from_uri: 'RFC 3261 §8.1.1.3',
  to_uri: 'RFC 3261 §8.1.1.2',
  src_ip: 'RFC 3261 §18.2.1',
  dst_ip: 'RFC 3261 §18.2.1',
  src_port: 'RFC 3581 §4',
  dst_port: 'RFC 3261 §18.2.1',
  'msg:len': 'RFC 3261 §18.1.1',
}

const orderWords: Readonly<Record<string, string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is below',
  '>': 'is above',
  '<=': 'is at most',
  '>=': 'is at least',
}

/** A comparison in words that fit behind "If". */
export function explainComparison(comparison: Comparison): Words {
  const is = 'isNegated' in comparison && comparison.isNegated ? 'is not' : 'is'
  switch (comparison.kind) {
    case 'text':
      return operandIs(comparison.operand, `${is} ${JSON.stringify(comparison.text)}`)
    case 'pattern':
      return operandIs(
        comparison.operand,
        `matches the regular expression ${JSON.stringify(comparison.text)}`,
      )
    case 'myself':
      return explainMyself(comparison.operand, comparison.isNegated)
    case 'number':
      return operandIs(
        comparison.operand,
        `${orderWords[comparison.order] as string} ${String(comparison.number)}`,
      )
    case 'proto':
      return { text: `the transport ${is} ${transportName(comparison.number)}`, rests: 'RFC 3261 §18' }
    case 'family': {
      const claim = comparison.isNegated ? 'did not come' : 'came'
      return { text: `the message ${claim} over ${familyName(comparison.number)}`, rests: 'RFC 3261 §18' }
    }
    case 'address': {
      const network =
        comparison.mask === undefined ? comparison.text : `in ${comparison.text}/${String(comparison.mask)}`
      return operandIs(comparison.operand, `${is} ${network}`)
    }
  }
}

function transportName(number: number): string {
  return ['any', 'UDP', 'TCP', 'TLS'][number] ?? String(number)
}

function familyName(number: number): string {
  return number === 2 ? 'IPv4' : number === 10 ? 'IPv6' : String(number)
}

function operandIs(operand: string, claim: string): Words {
  return { text: `${operandWords[operand] as string} ${claim}`, rests: operandRests[operand] as string }
}

function explainMyself(operand: MyselfOperand, isNegated: boolean): Words {
  const isUri = operand !== 'src_ip' && operand !== 'dst_ip'
  const claim = isUri
    ? `${isNegated ? 'does not point' : 'points'} to this server`
    : `is ${isNegated ? 'not ' : ''}one of ours`
  return {
    text: `${(operandWords[operand] as string).replace(/ \(.*/, '')} ${claim}`,
    rests: 'RFC 3261 §16.4',
  }
}

const uriRests = 'RFC 3261 §16.5'
const logRests = 'SER core'

/** `{0}`, `{1}` … stand for the arguments. */
export const coreTable: ReadonlyMap<string, Words> = new Map([
  words(
    'drop',
    'End this block here; a route that was called goes back to its caller.',
    'SER core, action lists',
  ),
  words('log', 'Write a log line: {0}.', logRests),
  words('error', 'Write an error to the log: {0}.', logRests),
  words('exec', 'Run the system command {0}.', 'SER core'),
  words('route', 'Run route[{0}], then go on here.', 'SER core, action lists'),
  words('forward', 'Forward the message statelessly to {0}.', 'RFC 3261 §16.11'),
  words('forward_udp', 'Forward the message statelessly over UDP to {0}.', 'RFC 3261 §16.11'),
  words('forward_tcp', 'Forward the message statelessly over TCP to {0}.', 'RFC 3261 §16.11'),
  words('forward_tls', 'Forward the message statelessly over TLS to {0}.', 'RFC 3261 §16.11'),
  words('send', 'Send a copy of the message as it came, over UDP, to {0}.', 'SER core'),
  words('send_tcp', 'Send a copy of the message as it came, over TCP, to {0}.', 'SER core'),
  words('setflag', 'Set flag {0} on this message.', 'SER core, flags'),
  words('resetflag', 'Clear flag {0} on this message.', 'SER core, flags'),
  words('isflagset', 'Look whether flag {0} is set.', 'SER core, flags'),
  words('rewritehost', 'Replace the host of the Request-URI by {0}; the port stays.', uriRests),
  words('rewritehostport', 'Replace host and port of the Request-URI by {0}.', uriRests),
  words('rewriteuser', 'Replace the user of the Request-URI by {0}.', uriRests),
  words('rewriteuserpass', 'Replace user and password of the Request-URI by {0}.', uriRests),
  words('rewriteport', 'Replace the port of the Request-URI by {0}.', uriRests),
  words('rewriteuri', 'Replace the whole Request-URI by {0}.', uriRests),
  words('prefix', 'Put {0} before the user of the Request-URI.', uriRests),
  words('strip', 'Take {0} characters from the front of the user of the Request-URI.', uriRests),
  words('strip_tail', 'Take {0} characters from the end of the user of the Request-URI.', uriRests),
  words('revert_uri', 'Put the Request-URI back to what was received.', uriRests),
  words('append_branch', 'Add one more target to call: {0}.', 'RFC 3261 §16.5, §16.7'),
  words('force_rport', 'Send replies to the port that the request came from.', 'RFC 3581 §4'),
  words('force_tcp_alias', 'Let later requests to this sender reuse its connection.', 'RFC 5923'),
  words(
    'set_advertised_address',
    'Write {0} as our address into Via and Record-Route of this message.',
    'RFC 3261 §18.1.1',
  ),
  words(
    'set_advertised_port',
    'Write {0} as our port into Via and Record-Route of this message.',
    'RFC 3261 §18.1.1',
  ),
  words('force_send_socket', 'Send this message from our address {0}.', 'RFC 3261 §18.1.1'),
])

function words(name: string, text: string, rests: string): readonly [string, Words] {
  return [name, { text, rests }]
}

export function explainCore(action: CoreAction): Words {
  const { text, rests } = coreTable.get(action.name) as Words
  const args = action.args.map(explainArgument).join(', ')
  return { text: fill(text, [args === '' ? 'the current Request-URI' : args]), rests }
}

function explainArgument(argument: Argument): string {
  switch (argument.kind) {
    case 'string':
      return JSON.stringify(argument.text)
    case 'host':
      return argument.text
    case 'number':
      return String(argument.number)
    case 'uri:host':
      return 'the host of the Request-URI'
    case 'uri:port':
      return 'its port'
    case 'socket': {
      const { transport, host, port } = argument.endpoint
      return `${transport === undefined ? '' : `${transport}:`}${host}${port === undefined ? '' : `:${String(port)}`}`
    }
  }
}

/** Puts the arguments in the places `{0}`, `{1}` … of a sentence. */
export function fill(sentence: string, args: readonly string[]): string {
  return sentence.replace(/\{([0-9])\}/g, (place, at: string) => args[Number(at)] ?? place)
}
