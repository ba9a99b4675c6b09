import type { Octets } from '../lib/octets.ts'

const LONGEST = 2_000

/** Octets of the network as text for people: UTF-8 where they are UTF-8, else latin1, cut where nobody reads on. */
export function shownText(octets: Octets): string {
  // Nearly all of them, a thousand times in a second.
  if (octets.length <= LONGEST && !/[\x80-\xff]/.test(octets)) return octets
  const bytes = Buffer.from(octets.slice(0, LONGEST), 'latin1')
  const text = bytes.toString('utf8')
  // A cut through a character leaves one replacement at the end.
  return text.slice(0, -1).includes('\ufffd') ? bytes.toString('latin1') : text
}
