import type { Transport } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { Guard, IceCredentials, RelayPair, SdesKey } from '../rtp/index.ts'
import type {
  CryptoAttribute,
  MediaDescription,
  MediaSecurity,
  OwnSecurity,
  Protection,
  Rendition,
  SessionDescription,
} from '../sdp/index.ts'
import { commonFormats, renderFor, securityOf } from '../sdp/index.ts'
import type { MediaSecrets } from './media-secrets.ts'
import type { Side } from './media-session.ts'
import { otherSide } from './media-session.ts'

/** The suites that a phone may choose of, when we offer keys. */
const offeredSuites = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const
const browserProtocol = 'UDP/TLS/RTP/SAVPF'

/** One medium at one phone. */
interface Medium {
  /** Of its own description, which an answer must repeat (RFC 3264 §6). */
  protocol: string | undefined
  mid: string | undefined
  theirs: MediaSecurity | undefined
  /** The newest first. */
  readonly local: IceCredentials[]
  ours: CryptoAttribute[]
  guard: Guard | undefined
}

interface Phone {
  /** Undefined while it has not said anything. */
  protection: Protection | undefined
  /** Nobody has heard it yet, but the other one has keys: it is offered some and may pass over them (RFC 8643). */
  isGuessed: boolean
  readonly media: Medium[]
}

/**
 * How the two phones of a session are protected, each between itself and us: plain media, SDES keys, or DTLS after
 * ICE. Where both are plain, their descriptions pass with our places in them and nothing else changed.
 */
