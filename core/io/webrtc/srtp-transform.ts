/** How the packets of one direction are encrypted and proved, for RTP and RTCP alike. */
export interface SrtpTransform {
  /** Gives the whole secured packet. `clearBytes` at its front stay readable. */
  sealRtp(packet: Uint8Array, clearBytes: number, ssrc: number, index: number): Buffer
  /** In place. Undefined where it is not authentic; then its octets are worth nothing. */
  openRtp(packet: Buffer, clearBytes: number, ssrc: number, index: number): Buffer | undefined
  sealRtcp(packet: Uint8Array, ssrc: number, index: number): Buffer
  openRtcp(packet: Buffer, ssrc: number, trailer: number): Buffer | undefined
}

/** Header and sender of RTCP stay readable (RFC 3711 §3.4). */
export const RTCP_CLEAR_BYTES = 8
/** E flag and index of SRTCP. */
export const RTCP_TRAILER_BYTES = 4
/** The packet is encrypted: in front of the index of SRTCP. */
export const ENCRYPTED_FLAG = 0x8000_0000
