import { parseHost } from './parse-host.ts'
import type { TokenReader } from './reader.ts'
import type {
  AddressOperand,
  Comparison,
  MyselfOperand,
  NumberOperand,
  Order,
  TextOperand,
} from './syntax.ts'
import type { Place } from './problem.ts'

/** The longest message that is taken in, in bytes: `max_len`. */
export const greatestMessageBytes = 65535

const orders: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>='])
const families: ReadonlyMap<string, number> = new Map([
  ['inet', 2],
  ['inet6', 10],
])
const transports: ReadonlyMap<string, number> = new Map([
  ['udp', 1],
  ['tcp', 2],
  ['tls', 3],
])
const comparableWithMyself: ReadonlySet<string> = new Set(['uri', 'from_uri', 'to_uri', 'src_ip', 'dst_ip'])

/** `operand operator value`, the reader standing at the operand; undefined after a reported problem. */
export function parseComparison(reader: TokenReader): Comparison | undefined {
  const { name, written, line, column } = reader.next()
  const at = { line, column }
  const operator = parseOperator(reader, name, written)
  if (operator === undefined) return undefined
  switch (name) {
    case 'method':
      return parseMethod(reader, operator, at)
    case 'uri':
    case 'from_uri':
    case 'to_uri':
      return parseUri(reader, name, operator, at)
    case 'src_ip':
    case 'dst_ip':
      return parseAddressTest(reader, name, operator, at)
    case 'proto':
      return parseProto(reader, operator, at)
    case 'af':
      return parseFamily(reader, operator, at)
    case 'myself':
      return parseMyself(reader, operator, at)
    default:
      return parseNumberTest(reader, name as NumberOperand, operator as Order, at)
  }
}

function operatorsOf(operand: string): readonly string[] {
  if (operand === 'src_port' || operand === 'dst_port' || operand === 'msg:len') return [...orders]
  return operand === 'proto' || operand === 'af' || operand === 'myself' ? ['==', '!='] : ['==', '!=', '=~']
}

function parseOperator(reader: TokenReader, operand: string, written: string): string | undefined {
  const allowed = operatorsOf(operand)
  if (reader.token.kind === 'sign' && allowed.includes(reader.token.name)) return reader.next().name
  const choice = allowed.join(' ')
  if (reader.isSign('=')) {
    return reader.report(
      'assignment-in-condition',
      `A single = compares nothing.`,
      `Write == after ${written}.`,
    )
  }
  return reader.unexpected(
    `${written} is compared with one of ${choice}`,
    `Write one of ${choice}.`,
    'wrong-operator',
  )
}

function parseMethod(reader: TokenReader, operator: string, at: Place): Comparison | undefined {
  const isWord = operator !== '=~' && reader.token.kind === 'word'
  if (reader.token.kind !== 'string' && !isWord) return expectText(reader, 'method')
  return textTest('method', operator, isWord ? reader.next().written : reader.next().name, at)
}

function textTest(operand: TextOperand, operator: string, text: string, at: Place): Comparison {
  if (operator === '=~') return { kind: 'pattern', operand, text, at }
  return { kind: 'text', operand, isNegated: operator === '!=', text, at }
}

function expectText(reader: TokenReader, operand: string): undefined {
  const remedy = 'Write the value in quotation marks.'
  return reader.unexpected(`${operand} is compared with a text`, remedy, 'wrong-operand-value')
}

function parseUri(
  reader: TokenReader,
  operand: 'uri' | 'from_uri' | 'to_uri',
  operator: string,
  at: Place,
): Comparison | undefined {
  if (reader.token.kind === 'string') return textTest(operand, operator, reader.next().name, at)
  if (operator === '=~') return expectText(reader, operand)
  if (reader.isWord('myself')) return myselfTest(reader, operand, operator, at)
  if (!reader.isFreeWord()) return expectText(reader, operand)
  const host = parseHost(reader)
  return host && textTest(operand, operator, host.text, at)
}

