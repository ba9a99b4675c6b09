import type { Octets } from '../lib/octets.ts'
import type { Run } from '../exchange/index.ts'
import type { Pattern, PatternMatch, Refused } from '../script/index.ts'
import { compilePattern } from '../script/index.ts'
import { matchesIn, replaceMatches } from './textops-edits.ts'

/** `/pattern/replacement/flags`, made ready at load time. */
export interface Substitution {
  readonly pattern: Pattern
  readonly isGlobal: boolean
  /** Texts, numbers of groups (0: the whole match) and the Request-URI. */
  readonly replacement: readonly (Octets | number | RequestUri)[]
}

interface RequestUri {
  readonly kind: 'request-uri'
}

const requestUri: RequestUri = { kind: 'request-uri' }
const escapes: ReadonlyMap<string, Octets> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/**
 * Reads the expression of subst, subst_uri and subst_user. The first character parts it; a backslash takes that meaning
 * away. Flags: `g` every match, `i` letters of either case, `s` line ends are characters as any other.
 */
export function readSubstitution(text: string): Substitution | Refused {
  const parts = splitParts(text)
  if ('refused' in parts) return parts
  const flags = parts.flags
  const strange = /[^gis]/.exec(flags)
  if (strange !== null) return refuse(`there is no flag "${strange[0]}".`, 'The flags are g, i and s.')
  const pattern = compilePattern(parts.pattern, {
    isCaseSensitive: !flags.includes('i'),
    isNewlineSensitive: !flags.includes('s'),
  })
  if ('refused' in pattern) return pattern
  const replacement = readReplacement(parts.replacement, pattern.groups)
  return 'refused' in replacement ? replacement : { pattern, isGlobal: flags.includes('g'), replacement }
}

/** Changes the message behind its first line; 1 if anything matched, else -1. */
export function substituteInMessage(run: Run, { pattern, isGlobal, replacement }: Substitution): 1 | -1 {
  return replaceMatches(run, pattern, isGlobal, (match) => fillIn(replacement, match, run.uri))
}

/** The text after the substitution; undefined where nothing matched. */
export function substituteInText(substitution: Substitution, text: Octets, uri: Octets): Octets | undefined {
  const matches = matchesIn(substitution.pattern, text, substitution.isGlobal)
  if (matches.length === 0) return undefined
  let result = ''
  let at = 0
  for (const match of matches) {
    result += text.slice(at, match.index) + fillIn(substitution.replacement, match, uri)
    at = match.index + (match[0] as string).length
  }
  return result + text.slice(at)
}

function fillIn(replacement: Substitution['replacement'], match: PatternMatch, uri: Octets): Octets {
  let text = ''
  for (const part of replacement) {
    if (typeof part === 'string') text += part
    else text += typeof part === 'number' ? (match[part] ?? '') : uri
  }
  return text
}

interface Parts {
  readonly pattern: string
  readonly replacement: string
  readonly flags: string
}

function splitParts(text: string): Parts | Refused {
  const parting = text.charAt(0)
  if (parting === '' || parting === '\\') {
    return refuse('it has no character that parts it.', 'Write it as "/pattern/replacement/".')
  }
  const patternEnd = partEnd(text, 1, parting)
  const replacementEnd = patternEnd < 0 ? -1 : partEnd(text, patternEnd + 1, parting)
  if (replacementEnd < 0) {
    const found = patternEnd < 0 ? 'once' : 'twice'
    return refuse(
      `${parting} stands in it only ${found}, and it takes three.`,
      `Write it as "${parting}pattern${parting}replacement${parting}", and \\${parting} for the character itself.`,
    )
  }
  return {
    pattern: text.slice(1, patternEnd),
    replacement: text.slice(patternEnd + 1, replacementEnd),
    flags: text.slice(replacementEnd + 1),
  }
}

function partEnd(text: string, from: number, parting: string): number {
  for (let i = from; i < text.length; i++) {
    if (text.charAt(i) === '\\') i++
    else if (text.charAt(i) === parting) return i
  }
  return -1
}

function readReplacement(text: string, groups: number): Substitution['replacement'] | Refused {
  const parts: (Octets | number | RequestUri)[] = []
  let literal = ''
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (c !== '\\') {
      literal += c
      continue
    }
    const escaped = text.charAt(++i)
    const part = escaped >= '0' && escaped <= '9' ? Number(escaped) : escaped === 'u' ? requestUri : undefined
    if (part === undefined) {
      literal += escapes.get(escaped) ?? escaped
      continue
    }
    if (typeof part === 'number' && part > groups) {
      return refuse(
        `\\${escaped} asks for a group that the pattern does not have.`,
        `It has ${groups} pair${groups === 1 ? '' : 's'} of parentheses; \\0 is the whole match.`,
      )
    }
    parts.push(literal, part)
    literal = ''
  }
  parts.push(literal)
  return parts.filter((part) => part !== '')
}

function refuse(why: string, remedy: string): Refused {
  return { refused: `The substitution cannot be used: ${why}`, remedy }
}
