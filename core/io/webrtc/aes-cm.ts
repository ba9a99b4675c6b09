import { createCipheriv, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { SessionKeys } from './srtp-keys.ts'
import { ENCRYPTED_FLAG, RTCP_CLEAR_BYTES, RTCP_TRAILER_BYTES, type SrtpTransform } from './srtp-transform.ts'

const BLOCK_BYTES = 16
const SALT_BYTES = 14

/** AES in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1). */
export class AesCm implements SrtpTransform {
  readonly #rtp: SessionKeys
  readonly #rtcp: SessionKeys
  readonly #rtpTagBytes: number
  readonly #rtcpTagBytes: number
  readonly #iv = Buffer.alloc(BLOCK_BYTES)
  readonly #rollOvers = Buffer.alloc(4)

  constructor(
    rtp: SessionKeys,
    rtcp: SessionKeys,
    { rtpTagBytes, rtcpTagBytes }: { readonly rtpTagBytes: number; readonly rtcpTagBytes: number },
  ) {
    this.#rtp = rtp
    this.#rtcp = rtcp
    this.#rtpTagBytes = rtpTagBytes
    this.#rtcpTagBytes = rtcpTagBytes
  }

  sealRtp(packet: Uint8Array, clearBytes: number, ssrc: number, index: number): Buffer {
    const end = packet.length
    const sealed = Buffer.allocUnsafe(end + this.#rtpTagBytes)
    sealed.set(packet.subarray(0, clearBytes), 0)
    sealed.set(this.#crypt(this.#rtp, ssrc, index, packet.subarray(clearBytes)), clearBytes)
    this.#rtpTag(sealed.subarray(0, end), index).copy(sealed, end, 0, this.#rtpTagBytes)
    return sealed
  }

  openRtp(packet: Buffer, clearBytes: number, ssrc: number, index: number): Buffer | undefined {
    const end = packet.length - this.#rtpTagBytes
    if (end < clearBytes) return undefined
    const tag = this.#rtpTag(packet.subarray(0, end), index)
    if (!isTag(packet.subarray(end), tag)) return undefined
    this.#crypt(this.#rtp, ssrc, index, packet.subarray(clearBytes, end)).copy(packet, clearBytes)
    return packet.subarray(0, end)
  }

  sealRtcp(packet: Uint8Array, ssrc: number, index: number): Buffer {
    const end = packet.length
    const sealed = Buffer.allocUnsafe(end + RTCP_TRAILER_BYTES + this.#rtcpTagBytes)
    sealed.set(packet.subarray(0, RTCP_CLEAR_BYTES), 0)
    sealed.set(this.#crypt(this.#rtcp, ssrc, index, packet.subarray(RTCP_CLEAR_BYTES)), RTCP_CLEAR_BYTES)
    const tagAt = sealed.writeUInt32BE(ENCRYPTED_FLAG + index, end)
    hmac(this.#rtcp.auth, sealed.subarray(0, tagAt)).copy(sealed, tagAt, 0, this.#rtcpTagBytes)
    return sealed
  }

  openRtcp(packet: Buffer, ssrc: number, trailer: number): Buffer | undefined {
    const tagAt = packet.length - this.#rtcpTagBytes
    const end = tagAt - RTCP_TRAILER_BYTES
    if (end < RTCP_CLEAR_BYTES) return undefined
    if (!isTag(packet.subarray(tagAt), hmac(this.#rtcp.auth, packet.subarray(0, tagAt)))) return undefined
    if (trailer >= ENCRYPTED_FLAG) {
      const secret = packet.subarray(RTCP_CLEAR_BYTES, end)
      this.#crypt(this.#rtcp, ssrc, trailer & 0x7fff_ffff, secret).copy(packet, RTCP_CLEAR_BYTES)
    }
    return packet.subarray(0, end)
  }

  /** RFC 3711 §4.1.1: (salt · 2^16) ⊕ (SSRC · 2^64) ⊕ (index · 2^16) is the first counter. */
  #crypt({ cipher, salt }: SessionKeys, ssrc: number, index: number, octets: Uint8Array): Buffer {
    const iv = this.#iv
    iv.fill(0)
    iv.writeUInt32BE(ssrc, 4)
    iv.writeUIntBE(index, 8, 6)
    for (let at = 0; at < SALT_BYTES; at++) iv[at] = (iv[at] as number) ^ (salt[at] as number)
    return createCipheriv('aes-128-ctr', cipher, iv).update(octets)
  }

  /** §4.2: over the packet and the roll-over counter, which is not sent. */
  #rtpTag(packet: Uint8Array, index: number): Buffer {
    this.#rollOvers.writeUInt32BE(Math.floor(index / 65_536))
    return createHmac('sha1', this.#rtp.auth).update(packet).update(this.#rollOvers).digest()
  }
}

function hmac(key: KeyObject, octets: Uint8Array): Buffer {
  return createHmac('sha1', key).update(octets).digest()
}

function isTag(received: Uint8Array, whole: Buffer): boolean {
  return timingSafeEqual(received, whole.subarray(0, received.length))
}
