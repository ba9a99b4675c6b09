import { createCipheriv, createDecipheriv, type CipherGCM, type DecipherGCM } from 'node:crypto'
import type { SessionKeys } from './srtp-keys.ts'
import { ENCRYPTED_FLAG, RTCP_CLEAR_BYTES, RTCP_TRAILER_BYTES, type SrtpTransform } from './srtp-transform.ts'

const TAG_BYTES = 16
const IV_BYTES = 12
const NOTHING = Buffer.alloc(0)

/** AEAD_AES_128_GCM (RFC 7714). */
export class AeadGcm implements SrtpTransform {
  readonly #rtp: SessionKeys
  readonly #rtcp: SessionKeys
  readonly #iv = Buffer.alloc(IV_BYTES)

  constructor(rtp: SessionKeys, rtcp: SessionKeys) {
    this.#rtp = rtp
    this.#rtcp = rtcp
  }

  sealRtp(packet: Uint8Array, clearBytes: number, ssrc: number, index: number): Buffer {
    const cipher = this.#cipher(this.#rtp, this.#rtpIv(ssrc, index))
    cipher.setAAD(packet.subarray(0, clearBytes))
    return seal(cipher, packet, clearBytes, 0)
  }

  openRtp(packet: Buffer, clearBytes: number, ssrc: number, index: number): Buffer | undefined {
    const end = packet.length - TAG_BYTES
    if (end < clearBytes) return undefined
    const decipher = this.#decipher(this.#rtp, this.#rtpIv(ssrc, index))
    decipher.setAAD(packet.subarray(0, clearBytes))
    return open(decipher, packet, clearBytes, end)
  }

  sealRtcp(packet: Uint8Array, ssrc: number, index: number): Buffer {
    const trailer = Buffer.allocUnsafe(RTCP_TRAILER_BYTES)
    trailer.writeUInt32BE(ENCRYPTED_FLAG + index)
    const cipher = this.#cipher(this.#rtcp, this.#rtcpIv(ssrc, index))
    cipher.setAAD(Buffer.concat([packet.subarray(0, RTCP_CLEAR_BYTES), trailer]))
    const sealed = seal(cipher, packet, RTCP_CLEAR_BYTES, RTCP_TRAILER_BYTES)
    trailer.copy(sealed, sealed.length - RTCP_TRAILER_BYTES)
    return sealed
  }

  openRtcp(packet: Buffer, ssrc: number, trailer: number): Buffer | undefined {
    const trailerAt = packet.length - RTCP_TRAILER_BYTES
    const end = trailerAt - TAG_BYTES
    if (end < RTCP_CLEAR_BYTES) return undefined
    const decipher = this.#decipher(this.#rtcp, this.#rtcpIv(ssrc, trailer & 0x7fff_ffff))
    const isEncrypted = trailer >= ENCRYPTED_FLAG
    // Without encryption all of it is associated data, and the cipher text is empty (RFC 7714 §9.3).
    const clearBytes = isEncrypted ? RTCP_CLEAR_BYTES : end
    decipher.setAAD(Buffer.concat([packet.subarray(0, clearBytes), packet.subarray(trailerAt)]))
    return open(decipher, packet, clearBytes, end)
  }

  #cipher({ cipher }: SessionKeys, iv: Buffer): CipherGCM {
    return createCipheriv('aes-128-gcm', cipher, iv)
  }

  #decipher({ cipher }: SessionKeys, iv: Buffer): DecipherGCM {
    return createDecipheriv('aes-128-gcm', cipher, iv, { authTagLength: TAG_BYTES })
  }

  /** RFC 7714 §8.1: 00 00, SSRC, roll-over counter and sequence number under the salt. */
  #rtpIv(ssrc: number, index: number): Buffer {
    const iv = this.#iv
    iv.writeUInt16BE(0, 0)
    iv.writeUInt32BE(ssrc, 2)
    iv.writeUIntBE(index, 6, 6)
    return under(this.#rtp.salt, iv)
  }

  /** §9.1: 00 00, SSRC, 00 00, the index of 31 bits under the salt. */
  #rtcpIv(ssrc: number, index: number): Buffer {
    const iv = this.#iv
    iv.writeUInt16BE(0, 0)
    iv.writeUInt32BE(ssrc, 2)
    iv.writeUInt16BE(0, 6)
    iv.writeUInt32BE(index, 8)
    return under(this.#rtcp.salt, iv)
  }
}

function under(salt: Buffer, iv: Buffer): Buffer {
  for (let at = 0; at < IV_BYTES; at++) iv[at] = (iv[at] as number) ^ (salt[at] as number)
  return iv
}

function seal(cipher: CipherGCM, packet: Uint8Array, clearBytes: number, spareBytes: number): Buffer {
  const end = packet.length
  const sealed = Buffer.allocUnsafe(end + TAG_BYTES + spareBytes)
  sealed.set(packet.subarray(0, clearBytes), 0)
  sealed.set(cipher.update(packet.subarray(clearBytes)), clearBytes)
  cipher.final()
  sealed.set(cipher.getAuthTag(), end)
  return sealed
}

/** `end`: where the tag begins. */
function open(decipher: DecipherGCM, packet: Buffer, clearBytes: number, end: number): Buffer | undefined {
  decipher.setAuthTag(packet.subarray(end, end + TAG_BYTES))
  const clear = end > clearBytes ? decipher.update(packet.subarray(clearBytes, end)) : NOTHING
  try {
    decipher.final()
  } catch {
    return undefined
  }
  clear.copy(packet, clearBytes)
  return packet.subarray(0, end)
}
