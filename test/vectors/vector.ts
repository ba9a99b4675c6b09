/**
 * Message vectors: what one looks like and how its octets are put together.
 * A vector knows nothing of what ought to become of it; that stands in `expectations.ts`.
 */
import type { Octets } from '../../core/lib/octets.ts'

/** One message (or deliberately less or more than one) exactly as it travels. */
export interface Vector {
  /** The name its document gives it, such as `wsinv` or `AM01`. */
  readonly name: string
  readonly title: string
  /** Section of the RFC, or for an abuse message the advisory or rule it comes from. */
  readonly section: string
  readonly octets: Octets
  /** What a sender must know before it puts these octets on a given transport. */
  readonly transportNote?: string
}

/** Joins head lines by CRLF, ends the last one too, and adds the empty line that closes a head. */
export function head(...lines: readonly Octets[]): Octets {
  return `${text(...lines)}\r\n`
}

/** Lines that all end in CRLF, as in a body. */
export function text(...lines: readonly Octets[]): Octets {
  return lines.map((line) => `${line}\r\n`).join('')
}

/** The octets of a run of hexadecimal digits; blanks are not allowed. */
export function fromHex(digits: string): Octets {
  let octets = ''
  for (let at = 0; at < digits.length; at += 2) {
    octets += String.fromCharCode(Number.parseInt(digits.slice(at, at + 2), 16))
  }
  return octets
}

/** Everything after the first empty line; empty where there is none. */
export function bodyOf(octets: Octets): Octets {
  const end = octets.indexOf('\r\n\r\n')
  return end < 0 ? '' : octets.slice(end + 4)
}

/** Everything before the first empty line; the whole where there is none. */
export function headOf(octets: Octets): Octets {
  const end = octets.indexOf('\r\n\r\n')
  return end < 0 ? octets : octets.slice(0, end)
}
