import type { Octets } from '../lib/octets.ts'

const LONGEST = 2_000

/** Octets of the network as text for people: UTF-8 where they are UTF-8, else latin1, cut where nobody reads on. */
export function shownText(octets: Octets): string {
  const bytes = Buffer.from(octets.slice(0, LONGEST), 'latin1')
  const text = bytes.toString('utf8')
  // A cut through a character leaves one replacement at the end.
  return text.slice(0, -1).includes('\ufffd') ? bytes.toString('latin1') : text
}
