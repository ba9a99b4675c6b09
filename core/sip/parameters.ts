import type { Octets } from '../lib/octets.ts'
import { equalsIgnoringCase, isSpace, quotedEnd, skipSpace, tokenEnd } from './scan.ts'

/**
 * Reads `*(SEMI generic-param)` of RFC 3261 §25.1 from `at` on.
 * @param found told of each; undefined only checks the form, which is quicker
 * @returns the position of the first octet behind them, or -1 where they are malformed
 */
export function readParameters(
  text: Octets,
  at: number,
  found: ((name: string, value: Octets | undefined) => void) | undefined,
): number {
  let i = skipSpace(text, at)
  while (text.charCodeAt(i) === 0x3b) {
    const nameAt = skipSpace(text, i + 1)
    const nameEnd = tokenEnd(text, nameAt)
    if (nameEnd === nameAt) return -1
    i = skipSpace(text, nameEnd)
    let value: Octets | undefined
    if (text.charCodeAt(i) === 0x3d) {
      const valueAt = skipSpace(text, i + 1)
      const valueEnd = parameterValueEnd(text, valueAt)
      if (valueEnd < 0) return -1
      if (found !== undefined) value = text.slice(valueAt, valueEnd)
      i = skipSpace(text, valueEnd)
    }
    if (found !== undefined) found(text.slice(nameAt, nameEnd), value)
  }
  return i
}

/** The value of a parameter in `;a=b;c`; `''` where it has none, undefined where it is absent. */
export function findParameter(parameters: Octets, name: string): Octets | undefined {
  if (parameters.length === 0) return undefined
  let result: Octets | undefined
  readParameters(parameters, 0, (found, value) => {
    if (result === undefined && equalsIgnoringCase(found, name)) result = value ?? ''
  })
  return result
}

/** The same parameters without any of that name. */
export function withoutParameter(parameters: Octets, name: string): Octets {
  let result = ''
  readParameters(parameters, 0, (found, value) => {
    if (!equalsIgnoringCase(found, name)) result += value === undefined ? `;${found}` : `;${found}=${value}`
  })
  return result
}

/** End of a token, a host (brackets of IPv6 included) or a quoted string, which may be empty; -1 where it is malformed. */
export function parameterValueEnd(text: Octets, at: number): number {
  if (text.charCodeAt(at) === 0x22) return quotedEnd(text, at)
  let i = at
  while (i < text.length && !endsValue(text.charCodeAt(i))) i++
  return i
}

function endsValue(code: number): boolean {
  return code === 0x3b || code === 0x2c || code === 0x22 || code === 0x3c || code === 0x3e || isSpace(code)
}
