import { recogniseForeign } from './dialect.ts'
import { parseEndpoint, parseHost, startsIpv4 } from './parse-host.ts'
import { describe } from './reader.ts'
import type { TokenReader } from './reader.ts'
import { shown } from './problem.ts'
import type { Argument, CallAction, CoreAction } from './syntax.ts'

/** `h` a host, an address or a text; `p` a number or uri:port; `k` a socket. */
type ArgumentKind = 'string' | 'number' | 'h' | 'k' | 'uri:host' | 'p'

interface Signature {
  readonly mayOmitParentheses: boolean
  readonly takes: readonly (readonly ArgumentKind[])[]
  readonly example: string
}

const oneText = (name: string, example: string): Signature => takes(`${name}("${example}")`, ['string'])
const oneNumber = (name: string, example: string): Signature => takes(`${name}(${example})`, ['number'])

const signatures: ReadonlyMap<string, Signature> = new Map([
  ...['forward', 'forward_udp', 'forward_tcp', 'forward_tls'].map((name): [string, Signature] => [
    name,
    takes(
      `${name}(192.0.2.1, 5060) or ${name}(uri:host, uri:port)`,
      ['h'],
      ['h', 'number'],
      ['uri:host'],
      ['uri:host', 'p'],
    ),
  ]),
  ['send', takes('send(192.0.2.1, 5060)', ['h'], ['h', 'number'])],
  ['send_tcp', takes('send_tcp(192.0.2.1, 5060)', ['h'], ['h', 'number'])],
  ['drop', bare('break')],
  ['log', takes('log("text") or log(1, "text")', ['string'], ['number', 'string'])],
  ['error', takes('error("reason", "details")', ['string', 'string'])],
  ['exec', oneText('exec', 'command')],
  ['route', oneNumber('route', '1')],
  ['setflag', oneNumber('setflag', '1')],
  ['resetflag', oneNumber('resetflag', '1')],
  ['isflagset', oneNumber('isflagset', '1')],
  ['rewritehost', oneText('rewritehost', 'example.com')],
  ['rewritehostport', oneText('rewritehostport', 'example.com:5060')],
  ['rewriteuser', oneText('rewriteuser', 'alice')],
  ['rewriteuserpass', oneText('rewriteuserpass', 'alice:secret')],
  ['rewriteport', oneText('rewriteport', '5060')],
  ['rewriteuri', oneText('rewriteuri', 'sip:alice@example.com')],
  ['prefix', oneText('prefix', '00')],
  ['strip', oneNumber('strip', '1')],
  ['strip_tail', oneNumber('strip_tail', '1')],
  ['revert_uri', bare('revert_uri()')],
  [
    'append_branch',
    bare('append_branch() or append_branch("sip:alice@example.com")', ['string'], ['string', 'string']),
  ],
  ['force_rport', bare('force_rport()')],
  ['force_tcp_alias', bare('force_tcp_alias()', ['number'])],
  ['set_advertised_address', takes('set_advertised_address(192.0.2.1)', ['h'])],
  ['set_advertised_port', oneNumber('set_advertised_port', '5060')],
  ['force_send_socket', takes('force_send_socket(udp:192.0.2.1:5060)', ['k'])],
])

function takes(example: string, ...alternatives: ArgumentKind[][]): Signature {
  return { mayOmitParentheses: false, takes: alternatives, example }
}

function bare(example: string, ...alternatives: ArgumentKind[][]): Signature {
  return { mayOmitParentheses: true, takes: [[], ...alternatives], example }
}

/** A core command, the reader standing at its name; undefined after a reported problem. */
export function parseCoreCommand(reader: TokenReader): CoreAction | undefined {
  const { name, written, line, column } = reader.next()
  const at = { line, column }
  const signature = signatures.get(name) as Signature
  if (!reader.takeSign('(')) {
    if (signature.mayOmitParentheses) return { kind: 'core', name, written, args: [], at }
    return reader.unexpected(
      `${written} needs arguments in parentheses`,
      `Write ${signature.example};.`,
      'missing-sign',
    )
  }
  const args = parseArguments(reader, signature)
  if (args === undefined) return undefined
  if (signature.takes.some((kinds) => fits(kinds, args))) return { kind: 'core', name, written, args, at }
  const message = `${written} does not take these arguments.`
  return reader.report('wrong-core-arguments', message, `Write ${example(signature, name, written)};.`, at)
}

