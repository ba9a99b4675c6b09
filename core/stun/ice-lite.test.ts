import { createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { IceLite, type CheckOutcome } from './ice-lite.ts'
import type { Hmac } from './integrity.ts'

const hmac: Hmac = (key, octets) => createHmac('sha1', key).update(octets).digest()
const source = { address: '192.0.2.1', port: 32_853 }
const local = { ufrag: 'evtj', pwd: 'VOkJxbRl1RmTxUk/WvJxBt' }

test('the request of RFC 5769 §2.1 is intact; its sender takes itself for controlled, which we are', () => {
  const packet = Buffer.from(
    '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
    'hex',
  )
  const outcome = new IceLite(hmac, [local]).take(packet, source)
  expect(outcome).toMatchObject({ isRight: false, isNominated: false })
  expect(read(outcome!.answer)).toMatchObject({ type: 0x0111, error: 487 })
})

test('a check is answered with where it came from, both proofs in order', () => {
  const outcome = new IceLite(hmac, [local]).take(check({}), source)
  expect(outcome).toMatchObject({ isRight: true, isNominated: false })
  expect(read(outcome!.answer)).toEqual({
    type: 0x0101,
    transaction: '0102030405060708090a0b0c',
    error: undefined,
    mapped: [1, 32_853 ^ 0x2112, '192.0.2.1'],
    isIntact: true,
    isFingerprinted: true,
  })
})

test('IPv6 is told under the whole of cookie and transaction', () => {
  const { answer } = new IceLite(hmac, [local]).take(check({}), { address: '2001:db8::7', port: 5000 })!
  expect(read(answer)['mapped']).toEqual([2, 5000 ^ 0x2112, '20010db8000000000000000000000007'])
})

test('USE-CANDIDATE nominates', () => {
  expect(new IceLite(hmac, [local]).take(check({ isNominating: true }), source)).toMatchObject({
    isRight: true,
    isNominated: true,
  })
})

describe('what is not answered', () => {
  test.each<[string, Buffer]>([
    ['no MESSAGE-INTEGRITY', check({ leaveOut: [8] })],
    ['MESSAGE-INTEGRITY under another password', check({ pwd: 'another-password-of-22-ch' })],
    ['no FINGERPRINT', check({ leaveOut: [0x8028] })],
    ['a wrong FINGERPRINT', changed(check({}), -1)],
    ['another user name', check({ username: 'abcd:efgh' })],
    ['no user name', check({ leaveOut: [6] })],
    ['no PRIORITY', check({ leaveOut: [0x24] })],
    ['USE-CANDIDATE without its password', check({ isNominating: true, pwd: 'x'.repeat(22) })],
    ['a changed octet under a right FINGERPRINT', refingerprinted(changed(check({}), 30))],
    ['an indication', check({ type: 0x0011 })],
    ['a response', check({ type: 0x0101 })],
    ['something behind FINGERPRINT', Buffer.concat([check({}), Buffer.alloc(4)])],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(100)],
  ])('%s', (_name, packet) => {
    expect(new IceLite(hmac, [local]).take(packet, source)).toBeUndefined()
  })

  test('no cut and no changed bit of a check is answered as right', () => {
    const whole = check({ isNominating: true })
    const agent = new IceLite(hmac, [local])
    for (let length = 0; length < whole.length; length++)
      expect(agent.take(whole.subarray(0, length), source)).toBeUndefined()
    for (let bit = 0; bit < 8 * whole.length; bit++)
      expect(agent.take(changed(whole, bit >> 3, 1 << (bit & 7)), source)).toBeUndefined()
  })
})

test('an attribute that must be understood and is not is named in a 420', () => {
  const outcome = new IceLite(hmac, [local]).take(check({ extra: [0x7fff] }), source)
  expect(outcome).toMatchObject({ isRight: false, isNominated: false })
  expect(read(outcome!.answer)).toMatchObject({ type: 0x0111, error: 420, isIntact: true })
})

