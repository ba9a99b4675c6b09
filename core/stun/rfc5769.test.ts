/** RFC 5769: the four sample messages, read and written to the octet. */
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  BINDING,
  addFingerprint,
  addIntegrity,
  attributeTypes,
  checkFingerprint,
  checkIntegrity,
  integrity,
  mappedAddressOf,
  numberAttribute,
  numberOf,
  readMessage,
  textAttribute,
  textOf,
  tieBreakerAttribute,
  tieBreakerOf,
  writeMessage,
  xorMappedAddress,
  type Hmac,
  type StunAttribute,
  type StunMessage,
} from './index.ts'

const hmacSha1: Hmac = (key, bytes) => createHmac('sha1', key).update(bytes).digest()
const shortTermKey = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt')
const transactionId = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')
const { software, username, priority, iceControlled, nonce, realm } = attributeTypes
const user = 'マトリックス'
const longTermKey = createHash('md5').update(`${user}:example.org:TheMatrIX`).digest()

interface Sample {
  readonly section: string
  readonly hex: string
  readonly key: Buffer
  readonly class: 'request' | 'success'
  readonly transactionId: Buffer
  readonly attributes: readonly StunAttribute[]
  /** Places of padding, which the samples fill with spaces and RFC 8489 §14 with zeros. */
  readonly spacesAt: readonly number[]
  readonly hasFingerprint: boolean
}

const samples: readonly Sample[] = [
  {
    section: '2.1, request',
    hex: `000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74
      002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020
      000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf`,
    key: shortTermKey,
    class: 'request',
    transactionId,
    attributes: [
      textAttribute(software, 'STUN test client'),
      numberAttribute(priority, 0x6e0001ff),
      tieBreakerAttribute(iceControlled, 0x932ff9b151263b36n),
      textAttribute(username, 'evtj:h6vY'),
    ],
    spacesAt: [73, 74, 75],
    hasFingerprint: true,
  },
  {
    section: '2.2, IPv4 response',
    hex: `0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220
      002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96`,
    key: shortTermKey,
    class: 'success',
    transactionId,
    attributes: [
      textAttribute(software, 'test vector'),
      xorMappedAddress({ address: '192.0.2.1', port: 32853 }, transactionId),
    ],
    spacesAt: [35],
    hasFingerprint: true,
  },
  {
    section: '2.3, IPv6 response',
    hex: `010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220
      002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed41
      80280004c8fb0b4c`,
    key: shortTermKey,
    class: 'success',
    transactionId,
    attributes: [
      textAttribute(software, 'test vector'),
      xorMappedAddress({ address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }, transactionId),
    ],
    spacesAt: [35],
    hasFingerprint: true,
  },
  {
    section: '2.4, request with long-term authentication',
    hex: `000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000
      0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700
      00080014f67024656dd64a3e02b8e0712e85c9a28ca89666`,
    key: longTermKey,
    class: 'request',
    transactionId: Buffer.from('78ad3433c6ad72c029da412e', 'hex'),
    attributes: [
      textAttribute(username, Buffer.from(user).toString('latin1')),
      textAttribute(nonce, 'f//499k954d6OL34oL9FSTvy64sA'),
      textAttribute(realm, 'example.org'),
    ],
    spacesAt: [],
    hasFingerprint: false,
  },
]

describe.each(samples)('RFC 5769 §$section', (sample) => {
  const bytes = Buffer.from(sample.hex.replace(/\s+/g, ''), 'hex')

  test('is read, and its integrity and fingerprint are right', () => {
    const message = readMessage(bytes) as StunMessage
    expect(message.class).toBe(sample.class)
    expect(message.method).toBe(BINDING)
    expect(Buffer.from(message.transactionId)).toEqual(sample.transactionId)
    expect(message.attributes.slice(0, sample.attributes.length).map(({ type }) => type)).toEqual(
      sample.attributes.map(({ type }) => type),
    )
    expect(checkIntegrity(message, integrity, sample.key, hmacSha1)).toBe('right')
    expect(checkFingerprint(message)).toBe(sample.hasFingerprint ? 'right' : 'absent')
    expect(checkIntegrity(message, integrity, Buffer.from('another'), hmacSha1)).toBe('wrong')
  })

  test('is written to the octet', () => {
    const bare = writeMessage({ ...sample, method: BINDING })
    for (const place of sample.spacesAt) bare[place] = 0x20
    const signed = addIntegrity(bare, integrity, sample.key, hmacSha1)
    const whole = sample.hasFingerprint ? addFingerprint(signed) : signed
    expect(Buffer.from(whole).toString('hex')).toBe(bytes.toString('hex'))
  })

  test('has another integrity or fingerprint when one bit of it changes', () => {
    for (let place = 20; place < bytes.length; place += 7) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place)
      const message = readMessage(changed)
      if (typeof message === 'string') continue
      const isWhole =
        checkIntegrity(message, integrity, sample.key, hmacSha1) === 'right' &&
        checkFingerprint(message) === (sample.hasFingerprint ? 'right' : 'absent')
      expect(isWhole, `octet ${place}`).toBe(false)
    }
  })
})

test('the values of the samples are what RFC 5769 says', () => {
  const [request, four, six] = samples.map(
    ({ hex }) => readMessage(Buffer.from(hex.replace(/\s+/g, ''), 'hex')) as StunMessage,
  ) as [StunMessage, StunMessage, StunMessage]
  expect({
    software: textOf(request, software),
    username: textOf(request, username),
    priority: numberOf(request, priority),
    tieBreaker: tieBreakerOf(request, iceControlled),
  }).toEqual({
    software: 'STUN test client',
    username: 'evtj:h6vY',
    priority: 0x6e0001ff,
    tieBreaker: 0x932ff9b151263b36n,
  })
  expect(mappedAddressOf(four)).toEqual({ address: '192.0.2.1', port: 32853 })
  expect(mappedAddressOf(six)).toEqual({ address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 })
})