function example(signature: Signature, name: string, written: string): string {
  return name === 'drop' ? written : signature.example
}

function parseArguments(reader: TokenReader, signature: Signature): Argument[] | undefined {
  const args: Argument[] = []
  if (reader.takeSign(')')) return args
  const isSocket = signature.takes.some((kinds) => kinds[0] === 'k')
  do {
    const argument = isSocket ? parseSocket(reader) : parseArgument(reader, signature)
    if (argument === undefined) return undefined
    args.push(argument)
  } while (reader.takeSign(','))
  return reader.expectSign(')', 'the arguments') ? args : undefined
}

function parseArgument(reader: TokenReader, signature: Signature): Argument | undefined {
  const token = reader.token
  const at = { line: token.line, column: token.column }
  if (token.kind === 'string') return { kind: 'string', text: reader.next().name, at }
  if (token.kind === 'number' && !startsIpv4(reader))
    return { kind: 'number', number: reader.next().value, at }
  if (token.kind === 'word' && (token.name === 'uri:host' || token.name === 'uri:port')) {
    reader.next()
    return { kind: token.name, at }
  }
  if (token.kind === 'sign' || token.kind === 'end' || token.kind === 'foreign') {
    return reader.unexpected('An argument is expected', `Write ${signature.example};.`)
  }
  const host = parseHost(reader)
  return host && { kind: 'host', text: host.text, at }
}

function parseSocket(reader: TokenReader): Argument | undefined {
  const { line, column } = reader.token
  const endpoint = parseEndpoint(reader)
  return endpoint && { kind: 'socket', endpoint, at: { line, column } }
}

function fits(kinds: readonly ArgumentKind[], args: readonly Argument[]): boolean {
  return (
    kinds.length === args.length && kinds.every((kind, index) => isKind((args[index] as Argument).kind, kind))
  )
}

function isKind(kind: Argument['kind'], wanted: ArgumentKind): boolean {
  if (wanted === 'h') return kind === 'string' || kind === 'host'
  if (wanted === 'k') return kind === 'socket'
  if (wanted === 'p') return kind === 'uri:port' || kind === 'number'
  return kind === wanted
}

/** A module command, the reader standing at its name and `(` following. */
export function parseModuleCommand(reader: TokenReader): CallAction | undefined {
  const { written: name, line, column } = reader.next()
  reader.next()
  const at = { line, column }
  const args: { text: string; at: { line: number; column: number } }[] = []
  if (reader.takeSign(')')) return { kind: 'call', name, args, at }
  do {
    const token = reader.token
    if (token.kind !== 'string') return refuseArgument(reader, name)
    args.push({ text: reader.next().name, at: { line: token.line, column: token.column } })
  } while (reader.takeSign(','))
  if (!reader.expectSign(')', 'the arguments')) return undefined
  if (args.length <= 2) return { kind: 'call', name, args, at }
  const message = `${name} has ${String(args.length)} arguments; commands of SER 0.9 have at most two.`
  return reader.report('too-many-arguments', message, 'Look up how the command is written in SER 0.9.', at)
}

function refuseArgument(reader: TokenReader, name: string): undefined {
  const token = reader.token
  const foreign = recogniseForeign(name)
  if (foreign !== undefined) {
    const message = `The command ${name} belongs to ${foreign.dialect}; SER 0.9 does not have it.`
    return reader.report('other-dialect', message, foreign.remedy)
  }
  if (token.kind !== 'number') {
    return reader.unexpected(
      `${name} takes texts in quotation marks`,
      'Write each argument in quotation marks.',
    )
  }
  const message = `${name} has the number ${describe(token)} without quotation marks; SER 2.0 and Kamailio allow that, SER 0.9 does not.`
  return reader.report(
    'unquoted-argument',
    message,
    `Write ${shown(token.written)} with the quotation marks.`,
  )
}