test('after a restart the old credentials hold until a nomination under the new ones', () => {
  const agent = new IceLite(hmac, [local])
  const newer = { ufrag: 'newfrag1', pwd: 'a-password-of-24-letters' }
  const ask = (of: typeof local, isNominating = false): CheckOutcome | undefined =>
    agent.take(check({ username: `${of.ufrag}:h6vY`, pwd: of.pwd, isNominating }), source)

  agent.announce([newer, local])
  expect(ask(local, true)?.isNominated).toBe(true)
  expect(ask(newer)?.isRight).toBe(true)
  expect(ask(local)?.isRight).toBe(true)
  expect(ask(newer, true)?.isNominated).toBe(true)
  expect(ask(local)).toBeUndefined()
  // A hold tells the same once more: no restart, nothing comes back.
  agent.announce([newer, local])
  expect(ask(local)).toBeUndefined()
})

interface CheckParts {
  readonly type?: number
  readonly username?: string
  readonly pwd?: string
  readonly isNominating?: boolean
  readonly leaveOut?: readonly number[]
  readonly extra?: readonly number[]
}

function check(parts: CheckParts): Buffer {
  const { type = 1, username = 'evtj:h6vY', pwd = local.pwd, leaveOut = [], extra = [] } = parts
  const attributes: Buffer[] = []
  const length = (): number => attributes.reduce((sum, { length }) => sum + length, 0)
  const head = (behind: number): Buffer => {
    const octets = Buffer.from('000000002112a4420102030405060708090a0b0c', 'hex')
    octets.writeUInt16BE(type, 0)
    octets.writeUInt16BE(length() + behind, 2)
    return octets
  }
  const add = (kind: number, value: Buffer): void => {
    if (leaveOut.includes(kind)) return
    const start = Buffer.alloc(4)
    start.writeUInt16BE(kind, 0)
    start.writeUInt16BE(value.length, 2)
    attributes.push(start, value, Buffer.alloc(-value.length & 3))
  }
  add(6, Buffer.from(username, 'latin1'))
  add(0xc057, Buffer.from('00010001', 'hex'))
  add(0x802a, Buffer.from('0011223344556677', 'hex'))
  if (parts.isNominating === true) add(0x25, Buffer.alloc(0))
  for (const kind of extra) add(kind, Buffer.alloc(4))
  add(0x24, Buffer.from('6e7f1eff', 'hex'))
  add(
    8,
    createHmac('sha1', pwd)
      .update(Buffer.concat([head(24), ...attributes]))
      .digest(),
  )
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE((crc32(Buffer.concat([head(8), ...attributes])) ^ 0x5354554e) >>> 0)
  add(0x8028, sum)
  return Buffer.concat([head(0), ...attributes])
}

function changed(packet: Buffer, at: number, mask = 1): Buffer {
  const copy = Buffer.from(packet)
  const place = at < 0 ? copy.length + at : at
  copy[place] = (copy[place] as number) ^ mask
  return copy
}

function refingerprinted(packet: Buffer): Buffer {
  const at = packet.length - 8
  packet.writeUInt32BE((crc32(packet.subarray(0, at)) ^ 0x5354554e) >>> 0, at + 4)
  return packet
}

/** An answer, read by rules of its own. */
function read(octets: Uint8Array): Record<string, unknown> {
  const packet = Buffer.from(octets)
  const found = new Map<number, { at: number; value: Buffer }>()
  for (let at = 20; at < packet.length;) {
    const length = packet.readUInt16BE(at + 2)
    found.set(packet.readUInt16BE(at), { at, value: packet.subarray(at + 4, at + 4 + length) })
    at += 4 + length + (-length & 3)
  }
  const mapped = found.get(0x20)?.value
  const error = found.get(9)?.value
  const integrity = found.get(8)!
  const proved = Buffer.from(packet.subarray(0, integrity.at))
  proved.writeUInt16BE(integrity.at + 4, 2)
  const sum = found.get(0x8028)!
  return {
    type: packet.readUInt16BE(0),
    transaction: packet.toString('hex', 8, 20),
    error: error && 100 * error[2]! + error[3]!,
    mapped: mapped && [mapped[1], mapped.readUInt16BE(2), addressIn(packet, mapped.subarray(4))],
    isIntact: integrity.value.equals(createHmac('sha1', local.pwd).update(proved).digest()),
    isFingerprinted: sum.value.readUInt32BE(0) === (crc32(packet.subarray(0, sum.at)) ^ 0x5354554e) >>> 0,
  }
}

function addressIn(packet: Buffer, under: Buffer): string {
  const octets = Buffer.from(under.map((octet, n) => octet ^ packet[4 + n]!))
  return octets.length === 4 ? octets.join('.') : octets.toString('hex')
}
