import { createHmac } from 'node:crypto'
import type { Instant } from '../../lib/instant.ts'
import { later } from '../../lib/instant.ts'
import type { Guard, GuardFacts, MediaAddress } from '../../rtp/index.ts'
import { IceLite } from '../../stun/index.ts'
import type { MediaCertificate } from './certificate.ts'
import type { Dtls, DtlsEvents, SrtpAgreement } from './dtls.ts'
import { sortOf, type Guarded, type MediaGuard } from './guard.ts'
import { SrtpOpener, SrtpSealer } from './srtp.ts'

type DtlsTold = Extract<Guard, { kind: 'dtls' }>

/** Makes the server of one handshake; undefined while the library is not there yet: the browser asks again. */
export type StartDtls = (
  certificate: MediaCertificate,
  fingerprints: readonly string[],
  events: DtlsEvents,
) => Dtls | undefined

/** RFC 7675 §5.1: without a check for so long, nobody wants our media any more. */
const CONSENT_MS = 30_000
/** Addresses of one browser: its networks, and each port that its translators give them. */
const MOST_ADDRESSES = 16
/** A handshake that fails is not begun again for ever. */
const MOST_HANDSHAKES = 5

/** A browser's end: ICE finds it, DTLS gives the keys, SRTP protects (RFC 8827 §6.5). */
export class DtlsGuard implements MediaGuard {
  readonly #guarded: Guarded
  readonly #certificate: MediaCertificate
  readonly #startDtls: StartDtls
  readonly #ice: IceLite
  /** Where checks that were right have come from. */
  readonly #proven = new Set<string>()
  #fingerprints: readonly string[]
  #chosen: MediaAddress | undefined
  #consentedAt: Instant
  #now: Instant
  #dtls: Dtls | undefined
  #handshakes = 0
  #answerTo: MediaAddress | undefined
  #opener: SrtpOpener | undefined
  #sealer: SrtpSealer | undefined

  constructor(
    now: Instant,
    guarded: Guarded,
    told: DtlsTold,
    { certificate, startDtls }: { readonly certificate: MediaCertificate; readonly startDtls: StartDtls },
  ) {
    this.#guarded = guarded
    this.#certificate = certificate
    this.#startDtls = startDtls
    this.#now = this.#consentedAt = now
    this.#ice = new IceLite(hmacSha1, told.local)
    this.#fingerprints = told.fingerprints
    this.#note('checking')
  }

