import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** What we prove ourselves with to browsers, in every description and handshake since the start. */
export interface MediaCertificate {
  readonly certificatePem: string
  readonly keyPem: string
  /** As in `a=fingerprint` (RFC 8122 §5). */
  readonly fingerprint: string
}

const tags = {
  integer: 0x02,
  bits: 0x03,
  oid: 0x06,
  text: 0x0c,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  first: 0xa0,
}
/** ecdsa-with-SHA256 (RFC 5758 §3.2) and commonName. */
const oids = { ecdsaSha256: '2a8648ce3d040302', commonName: '550403' }
/** Peers compare the fingerprint, never the dates: a clock that is wrong must not end calls. */
const validity = ['20000101000000Z', '20991231235959Z']
const SERIAL_BYTES = 8

/** Self-signed, on the curve that all browsers know (RFC 8827 §6.5). */
export function makeCertificate(): MediaCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const der = certificateOf(publicKey, privateKey)
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: fingerprintOf('sha-256', der) ?? '',
  }
}

const hashes: Readonly<Record<string, string>> = {
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
}

/** `sha-256 AB:CD:…`; undefined for a hash that is too weak to trust (RFC 8122 §5) or unknown. */
export function fingerprintOf(hash: string, der: Uint8Array): string | undefined {
  const name = hashes[hash]
  if (name === undefined) return undefined
  const hex = createHash(name).update(der).digest('hex').toUpperCase()
  return `${hash} ${hex.replace(/..(?!$)/g, '$&:')}`
}

/** RFC 5280 §4.1. */
function certificateOf(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const algorithm = der(tags.sequence, oid(oids.ecdsaSha256))
  const serial = randomBytes(SERIAL_BYTES)
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40
  const body = der(
    tags.sequence,
    der(tags.first, der(tags.integer, Buffer.from([2]))),
    der(tags.integer, serial),
    algorithm,
    name(),
    der(tags.sequence, ...validity.map((time) => der(tags.time, Buffer.from(time, 'latin1')))),
    name(),
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)])
  return der(tags.sequence, body, algorithm, der(tags.bits, signature))
}

function name(): Buffer {
  const attribute = der(
    tags.sequence,
    oid(oids.commonName),
    der(tags.text, Buffer.from('Sidetone', 'latin1')),
  )
  return der(tags.sequence, der(tags.set, attribute))
}

function oid(hex: string): Buffer {
  return der(tags.oid, Buffer.from(hex, 'hex'))
}

/** Tag, length, value (X.690 §8.1). */
function der(tag: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values)
  const { length } = value
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value])
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), value])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 255]), value])
}
