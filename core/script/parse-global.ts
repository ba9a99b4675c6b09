import { findGlobal, foreignGlobals } from './globals-table.ts'
import type { GlobalSpec } from './globals-table.ts'
import { parseEndpoints, parseHost } from './parse-host.ts'
import type { TokenReader } from './reader.ts'
import { shown } from './problem.ts'
import type { Assignment } from './syntax.ts'
import type { Value } from './vocabulary.ts'

/** `name=value`, the reader standing at the name. */
export function parseAssignment(reader: TokenReader): Assignment | undefined {
  const at = reader.next()
  reader.next()
  const spec = findGlobal(at.name)
  if (spec === undefined) return unknownGlobal(reader, at.written, at)
  const value = parseValue(reader, spec)
  if (value === undefined) return undefined
  refuseSemicolon(reader, 'an assignment')
  return { kind: 'assignment', name: spec.name, value, at: { line: at.line, column: at.column } }
}

/** After assignments, `loadmodule` and `modparam` stands no `;` in SER 0.9. */
export function refuseSemicolon(reader: TokenReader, after: string): void {
  if (!reader.isSign(';')) return
  const message = `There is no ; after ${after} in SER 0.9; scripts for OpenSER, SER 2.0 or Kamailio have it.`
  reader.report('unexpected-semicolon', message, 'Remove the ;.')
  while (reader.takeSign(';'));
}

function unknownGlobal(reader: TokenReader, written: string, at: Assignment['at']): undefined {
  const foreign = foreignGlobals.get(written)
  if (foreign === undefined) {
    const remedy = 'Remove the line, or look up the right name in the list of global parameters.'
    return reader.report('unknown-global', `There is no global parameter ${shown(written)}.`, remedy, at)
  }
  const message = `The global parameter ${shown(written)} belongs to ${foreign[0]}; SER 0.9 does not have it.`
  return reader.report('unknown-global', message, foreign[1], at)
}

function parseValue(reader: TokenReader, spec: GlobalSpec): Assignment['value'] | undefined {
  switch (spec.kind) {
    case 'endpoints':
      return parseEndpoints(reader)
    case 'host':
      return reader.token.kind === 'string' ? reader.next().name : parseHost(reader)?.text
    case 'number':
      return parseNumber(reader, spec)
    case 'string':
      return parseText(reader, spec)
    case 'word':
      return parseWord(reader, spec)
    case 'string-or-word':
      return textOrWord(reader) ?? expected(reader, spec, 'a text in quotation marks')
    case 'tls-method':
      return parseTlsMethod(reader, spec)
    case 'compatibility':
      return parseCompatibility(reader, spec)
  }
}

function parseNumber(reader: TokenReader, spec: GlobalSpec): Value | undefined {
  if (reader.token.kind === 'number') return reader.next().value
  return expected(reader, spec, 'a number, or yes or no')
}

function parseText(reader: TokenReader, spec: GlobalSpec): Value | undefined {
  if (reader.token.kind === 'string') return reader.next().name
  return expected(reader, spec, 'a text in quotation marks')
}

function parseWord(reader: TokenReader, spec: GlobalSpec): Value | undefined {
  if (reader.token.kind === 'word') return reader.next().written
  return expected(reader, spec, 'a word without quotation marks')
}

function textOrWord(reader: TokenReader): string | undefined {
  if (reader.token.kind === 'string') return reader.next().name
  return reader.isFreeWord() ? reader.next().written : undefined
}

function expected(reader: TokenReader, spec: GlobalSpec, what: string): undefined {
  const remedy = `Write ${what} after ${spec.name}=.`
  return reader.unexpected(`${spec.name} takes ${what}`, remedy, 'wrong-global-value')
}

function parseTlsMethod(reader: TokenReader, spec: GlobalSpec): Value | undefined {
  const isMethod = ['sslv23', 'sslv2', 'sslv3', 'tlsv1'].includes(reader.token.name)
  return isMethod ? reader.next().name : expected(reader, spec, 'one of SSLv23, SSLv2, SSLv3, TLSv1')
}

function parseCompatibility(reader: TokenReader, spec: GlobalSpec): Value | undefined {
  const isKnown = ['rfc3261', 'ser09'].includes(reader.token.name)
  return isKnown ? reader.next().name : expected(reader, spec, 'rfc3261 or ser09')
}
