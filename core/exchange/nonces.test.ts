import { expect, test } from 'vitest'
import { hmacSha256, md5, sha256 } from '../io/hashes.ts'
import { vocabulary } from '../modules/index.ts'
import { loadScript } from '../script/index.ts'
import { Core } from './core.ts'
import { Nonces } from './nonces.ts'

const source = '192.0.2.7'
const realm = 'office'
let wallMs = 1_793_491_200_000

function nonces(): Nonces {
  const { program } = loadScript('route { drop; }', vocabulary)
  let count = 0
  return new Nonces(
    new Core({
      listeners: [],
      program: program!,
      random: () => (count++ % 997) / 997,
      hash: md5,
      sha256,
      hmac: hmacSha256,
      wallClock: () => wallMs,
      version: '0',
    }),
  )
}

const check = (nonces: Nonces, nonce: string, address = source, asRealm = realm, isQop = true): string =>
  nonces.check(nonce, address, asRealm, isQop, 300, '')

test('a nonce is good for its source, its realm and its time', () => {
  const all = nonces()
  const nonce = all.make(source, realm, true, '')
  expect(check(all, nonce)).toBe('good')
  expect(check(all, nonce, '192.0.2.8')).toBe('stale')
  expect(check(all, nonce, source, 'elsewhere')).toBe('foreign')
  expect(check(all, nonce, source, realm, false)).toBe('foreign')
  expect(all.check(nonce, source, realm, true, 300, 'another secret')).toBe('foreign')
  wallMs += 300_000
  expect(check(all, nonce)).toBe('good')
  wallMs += 1_000
  expect(check(all, nonce)).toBe('stale')
  wallMs += 24 * 3_600_000
  expect(check(all, nonce)).toBe('foreign')
})

test('no octet of it can be changed', () => {
  const all = nonces()
  const nonce = all.make(source, realm, true, '')
  for (let at = 0; at < nonce.length; at++) {
    const other = nonce.charAt(at) === '0' ? '1' : '0'
    expect(check(all, nonce.slice(0, at) + other + nonce.slice(at + 1))).not.toBe('good')
  }
  expect(check(all, '')).toBe('foreign')
  expect(check(all, 'ffffffff'.repeat(8))).toBe('foreign')
})

test('no two are alike', () => {
  const all = nonces()
  expect(new Set(Array.from({ length: 10_000 }, () => all.make(source, realm, true, ''))).size).toBe(10_000)
})

test('the memory of what was used is bounded, and what was forgotten is not good again', () => {
  const all = nonces()
  const first = all.make(source, realm, true, '')
  expect(all.use(first, 1, 'first request')).toBe(true)
  wallMs += 1_000
  for (let count = 0; count < 20_000; count++)
    all.use(all.make(source, realm, true, ''), 1, `request ${count}`)
  expect(all.usedCount).toBe(20_000)
  expect(all.use(first, 1, 'replay')).toBe(false)
  wallMs += 1_000
  expect(all.use(all.make(source, realm, true, ''), 1, 'another')).toBe(true)
})
