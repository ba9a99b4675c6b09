import { expect, test } from 'vitest'
import { md5, sha256 } from '../io/hashes.ts'
import { expectedResponse, isCredentials, isSameDigest, parseCredentials, printChallenge } from './digest.ts'

/** RFC 7616 §3.9.1: Mufasa logs in with both algorithms. */
const common =
  'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ' +
  'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
const responses = {
  MD5: '8ca523f5e9506fed4657c9700eebdbec',
  'SHA-256': '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
} as const
const hashes = { MD5: md5, 'SHA-256': sha256 } as const

test.each(['MD5', 'SHA-256'] as const)('the example of RFC 7616 §3.9.1 with %s', (algorithm) => {
  const read = parseCredentials(`${common}, algorithm=${algorithm}, response="${responses[algorithm]}"`)
  if (!isCredentials(read)) throw new Error(read.why)
  const ha1 = hashes[algorithm]('Mufasa:http-auth@example.org:Circle of Life')
  expect(expectedResponse(read, 'GET', ha1, hashes[algorithm])).toBe(responses[algorithm])
})

test('the old form of RFC 2069, which has no qop', () => {
  const read = parseCredentials(
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
      'uri="/dir/index.html", response="1949323746fe6a43ef61f9606e7febea"',
  )
  if (!isCredentials(read)) throw new Error(read.why)
  const ha1 = md5('Mufasa:testrealm@host.com:CircleOfLife')
  expect([read.qop, expectedResponse(read, 'GET', ha1, md5)]).toEqual([
    undefined,
    '1949323746fe6a43ef61f9606e7febea',
  ])
})

const usual = {
  username: '"alice"',
  realm: '"office"',
  nonce: '"n"',
  uri: '"sip:office"',
  response: `"${'a'.repeat(32)}"`,
}

function valueOf(change: Readonly<Record<string, string | undefined>>): string {
  const merged: Readonly<Record<string, string | undefined>> = { ...usual, ...change }
  const all = Object.entries(merged).filter(([, value]) => value !== undefined)
  return `Digest ${all.map(([name, value]) => `${name}=${value}`).join(', ')}`
}

test.each([
  ['quoted qop, as many phones copy it', { qop: '"auth"', nc: '00000001', cnonce: '"c"' }],
  ['names in capitals', { USERNAME: '"x"', username: undefined }],
  ['an algorithm in quotes', { algorithm: '"MD5"' }],
  ['an unknown parameter', { colour: 'blue' }],
  ['a response in capitals', { response: `"${'A'.repeat(32)}"` }],
])('%s is read', (_what, change) => {
  expect(isCredentials(parseCredentials(valueOf(change)))).toBe(true)
})

test('escapes in a quoted string are undone', () => {
  expect(parseCredentials(valueOf({ username: String.raw`"al\"i\\ce"` }))).toMatchObject({
    username: 'al"i\\ce',
  })
})

test.each([
  ['no user', { username: undefined }],
  ['no nonce', { nonce: undefined }],
  ['a response of another length', { response: '"abc"' }],
  ['a response that is no number', { response: `"${'g'.repeat(32)}"` }],
  ['an MD5 response for SHA-256', { algorithm: 'SHA-256' }],
  ['qop=auth-int, which was not offered', { qop: 'auth-int', nc: '00000001', cnonce: '"c"' }],
  ['a qop without a count', { qop: 'auth', cnonce: '"c"' }],
  ['a count of seven digits', { qop: 'auth', nc: '0000001', cnonce: '"c"' }],
  ['a qop without a cnonce', { qop: 'auth', nc: '00000001' }],
  ['an empty value', { opaque: '' }],
  ['a quote that never closes', { opaque: '"abc' }],
  ['a control in a quoted string', { opaque: '"a\x01b"' }],
])('%s is malformed', (_what, change) => {
  expect(parseCredentials(valueOf(change))).toMatchObject({ kind: 'malformed' })
})

test.each([
  ['Basic YWxpY2U6', 'other'],
  ['Digest', 'malformed'],
  ['', 'malformed'],
  ['Digest ,', 'malformed'],
  [`${valueOf({})},`, 'malformed'],
  [`${valueOf({})} x`, 'malformed'],
  [valueOf({ algorithm: 'SHA-512-256' }), 'other'],
  [valueOf({ algorithm: 'MD5-sess' }), 'other'],
])('%s is %s', (value, kind) => {
  expect(parseCredentials(value)).toMatchObject({ kind })
})

test('the time grows with the length, whatever the text', () => {
  const hostile = [
    `Digest ${'a="'.repeat(20_000)}`,
    `Digest ${'a=1,'.repeat(20_000)}`,
    `Digest a="${'\\'.repeat(60_000)}`,
  ]
  const beganAt = performance.now()
  for (const value of hostile) expect(isCredentials(parseCredentials(value))).toBe(false)
  expect(performance.now() - beganAt).toBeLessThan(100)
})

test('a challenge names each algorithm in a line of its own, and quotes the realm', () => {
  const challenge = {
    realm: 'the "office"',
    nonce: 'n',
    hasQop: true,
    isStale: true,
    algorithms: ['SHA-256', 'MD5'],
  } as const
  expect(printChallenge('WWW-Authenticate', challenge)).toBe(
    ['SHA-256', 'MD5']
      .map(
        (algorithm) =>
          `WWW-Authenticate: Digest realm="the \\"office\\"", nonce="n", algorithm=${algorithm}, qop="auth", stale=true\r\n`,
      )
      .join(''),
  )
})

test('digests are the same only if they are', () => {
  expect([
    isSameDigest('ab', 'ab'),
    isSameDigest('ab', 'ac'),
    isSameDigest('ab', 'abc'),
    isSameDigest('', 'a'),
  ]).toEqual([true, false, false, false])
})
