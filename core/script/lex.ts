import { isIpv6Text } from './address.ts'
import type { Findings, Place } from './problem.ts'
import { shown } from './problem.ts'
import { booleans, canonicalWord, operatorWords } from './words.ts'

export interface Token extends Place {
  /** `foreign`: a character, or a `$name` or `@name`, that this language does not have. */
  readonly kind: 'word' | 'number' | 'string' | 'ipv6' | 'sign' | 'foreign' | 'end'
  /** Words and signs in their one canonical spelling; the content of a string; an IPv6 address without brackets. */
  readonly name: string
  /** As it stands in the script. */
  readonly written: string
  /** Of a number; 0 otherwise. */
  readonly value: number
}

/** A `#!` line: only a comment in SER 0.9, but an order in other dialects. */
export interface Directive extends Place {
  readonly text: string
}

export interface Lexed {
  /** The last one is always of kind `end`. */
  readonly tokens: readonly Token[]
  readonly directives: readonly Directive[]
}

/** Splits a script into tokens (ser-language §1). Linear; never throws; what is wrong goes to the findings. */
export function lex(text: string, findings: Findings): Lexed {
  const lexer = new Lexer(text, findings)
  while (lexer.step());
  return lexer
}

/** The longest text of an IPv6 address with an embedded IPv4 one is 45 characters. */
const longestIpv6 = 45
const greatestNumber = 0x7fffffff
const twoCharacterSigns: ReadonlySet<string> = new Set(['==', '=~', '!=', '<=', '>=', '&&', '||'])
const oneCharacterSigns = '=<>!&|,;()[]{}.-:/*'
const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['a', '\x07'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
  ['\n', ''],
])

class Lexer {
  readonly tokens: Token[] = []
  readonly directives: Directive[] = []
  readonly #text: string
  readonly #findings: Findings
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(text: string, findings: Findings) {
    this.#text = text
    this.#findings = findings
  }

  /** Reads one token or comment; false at the end. */
  step(): boolean {
    this.#skipBlanks()
    const text = this.#text
    const at = this.#at
    const c = text.charAt(at)
    if (c === '') {
      this.#add('end', '', 0, at)
      return false
    }
    if (c === '#') this.#lineComment()
    else if (c === '/' && text[at + 1] === '*') this.#blockComment()
    else if (c === '"') this.#quoted()
    else if (c === "'") this.#raw()
    else if (!this.#ipv6(c)) this.#plain(c)
    return true
  }

  #plain(c: string): void {
    if (isLetter(c)) this.#word()
    else if (isDigit(c)) this.#number()
    else if (oneCharacterSigns.includes(c)) this.#sign()
    else this.#foreign()
  }

  #place(at = this.#at): Place {
    return { line: this.#line, column: at - this.#lineStart + 1 }
  }

