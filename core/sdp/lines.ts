import type { Octets } from '../lib/octets.ts'
import type { SdpLine } from './description.ts'

/**
 * The lines of a description, in one pass. CRLF by rule, LF alone by many phones (RFC 8866 §5); the last line may
 * end with the body. What is no `x=` line is passed over: it stays in the text as it is.
 */
export function readLines(text: Octets): SdpLine[] {
  const lines: SdpLine[] = []
  for (let at = 0; at < text.length;) {
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed + 1
    let valueEnd = feed < 0 ? text.length : feed
    if (valueEnd > at && text.charCodeAt(valueEnd - 1) === 0x0d) valueEnd--
    if (text.charAt(at + 1) === '=')
      lines.push({ type: text.charAt(at), value: text.slice(at + 2, valueEnd), at, valueAt: at + 2, end })
    at = end
  }
  return lines
}

export function lineEndOf(text: Octets): Octets {
  const feed = text.indexOf('\n')
  return feed < 0 || text.charAt(feed - 1) === '\r' ? '\r\n' : '\n'
}

/** `name` or `name:value` of an attribute line. */
export function attributeOf(line: SdpLine): { readonly name: string; readonly value: Octets } {
  const colon = line.value.indexOf(':')
  if (colon < 0) return { name: line.value.trim().toLowerCase(), value: '' }
  return { name: line.value.slice(0, colon).trim().toLowerCase(), value: line.value.slice(colon + 1).trim() }
}

/** A whole number in digits alone, up to `most`; undefined for anything else. */
export function readNumber(text: Octets, most: number): number | undefined {
  if (text.length === 0 || text.length > 10) return undefined
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value <= most ? value : undefined
}
