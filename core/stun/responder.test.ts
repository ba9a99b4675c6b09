import { describe, expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import {
  BINDING,
  Responder,
  addFingerprint,
  addressAttribute,
  addressOf,
  attributeTypes,
  errorOf,
  flagAttribute,
  mappedAddressOf,
  numberAttribute,
  readMessage,
  unknownAttributesOf,
  writeMessage,
  type StunAnswer,
  type StunAttribute,
  type StunMessage,
  type StunSilence,
} from './index.ts'

const here = { address: '192.0.2.1', port: 3478 }
const phone = { address: '198.51.100.7', port: 40_000 }
const now = instant(5_000)
const alternates = { addresses: ['192.0.2.1', '192.0.2.2'], ports: [3478, 3479] } as const
const { changeRequest, fingerprint, otherAddress, padding, responseAddress, responseOrigin } = attributeTypes

function request(attributes: readonly StunAttribute[] = [], idBytes = 12): Uint8Array {
  return writeMessage({
    class: 'request',
    method: BINDING,
    transactionId: Uint8Array.from({ length: idBytes }, (_, index) => index + 1),
    attributes,
  })
}

function asked(bytes: Uint8Array, responder = new Responder(1)): StunAnswer | StunSilence {
  return responder.answer(now, here, phone, bytes)
}

function messageOf(answer: StunAnswer | StunSilence): StunMessage {
  return readMessage((answer as StunAnswer).bytes) as StunMessage
}

test('a bare Binding is answered in 32 octets with the place it came from', () => {
  const answer = asked(request()) as StunAnswer
  expect(answer.bytes.length).toBe(32)
  expect(answer.from).toEqual(here)
  expect(mappedAddressOf(messageOf(answer))).toEqual(phone)
})

const wrong: readonly (readonly [what: string, bytes: Uint8Array, silence: StunSilence])[] = [
  ['an indication', changed(request(), 1, 0x11), 'not-a-request'],
  ['a success', changed(changed(request(), 0, 1), 1, 1), 'not-a-request'],
  ['an error', changed(changed(request(), 0, 1), 1, 0x11), 'not-a-request'],
  ['a method of TURN', changed(request(), 1, 3), 'not-a-request'],
  ['a message without the cookie', request([], 16), 'not-stun'],
  ['a wrong length', changed(request(), 3, 4), 'not-stun'],
  ['a length that is no multiple of four', Uint8Array.of(...changed(request(), 3, 2), 0, 0), 'not-stun'],
  ['an attribute that is cut off', changed(request([numberAttribute(padding, 0)]), 23, 9), 'not-stun'],
  ['RTP', changed(request(), 0, 0x80), 'not-stun'],
  ['nothing', new Uint8Array(0), 'not-stun'],
  ['a wrong fingerprint', changed(addFingerprint(request()), 27, 0), 'bad-fingerprint'],
  [
    'a fingerprint that is not last',
    request([numberAttribute(fingerprint, 0), flagAttribute(padding)]),
    'bad-fingerprint',
  ],
]

test.each(wrong)('%s is not answered', (_, bytes, silence) => {
  expect(asked(bytes)).toBe(silence)
})

test('who asks with a fingerprint gets one', () => {
  expect(messageOf(asked(addFingerprint(request()))).attributes.at(-1)?.type).toBe(fingerprint)
})

test('an attribute that must be understood and is not is named in a 420, the others are left out', () => {
  const answer = messageOf(asked(request([flagAttribute(0x7777 as never), flagAttribute(0x9999 as never)])))
  expect(answer.class).toBe('error')
  expect(errorOf(answer)?.code).toBe(420)
  expect(unknownAttributesOf(answer)).toEqual([0x7777])
})

test('the address that an old client names is not answered, the client is', () => {
  const answer = asked(request([addressAttribute(responseAddress, { address: '203.0.113.9', port: 53 })]))
  expect(mappedAddressOf(messageOf(answer))).toEqual(phone)
})

test('padding makes the answer as long as the request and no longer', () => {
  const long = request([{ type: padding, value: new Uint8Array(1400) }])
  expect((asked(long) as StunAnswer).bytes.length).toBe(long.length)
  expect((asked(request([flagAttribute(padding)])) as StunAnswer).bytes.length).toBe(32)
})

test('ten answers in a second for one source, whatever its ports; others do not suffer', () => {
  const responder = new Responder(1)
  let answers = 0
  for (let tried = 0; tried < 100; tried++) {
    const source = { address: phone.address, port: 1024 + tried }
    if (typeof responder.answer(instant(tried * 9.9), here, source, request()) !== 'string') answers++
  }
  expect(answers).toBe(10)
  expect(typeof responder.answer(instant(999), here, { ...phone, address: '198.51.100.8' }, request())).toBe(
    'object',
  )
  expect(responder.answer(instant(999), here, phone, request())).toBe('too-many')
  expect(typeof responder.answer(instant(1000), here, phone, request())).toBe('object')
})

test('all addresses of one IPv6 network count as one source', () => {
  const responder = new Responder(1)
  const answers = Array.from({ length: 30 }, (_, index) =>
    responder.answer(
      now,
      { address: '2001:db8::1', port: 3478 },
      { address: `2001:db8:1:2::${index}`, port: 9 },
      request(),
    ),
  )
  expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(10)
})

describe('with one place only', () => {
  test.each([2, 4, 6])('a wish to change (%i) is answered 420', (flags) => {
    const answer = messageOf(asked(request([numberAttribute(changeRequest, flags)])))
    expect([errorOf(answer)?.code, unknownAttributesOf(answer)]).toEqual([420, [changeRequest]])
  })

  test('a wish to change nothing is granted', () => {
    expect(mappedAddressOf(messageOf(asked(request([numberAttribute(changeRequest, 0)]))))).toEqual(phone)
  })
})

describe('with two addresses and two ports', () => {
  const other = { address: '192.0.2.2', port: 3479 }

  test.each([
    [0, here],
    [2, { address: '192.0.2.1', port: 3479 }],
    [4, { address: '192.0.2.2', port: 3478 }],
    [6, other],
  ] as const)('a wish to change (%i) is answered from where it asks, to the asker', (flags, from) => {
    const answer = asked(
      request([numberAttribute(changeRequest, flags)]),
      new Responder(1, alternates),
    ) as StunAnswer
    expect(answer.from).toEqual(from)
    expect(addressOf(messageOf(answer), responseOrigin)).toEqual(from)
    expect(addressOf(messageOf(answer), otherAddress)).toEqual(other)
    expect(mappedAddressOf(messageOf(answer))).toEqual(phone)
  })

  test('a client of RFC 3489 is answered in its own words', () => {
    const answer = messageOf(
      asked(request([numberAttribute(changeRequest, 6)], 16), new Responder(1, alternates)),
    )
    expect(answer.attributes.map(({ type }) => type)).toEqual([1, 4, 5])
    expect(addressOf(answer, 1)).toEqual(phone)
    expect(addressOf(answer, 4)).toEqual(other)
    expect(addressOf(answer, 5)).toEqual(other)
  })
})

function changed(bytes: Uint8Array, place: number, octet: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[place] = octet
  return copy
}
