import { describe, expect, test } from 'vitest'
import { AeadGcm } from './aead-gcm.ts'
import { deriveKeys, type MasterKey, type SessionKeys, type SrtpProfileName } from './srtp-keys.ts'
import { SrtpOpener, SrtpSealer } from './srtp.ts'
import { createSecretKey } from 'node:crypto'

const profiles: readonly SrtpProfileName[] = [
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
]

/** RFC 3711 B.3. */
const cmMaster: MasterKey = {
  key: hex('e1f97a0d3e018be0d64fa32c06de4139'),
  salt: hex('0ec675ad498afeebb6960b3aabe6'),
}
const gcmMaster: MasterKey = {
  key: hex('000102030405060708090a0b0c0d0e0f'),
  salt: hex('a0a1a2a3a4a5a6a7a8a9aaab'),
}

describe('published vectors', () => {
  test('keys of RFC 3711 B.3', () => {
    const { cipher, auth, salt } = deriveKeys(cmMaster, 'rtp')
    expect([cipher.export(), auth.export(), salt]).toEqual([
      hex('c61e7a93744f39ee10734afe3ff7a087'),
      hex('cebe321f6ff7716b6fd4ab49af256a156d38baa4'),
      hex('30cbbc08863d8c85d49db34a9ae1'),
    ])
  })

  test.each([
    [
      'AES_CM_128_HMAC_SHA1_80',
      cmMaster,
      '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
    ],
    [
      'AEAD_AES_128_GCM',
      gcmMaster,
      '800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392',
    ],
  ] as const)('a packet of %s as libsrtp has it', (profile, master, secured) => {
    const clear = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`)
    expect(new SrtpSealer(profile, master).rtp(clear)).toEqual(hex(secured))
    expect(new SrtpOpener(profile, master).rtp(hex(secured))).toEqual(clear)
  })

  test('RTP of RFC 7714 §16.1', () => {
    const clear = hex(`8040f17b8041f8d35501a0b2${text('Gallia est omnis divisa in partes tres')}`)
    const secured = hex(
      '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce',
    )
    const transform = rfc7714()
    expect(transform.sealRtp(clear, 12, 0x5501a0b2, 0xf17b)).toEqual(secured)
    expect(transform.openRtp(Buffer.from(secured), 12, 0x5501a0b2, 0xf17b)).toEqual(clear)
  })

  test('RTCP of RFC 7714 §17.1', () => {
    const clear = hex(
      '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
    )
    const secured = hex(
      '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4',
    )
    const transform = rfc7714()
    expect(transform.sealRtcp(clear, 0x4d617273, 0x5d4)).toEqual(secured)
    expect(transform.openRtcp(Buffer.from(secured), 0x4d617273, 0x800005d4)).toEqual(clear)
  })
})

describe.each(profiles)('%s', (profile) => {
  test('takes each packet once, over two roll-overs, with gaps, disorder and an outage of 20,000', () => {
    const { sealer, opener } = pair(profile)
    const order = [0, 2, 1, 70, 69, 20_100, 33_000, 65_535, 65_537, 65_536, 98_304, 131_071, 131_072, 131_070]
    for (const n of order) {
      const packet = rtp(n)
      const secured = Buffer.from(sealer.rtp(packet) as Buffer)
      expect(opener.rtp(Buffer.from(secured))).toEqual(packet)
      expect(opener.rtp(secured)).toBe('replayed')
    }
  })

  test('no changed bit passes, and none moves the window', () => {
    const { sealer, opener } = pair(profile)
    const secured = sealer.rtp(rtp(7)) as Buffer
    for (let bit = 0; bit < 8 * secured.length; bit++) {
      const forged = Buffer.from(secured)
      forged[bit >> 3] = (forged[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(opener.rtp(forged)).toEqual(expect.stringMatching(/^(not-authentic|malformed|replayed)$/))
    }
    expect(opener.rtp(secured)).toEqual(rtp(7))
  })

  test('no changed bit of RTCP passes', () => {
    const { sealer, opener } = pair(profile)
    const clear = receiverReport()
    const secured = sealer.rtcp(clear) as Buffer
    for (let bit = 0; bit < 8 * secured.length; bit++) {
      const forged = Buffer.from(secured)
      forged[bit >> 3] = (forged[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(opener.rtcp(forged)).toBe('not-authentic')
    }
    expect(opener.rtcp(Buffer.from(secured))).toEqual(clear)
    expect(opener.rtcp(secured)).toBe('replayed')
  })

  test('a header with contributing sources and an extension stays readable', () => {
    const { sealer, opener } = pair(profile)
    const packet = Buffer.concat([
      hex('b2080001000000a0cafebabe0000000100000002bede000110aa0000'),
      Buffer.alloc(40, 0x55),
    ])
    packet[packet.length - 1] = 4
    const secured = sealer.rtp(packet) as Buffer
    expect(secured.subarray(0, 28)).toEqual(packet.subarray(0, 28))
    expect(opener.rtp(secured)).toEqual(packet)
  })

  test.each([0, 1, 4, 11, 12, 15, 21, 27])('%d octets are malformed or forged, never a throw', (bytes) => {
    const { opener } = pair(profile)
    for (const first of [0x80, 0x90, 0xbf, 0xff]) {
      expect(opener.rtp(Buffer.alloc(bytes, first))).toEqual(expect.any(String))
      expect(opener.rtcp(Buffer.alloc(bytes, first))).toEqual(expect.any(String))
    }
  })

  test('a number that was used is not used again, and a new stream has its own numbers', () => {
    const { sealer } = pair(profile)
    expect(sealer.rtp(rtp(5))).toBeInstanceOf(Buffer)
    expect(sealer.rtp(rtp(5))).toBe('replayed')
    expect(sealer.rtp(rtp(5, 99))).toBeInstanceOf(Buffer)
  })

  test('nobody fills the memory with streams', () => {
    const { sealer, opener } = pair(profile)
    for (let ssrc = 0; ssrc < 1000; ssrc++) {
      const secured = sealer.rtp(rtp(1, ssrc))
      if (ssrc < 64) expect(opener.rtp(secured as Buffer)).toEqual(rtp(1, ssrc))
      else expect(secured).toBe('malformed')
    }
  })
})

function pair(profile: SrtpProfileName): { sealer: SrtpSealer; opener: SrtpOpener } {
  const master = profile === 'AEAD_AES_128_GCM' ? gcmMaster : cmMaster
  return { sealer: new SrtpSealer(profile, master), opener: new SrtpOpener(profile, master) }
}

function rtp(n: number, ssrc = 0xcafebabe): Buffer {
  const packet = Buffer.alloc(172, n & 255)
  packet[0] = 0x80
  packet[1] = 0
  packet.writeUInt16BE(n % 65_536, 2)
  packet.writeUInt32BE(ssrc, 8)
  return packet
}

function receiverReport(): Buffer {
  return hex('81c90007cafebabe0000000100000000000000630000000a0000000000000000')
}

/** Its vectors give the keys of the session themselves. */
function rfc7714(): AeadGcm {
  const keys: SessionKeys = {
    cipher: createSecretKey(gcmMaster.key),
    auth: createSecretKey(gcmMaster.key),
    salt: Buffer.from('Quid pro quo', 'latin1'),
  }
  return new AeadGcm(keys, keys)
}

function text(of: string): string {
  return Buffer.from(of, 'latin1').toString('hex')
}

function hex(of: string): Buffer {
  return Buffer.from(of, 'hex')
}
