import { verify, X509Certificate } from 'node:crypto'
import { DtlsServer, type DtlsSocket } from 'werift'
import { fingerprintOf, type MediaCertificate } from './certificate.ts'
import { DtlsOrder, handshakes, type HandshakeMessage } from './dtls-order.ts'
import { MASTER_KEY_BYTES, srtpProfiles, type MasterKey, type SrtpProfileName } from './srtp-keys.ts'

/** What a handshake ends with. */
export interface SrtpAgreement {
  readonly profile: SrtpProfileName
  /** Of what the peer sends, and of what we send. */
  readonly theirs: MasterKey
  readonly ours: MasterKey
}

export interface DtlsEvents {
  send(datagram: Buffer): void
  agreed(agreement: SrtpAgreement): void
  /** It will not come to keys any more. */
  failed(why: string): void
}

/** The first that the peer knows too is taken: GCM costs half of the other. */
const offered: readonly SrtpProfileName[] = ['AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80']
/** sha256 with ecdsa (HashAlgorithm 4, SignatureAlgorithm 3 of RFC 5246 §7.4.1.4.1). */
const ourSignature = { hash: 4, signature: 3 } as const
/** What we ask certificates to be proved with: ecdsa and rsa with sha256. */
const provenBy: ReadonlySet<number> = new Set([0x0403, 0x0401])
const HANDSHAKE_HEADER_BYTES = 12
/** Past every flight of the server, so that none is sent again. */
const NO_FLIGHT = 99

/**
 * The server's side of DTLS 1.2 for SRTP (RFC 5764). The library leaves to others what makes it safe: that messages
 * come whole and in order, that the certificate is the announced one (RFC 8122 §6.2), that its owner is there
 * (RFC 5246 §7.4.8), and that nothing in the clear disturbs a handshake that is done.
 */
export class Dtls {
  readonly #fingerprints: readonly string[]
  readonly #events: DtlsEvents
  readonly #order = new DtlsOrder()
  readonly #server: DtlsSocket
  #isOver = false
  #isProven = false

  constructor(certificate: MediaCertificate, fingerprints: readonly string[], events: DtlsEvents) {
    this.#fingerprints = fingerprints
    this.#events = events
    this.#server = new DtlsServer({
      transport: transportTo(events),
      cert: certificate.certificatePem,
      key: certificate.keyPem,
      signatureHash: ourSignature,
      srtpProfiles: offered.map((name) => srtpProfiles[name].dtlsNumber as 1 | 7),
      certificateRequest: true,
      extendedMasterSecret: true,
    })
    this.#server.onConnect.subscribe(() => {
      this.#connected()
    })
    this.#server.onError.subscribe((error) => {
      this.#fail(error.message === '' ? 'the handshake makes no sense' : error.message)
    })
  }

  /** Datagrams that nobody should have sent. */
  get refused(): number {
    return this.#order.refused
  }

  /** From the peer that ICE has chosen, and from nobody else. */
  receive(datagram: Buffer): void {
    for (const ordered of this.#order.take(datagram)) {
      if (this.#isOver) return
      if (ordered.kind === 'message' && !this.#isAcceptable(ordered.message)) return
      if (ordered.kind === 'sealed' && !this.#isProven) return
      this.#server.transport.socket.onData(ordered.record, ['', 0])
    }
  }

  close(): void {
    this.#isOver = true
    this.#server.dtls.flight = NO_FLIGHT
  }

  #isAcceptable({ type, octets }: HandshakeMessage): boolean {
    if (type !== handshakes.certificateVerify) return true
    const why = this.#doubt(octets)
    if (why === undefined) this.#isProven = true
    else this.#fail(why)
    return why === undefined
  }

  /** Why the peer is not who its description says; undefined where it is. */
  #doubt(proof: Buffer): string | undefined {
    const { remoteCertificate, dtls } = this.#server
    if (remoteCertificate === undefined) return 'the peer shows no certificate'
    const isAnnounced = this.#fingerprints.some((announced) => {
      const hash = announced.split(' ', 1)[0] ?? ''
      return fingerprintOf(hash.toLowerCase(), remoteCertificate)?.toLowerCase() === announced.toLowerCase()
    })
    if (!isAnnounced) return 'the certificate is not the one that the description announces'
    const transcript = Buffer.concat(dtls.sortedHandshakeCache.map((message) => message.serialize()))
    return isSignedBy(remoteCertificate, transcript, proof.subarray(HANDSHAKE_HEADER_BYTES))
      ? undefined
      : 'the peer does not own its certificate'
  }

  #connected(): void {
    if (this.#isOver) return
    const { srtp, dtls } = this.#server
    const profile = offered.find((name) => srtpProfiles[name].dtlsNumber === srtp.srtpProfile)
    if (profile === undefined) return this.#fail('no SRTP profile is shared')
    // Without it the keys would not rest on the whole handshake (RFC 7627), whose end the library does not check.
    if (!dtls.remoteExtendedMasterSecret) return this.#fail('the peer knows no extended master secret')
    this.#order.isConnected = true
    const keys = this.#server.extractSessionKeys(MASTER_KEY_BYTES, srtpProfiles[profile].saltBytes)
    this.#events.agreed({
      profile,
      theirs: { key: keys.remoteKey, salt: keys.remoteSalt },
      ours: { key: keys.localKey, salt: keys.localSalt },
    })
  }

  #fail(why: string): void {
    // A stray error after the handshake ends nothing: the keys are there.
    if (this.#isOver || this.#order.isConnected) return
    this.close()
    this.#events.failed(why)
  }
}

function transportTo(events: DtlsEvents): DtlsSocket['transport']['socket'] {
  return {
    type: 'udp',
    address: { address: '', family: '', port: 0 },
    closed: false,
    onData: () => undefined,
    send: (datagram) => {
      events.send(datagram)
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}

/** CertificateVerify: an algorithm, and a signature over all messages before (RFC 5246 §7.4.8). */
function isSignedBy(certificate: Buffer, transcript: Buffer, proof: Buffer): boolean {
  if (proof.length < 4 || !provenBy.has(proof.readUInt16BE(0))) return false
  if (proof.length !== 4 + proof.readUInt16BE(2)) return false
  try {
    return verify('sha256', transcript, new X509Certificate(certificate).publicKey, proof.subarray(4))
  } catch {
    return false
  }
}

export function startDtls(
  certificate: MediaCertificate,
  fingerprints: readonly string[],
  events: DtlsEvents,
): Dtls {
  return new Dtls(certificate, fingerprints, events)
}