function myselfTest(reader: TokenReader, operand: MyselfOperand, operator: string, at: Place): Comparison {
  reader.next()
  return { kind: 'myself', operand, isNegated: operator === '!=', at }
}

function parseMyself(reader: TokenReader, operator: string, at: Place): Comparison | undefined {
  const { kind, name } = reader.token
  if (kind === 'word' && comparableWithMyself.has(name))
    return myselfTest(reader, name as MyselfOperand, operator, at)
  const choice = [...comparableWithMyself].join(', ')
  return reader.unexpected(
    `myself is compared with one of ${choice}`,
    'Write uri==myself.',
    'wrong-operand-value',
  )
}

function parseNumberTest(
  reader: TokenReader,
  operand: NumberOperand,
  order: Order,
  at: Place,
): Comparison | undefined {
  if (operand === 'msg:len' && reader.isWord('max_len')) {
    reader.next()
    return { kind: 'number', operand, order, number: greatestMessageBytes, at }
  }
  if (reader.token.kind === 'number')
    return { kind: 'number', operand, order, number: reader.next().value, at }
  return reader.unexpected(`${operand} is compared with a number`, 'Write a number.', 'wrong-operand-value')
}

function parseProto(reader: TokenReader, operator: string, at: Place): Comparison | undefined {
  const isNegated = operator === '!='
  const { kind, name } = reader.token
  const transport = kind === 'word' ? transports.get(name) : reader.isSign('*') ? 0 : undefined
  if (transport === undefined && kind !== 'number') {
    return reader.unexpected(
      'proto is compared with udp, tcp or tls',
      'Write udp, tcp or tls.',
      'wrong-operand-value',
    )
  }
  return { kind: 'proto', isNegated, number: transport ?? reader.token.value, at: skip(reader, at) }
}

function parseFamily(reader: TokenReader, operator: string, at: Place): Comparison | undefined {
  const isNegated = operator === '!='
  const { kind, name, value } = reader.token
  const family = kind === 'word' ? families.get(name) : kind === 'number' ? value : undefined
  if (family === undefined) {
    return reader.unexpected(
      'af is compared with INET or INET6',
      'Write INET or INET6.',
      'wrong-operand-value',
    )
  }
  return { kind: 'family', isNegated, number: family, at: skip(reader, at) }
}

function skip(reader: TokenReader, at: Place): Place {
  reader.next()
  return at
}

function parseAddressTest(
  reader: TokenReader,
  operand: AddressOperand,
  operator: string,
  at: Place,
): Comparison | undefined {
  const isNegated = operator === '!='
  if (reader.token.kind === 'string') {
    const text = reader.next().name
    if (operator === '=~') return { kind: 'pattern', operand, text, at }
    return { kind: 'address', operand, isNegated, text, mask: undefined, at }
  }
  if (operator === '=~') return expectText(reader, operand)
  if (reader.isWord('myself')) return myselfTest(reader, operand, operator, at)
  const host = parseHost(reader)
  if (host === undefined) return undefined
  if (!reader.isSign('/') || host.kind === 'name') {
    return { kind: 'address', operand, isNegated, text: host.text, mask: undefined, at }
  }
  const mask = parseMask(reader, host.text.includes(':'))
  return mask === undefined ? undefined : { kind: 'address', operand, isNegated, text: host.text, mask, at }
}

function parseMask(reader: TokenReader, isIpv6: boolean): number | string | undefined {
  reader.next()
  const from = reader.token
  if (from.kind === 'number' && !reader.isSign('.', 1)) {
    const bits = reader.next().value
    const most = isIpv6 ? 128 : 32
    if (bits <= most) return bits
    const message = `${String(bits)} is no number of network bits.`
    return reader.report('bad-netmask', message, `Write a number from 0 to ${String(most)}.`, from)
  }
  const host = parseHost(reader)
  if (host === undefined) return undefined
  if (host.kind === 'address' && host.text.includes(':') === isIpv6) return host.text
  const remedy = 'Write the number of bits, such as /24, or a mask such as /255.255.255.0.'
  return reader.report('bad-netmask', 'The network mask does not belong to this address.', remedy, from)
}
