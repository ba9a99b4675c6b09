import { DtlsClient } from 'werift'
import { describe, expect, test, vi } from 'vitest'
import { makeCertificate, type MediaCertificate } from './certificate.ts'
import { Dtls, type SrtpAgreement } from './dtls.ts'

const ours = makeCertificate()

test('a handshake gives both ends the same keys', async () => {
  const { server, client } = connect({})
  await vi.waitFor(() => expect(server.agreement).toBeDefined())
  expect(server.agreement?.profile).toBe('AEAD_AES_128_GCM')
  await vi.waitFor(() => expect(client.connected).toBe(true))
  const keys = client.extractSessionKeys(16, 12)
  expect(server.agreement?.theirs).toEqual({ key: keys.localKey, salt: keys.localSalt })
  expect(server.agreement?.ours).toEqual({ key: keys.remoteKey, salt: keys.remoteSalt })
})

describe('what the network does to a handshake', () => {
  test.each<[string, Wire]>([
    ['every message in pieces of 60 octets', { toServer: (datagram) => piecesOf(datagram, 60) }],
    ['pieces that come in reverse', { toServer: (datagram) => [...piecesOf(datagram, 100)].reverse() }],
    ['every datagram twice', { toServer: (datagram) => [datagram, Buffer.from(datagram)] }],
    ['pieces that overlap and repeat', { toServer: (datagram) => [...piecesOf(datagram, 80), datagram] }],
    [
      'records of a datagram apart and in reverse',
      { toServer: (datagram) => [...recordsOf(datagram)].reverse() },
    ],
    [
      'noise in between',
      { toServer: (datagram) => [Buffer.alloc(40, 22), datagram, Buffer.from([22, 254])] },
    ],
    [
      'alerts in the clear',
      { toServer: (datagram) => [Buffer.from('15fefd000000000000000900020228', 'hex'), datagram] },
    ],
    ['a Finished in the clear', { toServer: (datagram) => [clearFinished(), datagram] }],
  ])('%s', async (_name, wire) => {
    const { server } = connect(wire)
    await vi.waitFor(() => expect(server.agreement).toBeDefined())
    expect(server.failure).toBeUndefined()
  })
})

describe('who is refused', () => {
  test('a certificate that the description does not announce', async () => {
    const { server } = connect({ announced: makeCertificate().fingerprint })
    await vi.waitFor(() =>
      expect(server.failure).toBe('the certificate is not the one that the description announces'),
    )
    expect(server.agreement).toBeUndefined()
  })

  test('an announced certificate without its key', async () => {
    const victim = makeCertificate()
    const theirs = { ...victim, keyPem: makeCertificate().keyPem }
    const { server } = connect({ theirs, announced: victim.fingerprint })
    await vi.waitFor(() => expect(server.failure).toBe('the peer does not own its certificate'))
    expect(server.agreement).toBeUndefined()
  })

  test('a Finished in the clear in place of the real one', async () => {
    const { server } = connect({
      toServer: (datagram) =>
        recordsOf(datagram).map((record) => (record[4] === 1 ? clearFinished() : record)),
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(server.agreement).toBeUndefined()
    expect(server.dtls.refused).toBeGreaterThan(0)
  })

  test('a hash that is too weak', async () => {
    const { server } = connect({ announced: 'sha-1 00:11' })
    await vi.waitFor(() => expect(server.failure).toBeDefined())
  })
})

test('a ClientHello after the handshake changes nothing and is not answered', async () => {
  const hellos: Buffer[] = []
  let answers = 0
  const { server } = connect({
    toServer: (datagram) => (hellos.push(Buffer.from(datagram)), [datagram]),
    toClient: (datagram) => (answers++, [datagram]),
  })
  await vi.waitFor(() => expect(server.agreement).toBeDefined())
  const { agreement } = server
  const before = answers
  for (let n = 0; n < 500; n++) server.dtls.receive(hellos[n % 2] as Buffer)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.agreement).toBe(agreement)
  expect(answers).toBe(before)
  expect(server.dtls.refused).toBe(500)
})

/** The handshake messages of a datagram in fragments; records under keys stay whole. */
function piecesOf(datagram: Buffer, most: number): Buffer[] {
  return recordsOf(datagram).flatMap((record) => {
    if (record[0] !== 22 || record[4] !== 0) return [record]
    const body = record.subarray(25)
    const pieces: Buffer[] = []
    for (let at = 0; at < Math.max(1, body.length); at += most) {
      const piece = body.subarray(at, at + most)
      const head = Buffer.from(record.subarray(0, 25))
      head.writeUInt16BE(12 + piece.length, 11)
      head.writeUIntBE(at, 19, 3)
      head.writeUIntBE(piece.length, 22, 3)
      pieces.push(Buffer.concat([head, piece]))
    }
    return pieces
  })
}

function recordsOf(datagram: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at < datagram.length;) {
    const end = at + 13 + datagram.readUInt16BE(at + 11)
    records.push(Buffer.from(datagram.subarray(at, end)))
    at = end
  }
  return records
}

function clearFinished(): Buffer {
  return Buffer.from(`16fefd000000000000000700181400000c000500000000000c${'00'.repeat(12)}`, 'hex')
}

interface Peers {
  readonly server: { agreement: SrtpAgreement | undefined; failure: string | undefined; readonly dtls: Dtls }
  readonly client: DtlsClient
}

interface Wire {
  readonly announced?: string
  readonly theirs?: MediaCertificate
  /** Datagrams that arrive in place of the one that was sent. */
  readonly toServer?: (datagram: Buffer) => readonly Buffer[]
  readonly toClient?: (datagram: Buffer) => readonly Buffer[]
}

function connect(wire: Wire): Peers {
  const theirs = wire.theirs ?? makeCertificate()
  const pass = (datagram: Buffer): readonly Buffer[] => [datagram]
  const socket: DtlsClient['transport']['socket'] = {
    type: 'udp',
    address: { address: '', family: '', port: 0 },
    closed: false,
    onData: () => undefined,
    send: (datagram) => {
      for (const one of (wire.toServer ?? pass)(datagram)) setImmediate(() => server.dtls.receive(one))
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
  const server: Peers['server'] = {
    agreement: undefined,
    failure: undefined,
    dtls: new Dtls(ours, [wire.announced ?? theirs.fingerprint], {
      send: (datagram) => {
        for (const one of (wire.toClient ?? pass)(Buffer.from(datagram)))
          setImmediate(() => client.transport.socket.onData(one, ['', 0]))
      },
      agreed: (agreement) => (server.agreement = agreement),
      failed: (why) => (server.failure = why),
    }),
  }
  const client = new DtlsClient({
    transport: socket,
    cert: theirs.certificatePem,
    key: theirs.keyPem,
    signatureHash: { hash: 4, signature: 3 },
    srtpProfiles: [7, 1],
    extendedMasterSecret: true,
  })
  void client.connect()
  return { server, client }
}
