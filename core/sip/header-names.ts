import type { Octets } from '../lib/octets.ts'

/**
 * Long names that the product reads, lower case, with the compact form (RFC 3261 §7.3.3 and later registrations).
 * They are literals, so that comparing one with a literal is comparing two pointers.
 */
const known: readonly (readonly [name: string, compact?: string])[] = [
  ['via', 'v'],
  ['from', 'f'],
  ['to', 't'],
  ['call-id', 'i'],
  ['cseq'],
  ['max-forwards'],
  ['contact', 'm'],
  ['content-length', 'l'],
  ['content-type', 'c'],
  ['content-encoding', 'e'],
  ['route'],
  ['record-route'],
  ['expires'],
  ['supported', 'k'],
  ['subject', 's'],
  ['user-agent'],
  ['server'],
  ['allow'],
  ['require'],
  ['proxy-require'],
  ['proxy-authorization'],
  ['proxy-authenticate'],
  ['authorization'],
  ['www-authenticate'],
  ['accept'],
  ['date'],
  ['event', 'o'],
  ['allow-events', 'u'],
  ['refer-to', 'r'],
  ['referred-by', 'b'],
  ['session-expires', 'x'],
  ['max-breadth'],
  ['retry-after'],
  ['warning'],
  ['reason'],
  ['path'],
]

/** Names of one shape; almost always one. */
const byShape: (readonly string[] | undefined)[] = Array.from({ length: 1024 }, () => undefined)
const byCompact: (string | undefined)[] = Array.from({ length: 256 }, () => undefined)
for (const [name, compact] of known) {
  const shape = shapeOf(name, 0, name.length)
  byShape[shape] = [...(byShape[shape] ?? []), name]
  if (compact !== undefined) byCompact[compact.charCodeAt(0)] = name
}

/** The lower-case long name for `text[from, to)`, one shared string for each; undefined for names that are not in the table. */
export function knownName(text: Octets, from: number, to: number): string | undefined {
  if (to - from === 1) return byCompact[text.charCodeAt(from) | 0x20]
  const candidates = byShape[shapeOf(text, from, to)]
  if (candidates !== undefined)
    for (const name of candidates) if (name.length === to - from && matches(text, from, name)) return name
  return undefined
}

/** Length, first and last letter, mixed: enough to tell nearly all known names apart without making a string. */
function shapeOf(text: string, from: number, to: number): number {
  return (
    ((to - from) * 61 + (text.charCodeAt(from) | 0x20) * 7 + (text.charCodeAt(to - 1) | 0x20) * 17) & 1023
  )
}

function matches(text: Octets, from: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = text.charCodeAt(from + i)
    const wanted = name.charCodeAt(i)
    if (code !== wanted && (wanted === 0x2d || (code | 0x20) !== wanted)) return false
  }
  return true
}
