import { createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { StunHashes } from '../../stun/index.ts'

export const stunHashes: StunHashes = {
  hmacSha1: (key, octets) => createHmac('sha1', key).update(octets).digest(),
  crc32: (octets) => crc32(octets),
}
