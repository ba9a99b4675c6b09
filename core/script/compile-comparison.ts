import { isInNetwork, maskOfBits, parseAddress } from './address.ts'
import type { AddressWords } from './address.ts'
import type { Pattern } from './pattern.ts'
import type { AddressOperand, Comparison, NumberOperand, Order, TextOperand } from './syntax.ts'
import { no, unknown, yes } from './truth.ts'
import type { Test } from './truth.ts'
import type { Operands } from './vocabulary.ts'

/** Turns a comparison into a test. `isSer09`: a text also equals a literal that merely begins with it. */
export function compileComparison<Context>(
  comparison: Comparison,
  operands: Operands<Context>,
  patterns: ReadonlyMap<Comparison, Pattern>,
  isSer09: boolean,
): Test<Context> {
  switch (comparison.kind) {
    case 'text':
      return textTest(readText(comparison.operand, operands), comparison.text, comparison.isNegated, isSer09)
    case 'pattern':
      return patternTest(readText(comparison.operand, operands), patterns.get(comparison) as Pattern)
    case 'myself':
      return myselfTest(comparison, operands)
    case 'number':
      return numberTest(readNumber(comparison.operand, operands), comparison.order, comparison.number)
    case 'proto':
      return protoTest(comparison.number, comparison.isNegated, operands)
    case 'family':
      return familyTest(comparison.number, comparison.isNegated, operands)
    case 'address':
      return addressTest(comparison, operands)
  }
}

type Reader<Context, Value> = (context: Context) => Value

function readText<Context>(
  operand: TextOperand | AddressOperand,
  operands: Operands<Context>,
): Reader<Context, string | undefined> {
  switch (operand) {
    case 'method':
      return (context) => operands.method(context)
    case 'uri':
      return (context) => operands.uri(context)
    case 'from_uri':
      return (context) => operands.fromUri(context)
    case 'to_uri':
      return (context) => operands.toUri(context)
    case 'src_ip':
      return (context) => operands.sourceAddress(context)
    case 'dst_ip':
      return (context) => operands.destinationAddress(context)
  }
}

function textTest<Context>(
  read: Reader<Context, string | undefined>,
  literal: string,
  isNegated: boolean,
  isSer09: boolean,
): Test<Context> {
  const folded = foldAscii(literal)
  const whenEqual = isNegated ? no : yes
  const whenDifferent = isNegated ? yes : no
  return (context) => {
    const value = read(context)
    if (value === literal) return whenEqual
    if (value === undefined) return unknown
    const fitsLength = isSer09 ? value.length <= folded.length : value.length === folded.length
    return fitsLength && beginsFolded(folded, value) ? whenEqual : whenDifferent
  }
}

/** ASCII letters only: what lies above 127 is bytes, not letters. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
}

/** Whether `folded`, which is in small letters, begins with `value`, which is not longer. */
function beginsFolded(folded: string, value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    let code = value.charCodeAt(at)
    if (code >= 65 && code <= 90) code += 32
    if (code !== folded.charCodeAt(at)) return false
  }
  return true
}

function patternTest<Context>(read: Reader<Context, string | undefined>, pattern: Pattern): Test<Context> {
  return (context) => {
    const value = read(context)
    return value === undefined ? unknown : pattern.test(value) ? yes : no
  }
}

function myselfTest<Context>(
  { operand, isNegated }: Comparison & { kind: 'myself' },
  operands: Operands<Context>,
): Test<Context> {
  return (context) => {
    const isMyself = operands.isMyself(context, operand)
    return isMyself === undefined ? unknown : isMyself !== isNegated ? yes : no
  }
}

function readNumber<Context>(operand: NumberOperand, operands: Operands<Context>): Reader<Context, number> {
  switch (operand) {
    case 'src_port':
      return (context) => operands.sourcePort(context)
    case 'dst_port':
      return (context) => operands.destinationPort(context)
    case 'msg:len':
      return (context) => operands.messageLength(context)
  }
}

function numberTest<Context>(read: Reader<Context, number>, order: Order, number: number): Test<Context> {
  switch (order) {
    case '==':
      return (context) => (read(context) === number ? yes : no)
    case '!=':
      return (context) => (read(context) !== number ? yes : no)
    case '<':
      return (context) => (read(context) < number ? yes : no)
    case '>':
      return (context) => (read(context) > number ? yes : no)
    case '<=':
      return (context) => (read(context) <= number ? yes : no)
    case '>=':
      return (context) => (read(context) >= number ? yes : no)
  }
}

function protoTest<Context>(number: number, isNegated: boolean, operands: Operands<Context>): Test<Context> {
  const wanted = [undefined, 'udp', 'tcp', 'tls'][number]
  return (context) => ((operands.transport(context) === wanted) !== isNegated ? yes : no)
}

function familyTest<Context>(number: number, isNegated: boolean, operands: Operands<Context>): Test<Context> {
  return (context) => {
    const family = operands.sourceAddress(context).includes(':') ? 10 : 2
    return (family === number) !== isNegated ? yes : no
  }
}

function addressTest<Context>(
  { operand, text, mask, isNegated }: Comparison & { kind: 'address' },
  operands: Operands<Context>,
): Test<Context> {
  const network = parseAddress(text)
  if (network === undefined) return nameTest(operand, text, isNegated, operands)
  const read = readText(operand, operands)
  const bits = maskWords(mask, network)
  return (context) => {
    const value = read(context) as string
    if (value === text) return isNegated ? no : yes
    const address = parseAddress(value)
    if (address === undefined) return unknown
    return isInNetwork(address, network, bits) !== isNegated ? yes : no
  }
}

function maskWords(mask: number | string | undefined, network: AddressWords): AddressWords {
  if (typeof mask === 'number') return maskOfBits(mask, network)
  return (mask === undefined ? undefined : parseAddress(mask)) ?? maskOfBits(128, network)
}

function nameTest<Context>(
  operand: AddressOperand,
  name: string,
  isNegated: boolean,
  operands: Operands<Context>,
): Test<Context> {
  return (context) => {
    const isAddressOf = operands.isAddressOf?.(context, operand, name)
    return isAddressOf === undefined ? unknown : isAddressOf !== isNegated ? yes : no
  }
}
