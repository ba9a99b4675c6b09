import { recogniseForeign } from './dialect.ts'
import { parseCoreCommand, parseModuleCommand } from './parse-command.ts'
import { parseComparison } from './parse-comparison.ts'
import type { TokenReader } from './reader.ts'
import { shown } from './problem.ts'
import type { Action, Arm, Condition, IfAction } from './syntax.ts'
import { coreWords, operandWords } from './words.ts'

/** `{ … }`; statements that cannot be understood are reported and left out. Undefined when the `{` is missing. */
export function parseBlock(reader: TokenReader): readonly Action[] | undefined {
  const open = reader.token
  if (!reader.expectSign('{', 'this')) return undefined
  return reader.nested(() => {
    const actions: Action[] = []
    if (reader.isSign('}')) {
      reader.report(
        'empty-block',
        'This block is empty, and SER 0.9 refuses empty blocks.',
        'Write ; between the braces.',
        open,
      )
    }
    while (!reader.isSign('}')) {
      if (reader.isEnd() || startsItem(reader)) {
        missingBrace(reader, open)
        return actions
      }
      parseStatement(reader, actions)
    }
    reader.next()
    return actions
  })
}

function missingBrace(reader: TokenReader, open: { line: number; column: number }): void {
  const message = 'The block that this brace opens is never closed.'
  const remedy = `Write the missing } before line ${String(reader.token.line)}.`
  reader.report('missing-brace', message, remedy, open)
}

/** Whether something begins that may stand only outside of blocks. */
function startsItem(reader: TokenReader): boolean {
  if (reader.isWord('loadmodule') || reader.isWord('modparam')) return true
  if (reader.isWord('route')) return reader.isSign('[', 1) || reader.isSign('{', 1)
  return reader.isWord('failure_route') || reader.isWord('onreply_route')
}

function parseStatement(reader: TokenReader, into: Action[]): void {
  if (reader.takeSign(';')) return
  const from = reader.position
  if (reader.isWord('if')) {
    const parsed = parseIf(reader)
    if (parsed !== undefined) into.push(parsed)
    else if (reader.position === from) reader.next()
    return
  }
  const action = parseCommand(reader)
  if (action === undefined) {
    skipStatement(reader, from)
    return
  }
  into.push(action)
  if (reader.takeSign(';')) return
  reader.unexpected('A ; is missing after this command', 'Write ; before this.', 'missing-semicolon')
  if (!startsCommand(reader)) skipStatement(reader, reader.position)
}

function startsCommand(reader: TokenReader): boolean {
  if (reader.isWord('if')) return true
  return reader.token.kind === 'word' && reader.isSign('(', 1)
}

/** Goes to the next `;` or to the `}` of this block; a block on the way is read for its own problems. */
function skipStatement(reader: TokenReader, from: number): void {
  while (!reader.isEnd() && !reader.isSign('}')) {
    if (reader.takeSign(';')) return
    if (reader.isSign('{')) {
      parseBlock(reader)
      return
    }
    if (startsItem(reader) && reader.position > from) return
    reader.next()
  }
}

function parseCommand(reader: TokenReader): Action | undefined {
  const token = reader.token
  if (token.kind === 'word' && coreWords.has(token.name)) return parseCoreCommand(reader)
  if (reader.isFreeWord() && reader.isSign('(', 1) && !isForeignStatement(token.name))
    return parseModuleCommand(reader)
  return refuseCommand(reader)
}

/** Words of other dialects that look like commands but can never be one. */
function isForeignStatement(name: string): boolean {
  return ['while', 'for', 'switch', 'return', 'exit', 'case'].includes(name)
}

function refuseCommand(reader: TokenReader): undefined {
  const token = reader.token
  const foreign = token.kind === 'word' ? recogniseForeign(token.written) : undefined
  if (foreign !== undefined) {
    const message = `${shown(token.written)} belongs to ${foreign.dialect}; SER 0.9 does not have it.`
    return reader.report('other-dialect', message, foreign.remedy)
  }
  if (reader.isWord('else')) {
    const remedy = 'Remove the ; before else, or the else itself.'
    return reader.report('else-without-if', 'This else belongs to no if.', remedy)
  }
  if (token.kind === 'word' && reader.isSign('=', 1)) {
    const message = `${shown(token.written)} is set inside a block; SER 0.9 has no variables.`
    return reader.report(
      'assignment-in-block',
      message,
      'Write global parameters outside of the blocks; use flags for marks.',
    )
  }
  if (reader.isSign('{')) {
    const remedy = 'Remove the braces, or write an if before them.'
    return reader.report('bare-block', 'A block in braces cannot stand by itself.', remedy)
  }
  if (!reader.isFreeWord()) return reader.unexpected('A command is expected', 'Write a command, if, or }.')
  const message = `The command ${shown(token.written)} has no parentheses.`
  return reader.report('missing-parentheses', message, `Write ${token.written}();.`)
}