export class MediaProtection {
  readonly #secrets: MediaSecrets
  readonly #phones: readonly [Phone, Phone] = [
    { protection: undefined, isGuessed: false, media: [] },
    { protection: undefined, isGuessed: false, media: [] },
  ]

  constructor(secrets: MediaSecrets) {
    this.#secrets = secrets
  }

  protectionOf(side: Side): Protection {
    return this.#phones[side].protection ?? 'none'
  }

  /** One of the two is a browser. */
  get hasBrowser(): boolean {
    return this.protectionOf(0) === 'dtls' || this.protectionOf(1) === 'dtls'
  }

  /** Nothing is protected at either end. */
  get isPlain(): boolean {
    return this.protectionOf(0) === 'none' && this.protectionOf(1) === 'none'
  }

  /** Of a phone that has said nothing yet: browsers come by WebSocket, and of others it may be known from before. */
  expect(side: Side, transport: Transport, before: Protection | undefined): void {
    const phone = this.#phones[side]
    if (phone.protection !== undefined) return
    const isBrowser = transport === 'ws' || transport === 'wss'
    phone.isGuessed = !isBrowser && before === undefined && this.protectionOf(otherSide(side)) === 'sdes'
    phone.protection = isBrowser ? 'dtls' : phone.isGuessed ? 'sdes' : (before ?? 'none')
  }

  /** @returns why an offer cannot be taken */
  described(side: Side, session: SessionDescription, isOffer: boolean): string | undefined {
    const phone = this.#phones[side]
    const securities = session.media.map((media) => securityOf(session, media))
    const live = securities.filter((_security, at) => session.media[at]?.port !== 0)
    if (live.length > 0) {
      phone.protection = strongest(live)
      phone.isGuessed = false
    }
    for (const [at, theirs] of securities.entries()) {
      const medium = (phone.media[at] ??= emptyMedium())
      const media = session.media[at]
      if (media === undefined || media.port === 0) {
        medium.mid = theirs.mid ?? medium.mid
        medium.protocol ??= media?.protocol
        continue
      }
      const why = this.#note(medium, media, theirs, isOffer)
      if (why !== undefined) return why
    }
    return undefined
  }

  /** With a browser only its first audio medium is carried: all others are refused (RFC 8843 §7.3.3). */
  carries(session: SessionDescription, at: number): boolean {
    if (!this.hasBrowser) return true
    const first = session.media.findIndex(
      (media) => media.kind === 'audio' && media.port !== 0 && commonFormats(media).length > 0,
    )
    return at === first
  }

  guardOf(side: Side, at: number): Guard | undefined {
    return this.#phones[side].media[at]?.guard
  }

  /**
   * The description for the other phone.
   * @param places where that phone reaches us, by number of the medium; undefined where it is refused
   */
  render(
    sender: Side,
    session: SessionDescription,
    places: readonly (Pick<RelayPair, 'address' | 'port'> | undefined)[],
    { isOffer, isMarked }: { readonly isOffer: boolean; readonly isMarked: boolean },
  ): Octets {
    const receiver = this.#phones[otherSide(sender)]
    const protection = receiver.protection ?? 'none'
    const renditions = session.media.map((media, at): Rendition => {
      const medium = (receiver.media[at] ??= emptyMedium())
      const place = places[at]
      const isCarried = place !== undefined && this.carries(session, at)
      if (protection === 'dtls') medium.mid ??= String(at)
      return {
        protocol: isOffer ? offeredProtocol(receiver, media) : (medium.protocol ?? media.protocol),
        mid: protection === 'dtls' ? medium.mid : undefined,
        live: isCarried
          ? {
              place,
              formats: this.hasBrowser ? commonFormats(media) : media.formats,
              security: this.#securityFor(medium, protection, isOffer),
            }
          : undefined,
      }
    })
    return renderFor(session, renditions, { isMarked })
  }

  #note(
    medium: Medium,
    media: MediaDescription,
    theirs: MediaSecurity,
    isOffer: boolean,
  ): string | undefined {
    const before = medium.theirs
    medium.theirs = theirs
    medium.mid = theirs.mid ?? medium.mid
    if (isOffer) medium.protocol = media.protocol
    switch (theirs.protection) {
      case 'none':
        medium.guard = undefined
        return undefined
      case 'sdes':
        return this.#noteKeys(medium, theirs, isOffer)
      case 'dtls':
        this.#noteHandshake(medium, theirs, before)
        return undefined
    }
  }

  /** The first of its keys that we can use; in an answer the one that takes up an offer of ours. */
  #noteKeys(medium: Medium, { cryptos }: MediaSecurity, isOffer: boolean): string | undefined {
    const chosen = cryptos[0]
    if (chosen === undefined) {
      medium.guard = undefined
      return isOffer ? 'none of its SRTP keys can be used here' : undefined
    }
    const mine = isOffer
      ? (medium.ours.find(({ suite }) => suite === chosen.suite) ??
        this.#secrets.sdesKey(chosen.tag, chosen.suite))
      : medium.ours.find(({ tag, suite }) => tag === chosen.tag && suite === chosen.suite)
    if (mine === undefined) {
      medium.guard = undefined
      return undefined
    }
    if (isOffer) medium.ours = [{ ...mine, tag: chosen.tag }]
    medium.guard = { kind: 'sdes', theirs: keyOf(chosen), ours: keyOf(mine) }
    return undefined
  }

  /** Another fragment than before is an ICE restart, which wants another of ours too (RFC 8445 §9). */
  #noteHandshake(medium: Medium, theirs: MediaSecurity, before: MediaSecurity | undefined): void {
    const isRestart = before?.iceUfrag !== undefined && before.iceUfrag !== theirs.iceUfrag
    if (medium.local.length === 0 || isRestart) medium.local.unshift(this.#secrets.iceCredentials())
    medium.local.splice(2)
    medium.guard = { kind: 'dtls', local: [...medium.local], fingerprints: theirs.fingerprints }
  }

  #securityFor(medium: Medium, protection: Protection, isOffer: boolean): OwnSecurity {
    switch (protection) {
      case 'none':
        return { kind: 'none' }
      case 'sdes':
        if (medium.ours.length === 0)
          medium.ours = offeredSuites.map((suite, at) => this.#secrets.sdesKey(at + 1, suite))
        return { kind: 'sdes', cryptos: medium.ours }
      case 'dtls': {
        if (medium.local.length === 0) medium.local.push(this.#secrets.iceCredentials())
        const [{ ufrag, pwd } = this.#secrets.iceCredentials()] = medium.local
        // Answers are passive: the library is a server only, and browsers begin the handshake gladly (RFC 5763 §5).
        const setup = isOffer ? 'actpass' : 'passive'
        return { kind: 'dtls', setup, ufrag, pwd, fingerprint: this.#secrets.fingerprint }
      }
    }
  }
}

function emptyMedium(): Medium {
  return { protocol: undefined, mid: undefined, theirs: undefined, local: [], ours: [], guard: undefined }
}

function strongest(securities: readonly MediaSecurity[]): Protection {
  const has = (protection: Protection): boolean =>
    securities.some((security) => security.protection === protection)
  if (has('dtls')) return 'dtls'
  return has('sdes') ? 'sdes' : 'none'
}

function offeredProtocol({ protection, isGuessed }: Phone, media: MediaDescription): string {
  if (!media.protocol.includes('RTP/')) return media.protocol
  switch (protection) {
    case undefined:
    case 'none':
      return 'RTP/AVP'
    case 'sdes':
      return isGuessed ? 'RTP/AVP' : 'RTP/SAVP'
    case 'dtls':
      return browserProtocol
  }
}

/** Only suites that can be used are read. */
function keyOf({ suite, key }: CryptoAttribute): SdesKey {
  return { suite: suite as SdesKey['suite'], key }
}
