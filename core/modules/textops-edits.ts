import type { Octets } from '../lib/octets.ts'
import type { Edit, Run } from '../exchange/index.ts'
import type { Pattern, PatternMatch } from '../script/index.ts'

/** A message in hand, behind its first line: what replace and subst work on. */
interface Rest {
  readonly text: Octets
  /** Offset of `text` in the message. */
  readonly at: number
}

export function restOf(run: Run): Rest {
  const { octets } = run.message
  const at = octets.indexOf('\r\n') + 2
  return { text: octets.slice(at), at }
}

/** The matches of a pattern that hold at least one octet, in their order and apart: the first alone, or all. */
export function matchesIn(pattern: Pattern, text: Octets, isGlobal: boolean): PatternMatch[] {
  const matches: PatternMatch[] = []
  for (let from = 0; from <= text.length;) {
    const match = pattern.exec(text, from)
    if (match === undefined) break
    const { length } = match[0] as string
    from = match.index + Math.max(length, 1)
    if (length === 0) continue
    matches.push(match)
    if (!isGlobal) break
  }
  return matches
}

/** Has every match give way to what `insertFor` makes of it; 1 if there was one, else -1. */
export function replaceMatches(
  run: Run,
  pattern: Pattern,
  isGlobal: boolean,
  insertFor: (match: PatternMatch) => Octets,
): 1 | -1 {
  const rest = restOf(run)
  const matches = matchesIn(pattern, rest.text, isGlobal)
  for (const match of matches) {
    const { length } = match[0] as string
    const edit = keepingLines(rest.text, { at: match.index, remove: length, insert: insertFor(match) })
    run.edits.push({ ...edit, at: rest.at + edit.at })
  }
  return matches.length > 0 ? 1 : -1
}

/**
 * `.*` takes the CR of a line's CRLF with it, since it stops only at the LF; SER then sends a bare LF. Here the CR stays.
 * A header line that is emptied altogether goes with its CRLF: an empty line would end the head (RFC 3261 §7).
 */
function keepingLines(text: Octets, edit: Edit): Edit {
  let end = edit.at + edit.remove
  if (text.charAt(end - 1) === '\r' && text.charAt(end) === '\n' && !edit.insert.endsWith('\r')) end--
  const isEmptied =
    edit.insert === '' &&
    (edit.at === 0 || text.charAt(edit.at - 1) === '\n') &&
    text.charAt(end - 1) !== '\n' &&
    text.startsWith('\r\n', end)
  if (isEmptied && edit.at < text.indexOf('\r\n\r\n')) end += 2
  return { ...edit, remove: end - edit.at }
}