function parseIf(reader: TokenReader): IfAction | undefined {
  const { line, column } = reader.token
  const at = { line, column }
  const arms: Arm[] = []
  for (;;) {
    const arm = parseArm(reader)
    if (arm === undefined) return undefined
    arms.push(arm)
    if (!reader.isWord('else')) return { kind: 'if', arms, otherwise: undefined, at }
    reader.next()
    if (reader.isWord('if')) continue
    const otherwise = parseBody(reader)
    return otherwise && { kind: 'if', arms, otherwise, at }
  }
}

function parseArm(reader: TokenReader): Arm | undefined {
  const { line, column } = reader.next()
  const at = { line, column }
  let condition = reader.nested(() => parseOr(reader))
  if (condition === undefined) {
    if (!skipToBody(reader)) return undefined
    condition = { kind: 'constant', number: 0, at }
  }
  const body = parseBody(reader)
  return body && { condition, body, at }
}

/** After a condition that was not understood: whether a block follows whose statements can still be read. */
function skipToBody(reader: TokenReader): boolean {
  while (!reader.isSign('{')) {
    if (reader.isEnd() || reader.isSign('}') || startsItem(reader)) return false
    if (reader.takeSign(';')) return false
    reader.next()
  }
  return true
}

/**
 * What an `if` or `else` governs. Without braces SER 0.9.3 writes no `;` before `else` and 0.9.6 needs one;
 * both are read (ser-language §3).
 */
function parseBody(reader: TokenReader): readonly Action[] | undefined {
  if (reader.isSign('{')) return parseBlock(reader)
  return reader.nested(() => {
    if (reader.takeSign(';')) return []
    if (reader.isWord('if')) {
      const inner = parseIf(reader)
      return inner && [inner]
    }
    const from = reader.position
    const action = parseCommand(reader)
    if (action === undefined) {
      skipStatement(reader, from)
      return []
    }
    takeEndOfBody(reader)
    return [action]
  })
}

function takeEndOfBody(reader: TokenReader): void {
  if (reader.takeSign(';') || reader.isWord('else') || reader.isSign(')')) return
  const message = 'A ; is missing after this command; SER 0.9.3 reads it so, 0.9.6 does not.'
  reader.warn('missing-semicolon', message, 'Write ; after the command.')
}

function parseOr(reader: TokenReader): Condition | undefined {
  return parseChain(reader, '||', 'or', parseAnd)
}

function parseAnd(reader: TokenReader): Condition | undefined {
  return parseChain(reader, '&&', 'and', parseNot)
}

function parseChain(
  reader: TokenReader,
  sign: string,
  kind: 'and' | 'or',
  parsePart: (reader: TokenReader) => Condition | undefined,
): Condition | undefined {
  const { line, column } = reader.token
  const parts: Condition[] = []
  do {
    const part = parsePart(reader)
    if (part === undefined) return undefined
    parts.push(part)
  } while (reader.takeSign(sign))
  return parts.length === 1 ? parts[0] : { kind, parts, at: { line, column } }
}

function parseNot(reader: TokenReader): Condition | undefined {
  if (!reader.isSign('!')) return parsePrimary(reader)
  const { line, column } = reader.next()
  const of = reader.nested(() => parseNot(reader))
  return of && { kind: 'not', of, at: { line, column } }
}

function parsePrimary(reader: TokenReader): Condition | undefined {
  const token = reader.token
  const at = { line: token.line, column: token.column }
  if (reader.takeSign('(')) {
    const inner = reader.nested(() => parseOr(reader))
    return inner && reader.expectSign(')', 'the condition') ? inner : undefined
  }
  if (reader.isSign('{')) {
    const actions = parseBlock(reader)
    return actions && { kind: 'actions', actions, at }
  }
  if (token.kind === 'number') return { kind: 'constant', number: reader.next().value, at }
  if (token.kind !== 'word') return refuseCondition(reader)
  if (operandWords.has(token.name)) return parseComparison(reader)
  const action = token.name === 'if' ? reader.nested(() => parseIf(reader)) : parseCommandTest(reader)
  return action && { kind: 'actions', actions: [action], at }
}

function parseCommandTest(reader: TokenReader): Action | undefined {
  const token = reader.token
  if (coreWords.has(token.name) || reader.isSign('(', 1)) return parseCommand(reader)
  return refuseCondition(reader)
}

function refuseCondition(reader: TokenReader): undefined {
  const remedy = 'Write a comparison such as method=="INVITE", or a command with its parentheses.'
  const token = reader.token
  const foreign = token.kind === 'word' ? recogniseForeign(token.written) : undefined
  if (foreign === undefined) return reader.unexpected('A condition is expected', remedy)
  const message = `${shown(token.written)} belongs to ${foreign.dialect}; SER 0.9 does not have it.`
  return reader.report('other-dialect', message, foreign.remedy)
}
