import { hash } from 'node:crypto'
import type { Octets } from '../lib/octets.ts'

/** Lower-case hexadecimal MD5 of the octets; what RFC 2617 digests and branch keys are made of. */
export function md5(octets: Octets): string {
  return hash('md5', Buffer.from(octets, 'latin1'), 'hex')
}
