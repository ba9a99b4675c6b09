import { headerEnd, SrtpWindow } from '../../rtp/index.ts'
import { AeadGcm } from './aead-gcm.ts'
import { AesCm } from './aes-cm.ts'
import { deriveKeys, srtpProfiles, type MasterKey, type SrtpProfileName } from './srtp-keys.ts'
import { RTCP_TRAILER_BYTES, type SrtpTransform } from './srtp-transform.ts'

/** Why a packet was not opened. */
export type SrtpFault = 'not-authentic' | 'replayed' | 'malformed'
/** Why a packet was not sealed: its number was used, or there are too many streams. */
export type SealFault = 'replayed' | 'malformed'

/** A phone has one stream, two while it changes its SSRC; each costs half a kilobyte. */
const MOST_STREAMS = 64
const RTCP_HEADER_BYTES = 8

/** What one end sends to us, in clear again. */
export class SrtpOpener {
  readonly #transform: SrtpTransform
  readonly #rtcpTagBytes: number
  readonly #rtp = new Map<number, SrtpWindow>()
  readonly #rtcp = new Map<number, SrtpWindow>()

  constructor(profile: SrtpProfileName, master: MasterKey) {
    this.#transform = transformOf(profile, master)
    this.#rtcpTagBytes = profile === 'AEAD_AES_128_GCM' ? 0 : srtpProfiles[profile].rtcpTagBytes
  }

  /** The same buffer, shorter. */
  rtp(packet: Buffer): Buffer | SrtpFault {
    const clearBytes = headerEnd(packet, packet.length)
    if (clearBytes < 0) return 'malformed'
    const ssrc = packet.readUInt32BE(8)
    const window = this.#rtp.get(ssrc) ?? new SrtpWindow()
    const index = window.indexOf(packet.readUInt16BE(2))
    if (!window.isFresh(index)) return 'replayed'
    const clear = this.#transform.openRtp(packet, clearBytes, ssrc, index)
    return clear === undefined ? 'not-authentic' : accept(this.#rtp, ssrc, window, index, clear)
  }

  rtcp(packet: Buffer): Buffer | SrtpFault {
    const trailerAt = packet.length - this.#rtcpTagBytes - RTCP_TRAILER_BYTES
    if (trailerAt < RTCP_HEADER_BYTES) return 'malformed'
    const trailer = packet.readUInt32BE(trailerAt)
    const ssrc = packet.readUInt32BE(4)
    const index = trailer & 0x7fff_ffff
    const window = this.#rtcp.get(ssrc) ?? new SrtpWindow()
    if (!window.isFresh(index)) return 'replayed'
    const clear = this.#transform.openRtcp(packet, ssrc, trailer)
    return clear === undefined ? 'not-authentic' : accept(this.#rtcp, ssrc, window, index, clear)
  }
}

/** What we send to one end, secured. */
export class SrtpSealer {
  readonly #transform: SrtpTransform
  readonly #rtp = new Map<number, SrtpWindow>()
  readonly #rtcpIndices = new Map<number, number>()

  constructor(profile: SrtpProfileName, master: MasterKey) {
    this.#transform = transformOf(profile, master)
  }

  /** No index is used twice: two texts under one key stream give each other away (RFC 3711 §9.1). */
  rtp(packet: Buffer): Buffer | SealFault {
    const clearBytes = headerEnd(packet, packet.length)
    if (clearBytes < 0) return 'malformed'
    const ssrc = packet.readUInt32BE(8)
    const window = this.#rtp.get(ssrc) ?? new SrtpWindow()
    const index = window.indexOf(packet.readUInt16BE(2))
    if (!window.isFresh(index)) return 'replayed'
    const known = accept(this.#rtp, ssrc, window, index, packet)
    return known === packet ? this.#transform.sealRtp(packet, clearBytes, ssrc, index) : known
  }

  rtcp(packet: Buffer): Buffer | SealFault {
    if (packet.length < RTCP_HEADER_BYTES) return 'malformed'
    const ssrc = packet.readUInt32BE(4)
    const index = this.#rtcpIndices.get(ssrc) ?? 0
    if (index === 0 && this.#rtcpIndices.size >= MOST_STREAMS) return 'malformed'
    this.#rtcpIndices.set(ssrc, index + 1)
    return this.#transform.sealRtcp(packet, ssrc, index)
  }
}

function transformOf(profile: SrtpProfileName, master: MasterKey): SrtpTransform {
  const rtp = deriveKeys(master, 'rtp')
  const rtcp = deriveKeys(master, 'rtcp')
  return profile === 'AEAD_AES_128_GCM' ? new AeadGcm(rtp, rtcp) : new AesCm(rtp, rtcp, srtpProfiles[profile])
}

/** Notes an index; a stream more than there may be is none. */
function accept(
  windows: Map<number, SrtpWindow>,
  ssrc: number,
  window: SrtpWindow,
  index: number,
  packet: Buffer,
): Buffer | 'malformed' {
  if (window.highest < 0) {
    if (windows.size >= MOST_STREAMS) return 'malformed'
    windows.set(ssrc, window)
  }
  window.accept(index)
  return packet
}