  open(now: Instant, packet: Buffer, address: string, port: number): Buffer | undefined {
    this.#now = now
    const sort = sortOf(packet)
    if (sort === 'rtp' || sort === 'rtcp') return this.#openMedia(sort, packet, address, port)
    if (sort === 'stun') return this.#check(packet, address, port)
    if (sort === 'other') return this.#guarded.end.refuse('malformed', `${address}:${port}`)
    if (!this.#isTrusted(address, port))
      return this.#guarded.end.refuse('unproven-address', `${address}:${port}`)
    this.#answerTo = { address, port }
    this.#handshake()?.receive(packet)
    return undefined
  }

  seal(packet: Buffer): Buffer | undefined {
    if (this.#sealer === undefined) return this.#guarded.end.unsealed('no-keys')
    const sealed = sortOf(packet) === 'rtcp' ? this.#sealer.rtcp(packet) : this.#sealer.rtp(packet)
    return typeof sealed === 'string' ? this.#guarded.end.unsealed(sealed) : sealed
  }

  /** Another certificate is another browser: a new handshake. An ICE restart alone changes nothing but the fragments. */
  tell(now: Instant, told: Guard): void {
    if (told.kind !== 'dtls') return
    this.#now = now
    this.#ice.announce(told.local)
    if (told.fingerprints.join() === this.#fingerprints.join()) return
    this.#fingerprints = told.fingerprints
    this.#forgetKeys()
    this.#handshakes = 0
    this.#note('checking')
  }

  tick(now: Instant): void {
    this.#now = now
    if (this.#chosen === undefined || this.#guarded.end.guard?.state === 'lost') return
    if (now < later(this.#consentedAt, CONSENT_MS)) return
    this.#guarded.end.rtp.forsake()
    this.#note('lost', 'the browser has not been heard from for 30 seconds')
  }

  close(): void {
    this.#dtls?.close()
    this.#guarded.end.guard = undefined
  }

  #openMedia(sort: 'rtp' | 'rtcp', packet: Buffer, address: string, port: number): Buffer | undefined {
    const { end } = this.#guarded
    if (!this.#isTrusted(address, port)) return end.refuse('unproven-address', `${address}:${port}`)
    if (this.#opener === undefined) return end.refuse('no-keys', `${address}:${port}`)
    const opened = sort === 'rtp' ? this.#opener.rtp(packet) : this.#opener.rtcp(packet)
    return typeof opened === 'string' ? end.refuse(opened, `${address}:${port}`) : opened
  }

  #check(packet: Buffer, address: string, port: number): undefined {
    const { end } = this.#guarded
    end.stunPackets++
    const outcome = this.#ice.take(packet, { address, port })
    if (outcome === undefined) return end.refuse('ice-refused', `${address}:${port}`)
    this.#guarded.send(outcome.answer, address, port)
    if (!outcome.isRight) return undefined
    if (this.#proven.size < MOST_ADDRESSES) this.#proven.add(`${address}:${port}`)
    if (outcome.isNominated) this.#choose(address, port)
    else if (this.#isChosen(address, port)) this.#consented()
    return undefined
  }

  #choose(address: string, port: number): void {
    if (!this.#isChosen(address, port)) {
      this.#chosen = { address, port }
      this.#proven.add(`${address}:${port}`)
    }
    this.#consented()
  }

  #consented(): void {
    this.#consentedAt = this.#now
    if (this.#chosen === undefined || this.#sealer === undefined) return
    this.#guarded.end.rtp.choose(this.#now, this.#chosen.address, this.#chosen.port)
    if (this.#guarded.end.guard?.state === 'lost') this.#note('connected')
  }

  #isChosen(address: string, port: number): boolean {
    return this.#chosen?.port === port && this.#chosen.address === address
  }

  /** Browsers begin the handshake before they have chosen; afterwards only the chosen address counts. */
  #isTrusted(address: string, port: number): boolean {
    if (this.#chosen !== undefined) return this.#isChosen(address, port)
    return this.#proven.has(`${address}:${port}`)
  }

  #handshake(): Dtls | undefined {
    if (this.#dtls !== undefined || this.#handshakes >= MOST_HANDSHAKES) return this.#dtls
    const dtls: Dtls | undefined = this.#startDtls(this.#certificate, this.#fingerprints, {
      send: (datagram) => {
        const to = this.#chosen ?? this.#answerTo
        if (to !== undefined) this.#guarded.send(datagram, to.address, to.port)
      },
      agreed: (agreement) => {
        if (this.#dtls === dtls) this.#agreed(agreement)
      },
      failed: (why) => {
        if (this.#dtls !== dtls) return
        this.#dtls = undefined
        this.#note('failed', why)
      },
    })
    if (dtls === undefined) return undefined
    this.#handshakes++
    this.#dtls = dtls
    this.#note('handshaking')
    return dtls
  }

  #agreed({ profile, theirs, ours }: SrtpAgreement): void {
    this.#opener = new SrtpOpener(profile, theirs)
    this.#sealer = new SrtpSealer(profile, ours)
    this.#guarded.end.guard = { kind: 'dtls', state: 'connected', profile, why: undefined, since: this.#now }
    if (this.#chosen !== undefined) this.#consented()
  }

  #forgetKeys(): void {
    this.#dtls?.close()
    this.#dtls = this.#opener = this.#sealer = undefined
    this.#guarded.end.rtp.forsake()
  }

  #note(state: GuardFacts['state'], why?: string): void {
    const profile = this.#guarded.end.guard?.profile
    this.#guarded.end.guard = { kind: 'dtls', state, profile, why, since: this.#now }
  }
}

function hmacSha1(key: Uint8Array, octets: Uint8Array): Uint8Array {
  return createHmac('sha1', key).update(octets).digest()
}
