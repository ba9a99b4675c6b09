import type { Pattern } from '../script/index.ts'
import { compilePattern } from '../script/index.ts'
import { isRefused } from './built.ts'

/** One side of a rule: what it names, but for what stands behind EXCEPT. */
interface Side {
  readonly isAll: boolean
  readonly patterns: readonly Pattern[]
  readonly except: Side | undefined
}

interface Rule {
  readonly left: Side
  readonly right: Side
}

export interface Rules {
  readonly rules: readonly Rule[]
  /** Lines that could not be understood, in plain words. */
  readonly bad: readonly string[]
}

const longestFile = 1 << 20
const read = new Map<string, Rules>()
const mostRead = 100

/** Lines of the form `"pattern", "pattern" EXCEPT "pattern" : ALL`; read once for each text. */
export function readRules(text: string): Rules {
  let rules = read.get(text)
  if (rules === undefined) {
    rules = parseRules(text.slice(0, longestFile))
    if (read.size >= mostRead) read.clear()
    read.set(text, rules)
  }
  return rules
}

export function matchesRules({ rules }: Rules, left: string, right: string): boolean {
  return rules.some((rule) => matches(rule.left, left) && matches(rule.right, right))
}

function matches(side: Side, uri: string): boolean {
  const isNamed = side.isAll || side.patterns.some((pattern) => pattern.test(uri))
  return isNamed && (side.except === undefined || !matches(side.except, uri))
}

function parseRules(text: string): Rules {
  const rules: Rule[] = []
  const bad: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const rule = parseRule(line)
    if (typeof rule === 'string') bad.push(`line ${index + 1}: ${rule}`)
    else rules.push(rule)
  }
  return { rules, bad }
}

const sidePattern = '((?:ALL|EXCEPT|"[^"]*"|[\\s,])+)'
const linePattern = new RegExp(`^${sidePattern}:${sidePattern}(?:#.*)?$`)

function parseRule(line: string): Rule | string {
  const [, leftText, rightText] = linePattern.exec(line.trimEnd()) ?? []
  if (leftText === undefined || rightText === undefined) return 'a rule is "from" : "to"'
  const left = parseSide(leftText)
  if (typeof left === 'string') return left
  const right = parseSide(rightText)
  return typeof right === 'string' ? right : { left, right }
}

function parseSide(text: string): Side | string {
  const [named = '', ...excepted] = text.split('EXCEPT')
  const patterns: Pattern[] = []
  for (const [, source = ''] of named.matchAll(/"([^"]*)"/g)) {
    const pattern = compilePattern(source)
    if (isRefused(pattern)) return `"${source}": ${pattern.refused}`
    patterns.push(pattern)
  }
  const isAll = named.includes('ALL')
  if (!isAll && patterns.length === 0) return 'a side names nothing'
  if (excepted.length === 0) return { isAll, patterns, except: undefined }
  const except = parseSide(excepted.join('EXCEPT'))
  return typeof except === 'string' ? except : { isAll, patterns, except }
}

/** POSIX basic regular expressions mark with a backslash what extended ones mark without. */
export function basicAsExtended(text: string): string {
  return text.replace(
    /\\([(){}|+?])|[(){}|+?]/g,
    (found, marked: string | undefined) => marked ?? `\\${found}`,
  )
}
