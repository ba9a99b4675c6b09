import { createHmac } from 'node:crypto'
import { DtlsClient } from 'werift'
import { expect, test, vi } from 'vitest'
import { instant } from '../../lib/instant.ts'
import { Relay, type StreamEnd } from '../../rtp/index.ts'
import {
  addFingerprint,
  addIntegrity,
  attributeTypes,
  BINDING,
  flagAttribute,
  integrity,
  numberAttribute,
  textAttribute,
  writeMessage,
} from '../../stun/index.ts'
import { makeCertificate } from './certificate.ts'
import { DtlsGuard } from './dtls-guard.ts'
import { startDtls } from './dtls.ts'
import { SrtpSealer } from './srtp.ts'

const local = { ufrag: 'abcdefgh', pwd: 'abcdefghijklmnopqrstuvwx' }
const phone = { address: '10.0.0.3', port: 18_000 }
const page = { address: '10.0.0.2', port: 50_000 }
const stranger = { address: '10.66.0.66', port: 50_000 }

test('T45 T46 T47 R20: no stranger begins a handshake, is chosen, or is answered', () => {
  const leg = new Leg()
  const hello = Buffer.from('16fefd0000000000000000000c010000000000000000000000', 'hex')
  for (let n = 0; n < 200; n++) leg.arrive(hello, stranger)
  leg.arrive(leg.check({ pwd: 'wrong-password-wrong-pass', isNominating: true }), stranger)
  leg.arrive(leg.check({ username: 'other:page' }), stranger)
  leg.arrive(leg.check({}).subarray(0, 60), stranger)
  expect(leg.answers).toEqual([])
  expect(Object.fromEntries(leg.end.dropped)).toEqual({ 'unproven-address': 200, 'ice-refused': 3 })
  expect(leg.end.guard?.state).toBe('checking')
})

test('T44 R17 R18: 10,000 replayed, changed and strange packets reach nobody, and the call lives', async () => {
  const leg = new Leg()
  const sealer = await leg.connect()
  const first = sealer.rtp(rtp(1)) as Buffer
  expect(leg.arrive(Buffer.from(first), page)).toEqual(phone)
  for (let n = 0; n < 10_000; n++) {
    const bad = Buffer.from(n % 2 === 0 ? first : (sealer.rtp(rtp(10 + n)) as Buffer))
    if (n % 2 === 1) bad[12 + (n % (bad.length - 12))]! ^= 1 << (n % 8)
    expect(leg.arrive(bad, n % 3 === 0 ? stranger : page)).toBeUndefined()
  }
  expect(leg.arrive(sealer.rtp(rtp(20_000)) as Buffer, page)).toEqual(phone)
  // Another SSRC under the same keys is the same phone.
  expect(leg.arrive(sealer.rtp(rtp(1, 77)) as Buffer, page)).toEqual(phone)
  const { dropped } = leg.end
  const counted = ['replayed', 'not-authentic', 'unproven-address'].map(
    (reason) => dropped.get(reason as never) ?? 0,
  )
  expect(counted.reduce((sum, count) => sum + count)).toBe(10_000)
  expect(Math.min(...counted)).toBeGreaterThan(1_000)
})

test('R23: without checks for 30 s nothing is sent; the next check brings it back', async () => {
  const leg = new Leg()
  await leg.connect()
  expect(leg.sendTo()).toEqual(page)
  leg.now = instant(31_000)
  leg.guard.tick(leg.now)
  expect(leg.sendTo()).toBeUndefined()
  expect(leg.end.guard?.state).toBe('lost')
  leg.arrive(leg.check({}), page)
  expect(leg.sendTo()).toEqual(page)
})

test('after a nomination elsewhere media goes there, and no handshake comes from the old address', async () => {
  const leg = new Leg()
  await leg.connect()
  const moved = { address: '10.0.0.9', port: 50_001 }
  leg.arrive(leg.check({}), moved)
  expect(leg.sendTo()).toEqual(page)
  leg.arrive(leg.check({ isNominating: true }), moved)
  expect(leg.sendTo()).toEqual(moved)
  leg.arrive(Buffer.alloc(30, 22), page)
  expect(leg.end.dropped.get('unproven-address')).toBe(1)
})