  #add(kind: Token['kind'], name: string, value: number, end: number, from = this.#place()): void {
    const written = this.#text.slice(this.#at, end)
    this.tokens.push({ kind, name, written, value, line: from.line, column: from.column })
    this.#at = end
  }

  #skipBlanks(): void {
    for (;;) {
      const c = this.#text.charCodeAt(this.#at)
      if (c === 10) this.#newline(this.#at)
      else if (c !== 32 && c !== 9 && c !== 13 && c !== 8) return
      this.#at++
    }
  }

  #newline(at: number): void {
    this.#line++
    this.#lineStart = at + 1
  }

  #lineComment(): void {
    const end = this.#text.indexOf('\n', this.#at)
    const stop = end < 0 ? this.#text.length : end
    if (this.#text[this.#at + 1] === '!') {
      const text = this.#text.slice(this.#at, Math.min(stop, this.#at + 80)).trimEnd()
      this.directives.push({ text, ...this.#place() })
    }
    this.#at = stop
  }

  #blockComment(): void {
    const from = this.#place()
    let depth = 1
    let at = this.#at + 2
    for (; depth > 0 && at < this.#text.length; at++) {
      const c = this.#text[at]
      if (c === '\n') this.#newline(at)
      else if (c === '*' && this.#text[at + 1] === '/') {
        depth--
        at++
      } else if (c === '/' && this.#text[at + 1] === '*') {
        depth++
        at++
      }
    }
    this.#at = at
    if (depth === 0) return
    this.#findings.warning(
      from,
      'unclosed-comment',
      'This comment is never closed, so all the text after it is left out.',
      'Write */ where it ends; comments nest, each /* needs its own */.',
    )
  }

  /** `"…"`: known escapes are turned, any other backslash pair stays as it is, which is what regexes live on. */
  #quoted(): void {
    const from = this.#place()
    const pieces: string[] = []
    let start = this.#at + 1
    let at = start
    for (; at < this.#text.length; at++) {
      const c = this.#text[at]
      if (c === '"') {
        pieces.push(this.#text.slice(start, at))
        this.#add('string', pieces.join(''), 0, at + 1, from)
        return
      }
      if (c === '\n') this.#newline(at)
      if (c !== '\\') continue
      const escape = readEscape(this.#text, at)
      if (this.#text[at + 1] === '\n') this.#newline(at + 1)
      if (escape === undefined) {
        at++
        continue
      }
      pieces.push(this.#text.slice(start, at), escape.text)
      start = at + escape.length
      at = start - 1
    }
    this.#unclosed(from)
  }

  #raw(): void {
    const from = this.#place()
    const end = this.#text.indexOf("'", this.#at + 1)
    if (end < 0) {
      this.#unclosed(from)
      return
    }
    const content = this.#text.slice(this.#at + 1, end)
    for (let at = this.#at + 1; at < end; at++) if (this.#text[at] === '\n') this.#newline(at)
    this.#add('string', content, 0, end + 1, from)
  }

  #unclosed(from: Place): void {
    this.#at = this.#text.length
    const quote = 'Write the missing quotation mark; look for it in this line first.'
    this.#findings.lastProblem(
      from,
      'unclosed-string',
      'This text in quotation marks is never closed.',
      quote,
    )
  }

  /** Longest match wins: `fe80::1` is an address and not the word `fe80`. */
  #ipv6(c: string): boolean {
    if (c !== '[' && c !== ':' && !isHexDigit(c)) return false
    const isBracketed = c === '['
    const address = this.#addressAt(isBracketed ? this.#at + 1 : this.#at)
    if (!isIpv6Text(address)) return false
    const end = this.#at + address.length + (isBracketed ? 2 : 0)
    if (isBracketed && this.#text[end - 1] !== ']') return false
    this.#add('ipv6', address, 0, end)
    return true
  }

  /** The run of characters that an address may consist of; '' when it has fewer than two colons. */
  #addressAt(start: number): string {
    let end = start
    let colons = 0
    for (; end - start <= longestIpv6; end++) {
      const next = this.#text.charAt(end)
      if (next === ':') colons++
      else if (next !== '.' && !isHexDigit(next)) break
    }
    return colons < 2 ? '' : this.#text.slice(start, end)
  }

  #word(): void {
    let end = this.#at + 1
    while (isWordPart(this.#text.charAt(end))) end++
    const compound = compoundAt(this.#text, this.#at, end)
    if (compound !== undefined) {
      this.#add('word', compound, 0, this.#at + compound.length)
      return
    }
    const written = this.#text.slice(this.#at, end)
    const boolean = booleans.get(written)
    const operator = operatorWords.get(written)
    if (boolean !== undefined) this.#add('number', written, boolean, end)
    else if (operator !== undefined) this.#add('sign', operator, 0, end)
    else this.#add('word', canonicalWord(written), 0, end)
  }

  #number(): void {
    const text = this.#text
    let end = this.#at + 1
    let value: number
    if (text[this.#at] === '0' && text[end] === 'x' && isHexDigit(text.charAt(end + 1))) {
      for (end++; isHexDigit(text.charAt(end));) end++
      value = parseInt(text.slice(this.#at + 2, end), 16)
    } else {
      while (isDigit(text.charAt(end))) end++
      const digits = text.slice(this.#at, end)
      const isOctal = digits.length > 1 && digits.startsWith('0')
      if (isOctal && /[89]/.test(digits)) this.#badOctal(digits)
      value = parseInt(digits, isOctal ? 8 : 10)
    }
    if (!(value <= greatestNumber)) {
      if (value > greatestNumber) this.#tooGreat(text.slice(this.#at, end))
      value = 0
    }
    this.#add('number', '', value, end)
  }

  #badOctal(digits: string): void {
    const message = `${shown(digits)} begins with 0, so it is read as octal, and octal has no 8 or 9.`
    const remedy = 'Leave out the zeros in front.'
    this.#findings.problem('syntax', this.#place(), 'bad-number', message, remedy)
  }

  #tooGreat(digits: string): void {
    const message = `The number ${shown(digits)} is too great.`
    const remedy = `The greatest number is ${String(greatestNumber)}.`
    this.#findings.problem('syntax', this.#place(), 'bad-number', message, remedy)
  }

  #sign(): void {
    const two = this.#text.slice(this.#at, this.#at + 2)
    if (twoCharacterSigns.has(two)) {
      this.#add('sign', two, 0, this.#at + 2)
      return
    }
    const one = two.charAt(0)
    this.#add('sign', one === '&' ? '&&' : one === '|' ? '||' : one, 0, this.#at + 1)
  }

  #foreign(): void {
    let end = this.#at + 1
    const c = this.#text.charAt(this.#at)
    if (c === '$' || c === '@') while (isForeignPart(this.#text.charAt(end))) end++
    this.#add('foreign', this.#text.slice(this.#at, end), 0, end)
  }
}

/** The escape at a backslash, or undefined when the pair is kept as it stands. */
function readEscape(text: string, at: number): { text: string; length: number } | undefined {
  const next = text.charAt(at + 1)
  const simple = simpleEscapes.get(next)
  if (simple !== undefined) return { text: simple, length: 2 }
  const hex = next === 'x'
  const isPart = hex ? isHexDigit : isOctalDigit
  const start = hex ? at + 2 : at + 1
  const most = hex ? 2 : 3
  let end = start
  while (end - start < most && isPart(text.charAt(end))) end++
  if (end - start < (hex ? 1 : 2)) return undefined
  const code = parseInt(text.slice(start, end), hex ? 16 : 8) & 0xff
  return { text: String.fromCharCode(code), length: end - at }
}

function compoundAt(text: string, at: number, end: number): string | undefined {
  if (text[end] !== ':' || end - at !== 3) return undefined
  for (const compound of ['msg:len', 'uri:host', 'uri:port']) {
    if (text.startsWith(compound, at) && !isWordPart(text.charAt(at + compound.length))) return compound
  }
  return undefined
}

function isLetter(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9'
}

function isOctalDigit(c: string): boolean {
  return c >= '0' && c <= '7'
}

function isHexDigit(c: string): boolean {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')
}

function isWordPart(c: string): boolean {
  return isLetter(c) || isDigit(c) || c === '_'
}

function isForeignPart(c: string): boolean {
  return isWordPart(c) || c === '.' || c === ':'
}
