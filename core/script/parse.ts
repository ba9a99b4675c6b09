import { recogniseDirective, recogniseForeign } from './dialect.ts'
import { lex } from './lex.ts'
import type { Directive } from './lex.ts'
import { parseAssignment, refuseSemicolon } from './parse-global.ts'
import { parseBlock } from './parse-statement.ts'
import type { Findings } from './problem.ts'
import { shown } from './problem.ts'
import { TokenReader } from './reader.ts'
import type { Block, Item, LoadModule, ModuleParameter, Script } from './syntax.ts'
import { structureWords } from './words.ts'

/** Block numbers run from 0 (the main route) to 19; the tables of SER 0.9 have 20 places. */
export const greatestBlockNumber = 19

/** Reads a whole script; every problem is reported, and reading goes on behind it. Never throws; linear. */
export function parse(text: string, findings: Findings): Script {
  const { tokens, directives } = lex(text, findings)
  const reader = new TokenReader(tokens, findings)
  const items: Item[] = []
  if (reader.isEnd() && findings.problems.length === 0) {
    reader.report('empty-script', 'The script is empty.', 'Write at least a route{ … } block.')
  }
  while (!reader.isEnd()) {
    const item = parseItem(reader)
    if (item === undefined) skipToItem(reader)
    else items.push(item)
  }
  warnOfDirectives(directives, findings)
  return { items, directives }
}

function warnOfDirectives(directives: readonly Directive[], findings: Findings): void {
  for (const directive of directives) {
    const dialect = recogniseDirective(directive.text)
    if (dialect === undefined) continue
    const message = `${shown(directive.text)} is an order to ${dialect}; here it is only a comment.`
    findings.warning(
      directive,
      'other-dialect',
      message,
      'Remove the line; if the rest is of that dialect too, rewrite it.',
    )
  }
}

function parseItem(reader: TokenReader): Item | undefined {
  const { kind, name } = reader.token
  if (kind === 'word') {
    if (name === 'loadmodule') return parseLoadModule(reader)
    if (name === 'modparam') return parseModuleParameter(reader)
    if (name === 'route' || name === 'failure_route' || name === 'onreply_route')
      return parseRouteBlock(reader, name)
    if (reader.isSign('=', 1)) return parseAssignment(reader)
  }
  return refuseItem(reader)
}

function refuseItem(reader: TokenReader): undefined {
  const token = reader.token
  const foreign = token.kind === 'word' ? recogniseForeign(token.written) : undefined
  if (foreign !== undefined) {
    const message = `${shown(token.written)} belongs to ${foreign.dialect}; SER 0.9 does not have it.`
    return reader.report('other-dialect', message, foreign.remedy)
  }
  if (reader.isSign('}')) {
    return reader.report('extra-brace', 'This } closes nothing.', 'Remove it, or look for a missing { above.')
  }
  const lower = token.written.toLowerCase()
  if (token.kind === 'word' && lower !== token.written && structureWords.has(lower)) {
    return reader.report(
      'wrong-case',
      `${shown(token.written)} is not known.`,
      `Write ${lower} in small letters.`,
    )
  }
  const remedy =
    'Outside of blocks stand only name=value, loadmodule, modparam, route, failure_route and onreply_route.'
  return reader.unexpected('An assignment, loadmodule, modparam or a route block is expected', remedy)
}

/** Goes to where the next item begins; a block on the way is read for its own problems. */
function skipToItem(reader: TokenReader): void {
  const from = reader.position
  while (!reader.isEnd()) {
    if (reader.isSign('{')) {
      parseBlock(reader)
      return
    }
    if (reader.position > from && startsItem(reader)) return
    reader.next()
  }
}

function startsItem(reader: TokenReader): boolean {
  const { kind, name } = reader.token
  return kind === 'word' && (structureWords.has(name) || reader.isSign('=', 1))
}

function parseLoadModule(reader: TokenReader): LoadModule | undefined {
  const { line, column } = reader.next()
  if (reader.token.kind !== 'string') {
    const remedy = 'Write loadmodule "tm.so".'
    return reader.unexpected('loadmodule takes a path in quotation marks', remedy, 'wrong-loadmodule')
  }
  const path = reader.next().name
  refuseSemicolon(reader, 'loadmodule')
  return { kind: 'loadmodule', path, at: { line, column } }
}

function parseModuleParameter(reader: TokenReader): ModuleParameter | undefined {
  const { line, column } = reader.next()
  if (!reader.expectSign('(', 'modparam')) return undefined
  const modules = parseText(reader, 'the names of the modules')
  if (modules === undefined || !reader.expectSign(',', 'the module')) return undefined
  const name = parseText(reader, 'the name of the parameter')
  if (name === undefined || !reader.expectSign(',', 'the name of the parameter')) return undefined
  const { kind } = reader.token
  if (kind !== 'string' && kind !== 'number') {
    const remedy = 'Write a text in quotation marks or a number of 0 or more.'
    return reader.unexpected('A parameter is set to a text or a number', remedy, 'wrong-modparam')
  }
  const token = reader.next()
  if (!reader.expectSign(')', 'the value')) return undefined
  refuseSemicolon(reader, 'modparam')
  const value = kind === 'string' ? token.name : token.value
  return { kind: 'modparam', modules, name, value, at: { line, column } }
}

function parseText(reader: TokenReader, what: string): string | undefined {
  if (reader.token.kind === 'string') return reader.next().name
  return reader.unexpected(
    `modparam takes ${what} in quotation marks`,
    'Write modparam("module", "name", value).',
    'wrong-modparam',
  )
}

function parseRouteBlock(reader: TokenReader, block: Block['block']): Block | undefined {
  const { line, column, written } = reader.next()
  const at = { line, column }
  const number = parseBlockNumber(reader, block, written, at)
  if (number === undefined) return undefined
  const actions = parseBlock(reader)
  return actions && { kind: 'block', block, number, actions, at }
}

function parseBlockNumber(
  reader: TokenReader,
  block: Block['block'],
  written: string,
  at: Block['at'],
): number | undefined {
  if (!reader.takeSign('[')) {
    if (block === 'route') return 0
    const message = `${written} has no number; only OpenSER, SER 2.0 and Kamailio allow that.`
    return reader.report('missing-block-number', message, `Write ${written}[1].`, at)
  }
  const token = reader.token
  if (token.kind === 'word' || token.kind === 'string') {
    const message = `${written}[${token.written.slice(0, 40)}] has a name; only SER 2.0 and Kamailio allow that.`
    return reader.report('named-block', message, `Write ${written}[1] and call it by that number.`)
  }
  if (token.kind !== 'number') {
    return reader.unexpected(
      'A block has a number in its brackets',
      `Write ${written}[1].`,
      'missing-block-number',
    )
  }
  reader.next()
  if (!reader.expectSign(']', 'the number')) return undefined
  const least = block === 'route' ? 0 : 1
  if (token.value >= least && token.value <= greatestBlockNumber) return token.value
  const remedy = `Write a number from ${String(least)} to ${String(greatestBlockNumber)}.`
  return reader.report(
    'bad-block-number',
    `${written}[${String(token.value)}] does not exist.`,
    remedy,
    token,
  )
}