/** A guarded end in a relay, with a browser's handshake at the other side of a wire. */
class Leg {
  now = instant(0)
  readonly answers: { address: string; port: number }[] = []
  readonly relay = new Relay([])
  readonly guard: DtlsGuard
  readonly #certificate = makeCertificate()
  #client: DtlsClient | undefined

  constructor() {
    for (const id of [1, 2]) this.relay.open({ id, address: '10.0.0.1', port: 35_000 + 2 * id })
    const fingerprints = [this.#certificate.fingerprint]
    const told = { kind: 'dtls' as const, local: [local], fingerprints }
    this.relay.connect(this.now, {
      stream: 1,
      revision: 1,
      a: { ...endOf(1), guard: told },
      b: { ...endOf(2), rtp: phone, plausible: [phone.address], isMultiplexed: false },
    })
    this.guard = new DtlsGuard(
      this.now,
      {
        end: this.end,
        send: (datagram, address, port) => {
          this.answers.push({ address, port })
          if ((datagram[0] ?? 0) >= 20)
            setImmediate(() => this.#client?.transport.socket.onData(Buffer.from(datagram), ['', 0]))
        },
      },
      told,
      { certificate: makeCertificate(), startDtls },
    )
  }

  get end(): NonNullable<ReturnType<Relay['endOf']>> {
    return this.relay.endOf(0)!
  }

  /** @returns where it goes on */
  arrive(packet: Buffer, { address, port }: typeof page): { address: string; port: number } | undefined {
    const clear = this.guard.open(this.now, packet, address, port)
    const hop = clear && this.relay.route(this.now, 0, address, port, clear, clear.length)
    return hop && { address: hop.address, port: hop.port }
  }

  /** Where a packet of the other phone goes. */
  sendTo(): { address: string; port: number } | undefined {
    const hop = this.relay.route(this.now, 2, phone.address, phone.port, rtp(1), 172)
    return hop && { address: hop.address, port: hop.port }
  }

  async connect(): Promise<SrtpSealer> {
    this.arrive(this.check({ isNominating: true }), page)
    const client = new DtlsClient({
      transport: {
        type: 'udp',
        address: { address: '', family: '', port: 0 },
        closed: false,
        onData: () => undefined,
        send: (datagram) => {
          setImmediate(() => this.arrive(Buffer.from(datagram), page))
          return Promise.resolve()
        },
        close: () => Promise.resolve(),
      },
      cert: this.#certificate.certificatePem,
      key: this.#certificate.keyPem,
      signatureHash: { hash: 4, signature: 3 },
      srtpProfiles: [7, 1],
      extendedMasterSecret: true,
    })
    this.#client = client
    void client.connect()
    await vi.waitFor(() => expect(this.end.guard?.state).toBe('connected'), 5_000)
    await vi.waitFor(() => expect(client.connected).toBe(true), 5_000)
    const { localKey, localSalt } = client.extractSessionKeys(16, 12)
    return new SrtpSealer('AEAD_AES_128_GCM', { key: localKey, salt: localSalt })
  }

  check({ username = `${local.ufrag}:page`, pwd = local.pwd, isNominating = false }): Buffer {
    const attributes = [
      textAttribute(attributeTypes.username, username),
      numberAttribute(attributeTypes.priority, 1),
      ...(isNominating ? [flagAttribute(attributeTypes.useCandidate)] : []),
    ]
    const plain = writeMessage({
      class: 'request',
      method: BINDING,
      transactionId: Buffer.alloc(12, 7),
      attributes,
    })
    const hmac = (key: Uint8Array, octets: Uint8Array): Uint8Array =>
      createHmac('sha1', key).update(octets).digest()
    return Buffer.from(addFingerprint(addIntegrity(plain, integrity, Buffer.from(pwd), hmac)))
  }
}

function endOf(pair: number): StreamEnd {
  return {
    pair,
    rtp: undefined,
    rtcp: undefined,
    isMultiplexed: true,
    plausible: [],
    isAsymmetric: false,
    mayReceive: true,
    maySend: true,
    formats: [{ type: 0, encoding: 'pcmu', clockHz: 8000 }],
    packetTimeMs: 20,
  }
}

function rtp(n: number, ssrc = 5): Buffer {
  const packet = Buffer.alloc(172, 0x55)
  packet.writeUInt16BE(0x8000, 0)
  packet.writeUInt16BE(n % 65_536, 2)
  packet.writeUInt32BE(160 * n, 4)
  packet.writeUInt32BE(ssrc, 8)
  return packet
}
