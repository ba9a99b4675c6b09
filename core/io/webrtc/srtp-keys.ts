import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'

/** Names of RFC 4568 §6.2 and RFC 7714 §14.2; the DTLS numbers are RFC 5764 §4.1.2 and RFC 7714 §14.2. */
export const srtpProfiles = {
  AEAD_AES_128_GCM: { dtlsNumber: 7, saltBytes: 12, rtpTagBytes: 16, rtcpTagBytes: 16 },
  AES_CM_128_HMAC_SHA1_80: { dtlsNumber: 1, saltBytes: 14, rtpTagBytes: 10, rtcpTagBytes: 10 },
  AES_CM_128_HMAC_SHA1_32: { dtlsNumber: 2, saltBytes: 14, rtpTagBytes: 4, rtcpTagBytes: 10 },
} as const
export type SrtpProfileName = keyof typeof srtpProfiles

export const MASTER_KEY_BYTES = 16

/** What two ends have agreed on for one direction. */
export interface MasterKey {
  readonly key: Buffer
  readonly salt: Buffer
}

/** The keys of one direction, for RTP or for RTCP (RFC 3711 §4.3). */
export interface SessionKeys {
  readonly cipher: KeyObject
  /** Of HMAC; AEAD needs none. */
  readonly auth: KeyObject
  readonly salt: Buffer
}

const labels = {
  rtp: { cipher: 0, auth: 1, salt: 2 },
  rtcp: { cipher: 3, auth: 4, salt: 5 },
} as const
const AUTH_KEY_BYTES = 20

export function deriveKeys({ key, salt }: MasterKey, of: 'rtp' | 'rtcp'): SessionKeys {
  const master = createSecretKey(key)
  const label = labels[of]
  return {
    cipher: createSecretKey(derive(master, salt, label.cipher, MASTER_KEY_BYTES)),
    auth: createSecretKey(derive(master, salt, label.auth, AUTH_KEY_BYTES)),
    salt: derive(master, salt, label.salt, salt.length),
  }
}

/**
 * RFC 3711 §4.3.3, with a key derivation rate of 0: the label stands in the eighth octet of the salt, and the key
 * stream behind that is the key. A salt of 96 bits is filled up on the right (RFC 7714 §11).
 */
function derive(master: KeyObject, salt: Buffer, label: number, bytes: number): Buffer {
  const block = Buffer.alloc(16)
  salt.copy(block)
  block[7] = (block[7] as number) ^ label
  return createCipheriv('aes-128-ctr', master, block).update(Buffer.alloc(bytes))
}
