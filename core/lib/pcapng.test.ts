import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCaptureWriter, type CapturedPayload } from './pcapng.ts'

const near = { address: '192.0.2.1', port: 5060 }
const far = { address: '198.51.100.7', port: 30_000 }
const atMs = Date.UTC(2026, 10, 23, 12, 0, 0) + 0.25

test('the head is a section header and one Ethernet interface with microseconds', () => {
  const head = createCaptureWriter('sidetone').head()
  expect(blocksOf(head).map(({ type }) => type)).toEqual([0x0a0d0d0a, 1])
  const [section, link] = blocksOf(head)
  expect(section?.body.subarray(0, 4)).toEqual(Uint8Array.of(0x4d, 0x3c, 0x2b, 0x1a))
  expect(Buffer.from(section?.body ?? []).includes('sidetone')).toBe(true)
  expect(link?.body.subarray(0, 2)).toEqual(Uint8Array.of(1, 0))
})

test('a datagram keeps its octets, its time and its places; lengths and checksums are right', () => {
  const payload = Uint8Array.from({ length: 173 }, (_, index) => index)
  const bytes = createCaptureWriter('t').packet({ atMs, from: near, to: far, transport: 'udp', payload })
  const [packet] = blocksOf(bytes)
  const view = viewOf(packet?.body)
  expect(view.getUint32(4, true) * 2 ** 32 + view.getUint32(8, true)).toBe(atMs * 1000)
  const frame = (packet?.body ?? new Uint8Array()).subarray(20, 20 + view.getUint32(12, true))
  expect(frame.length).toBe(14 + 20 + 8 + 173)
  expect(frame.subarray(42)).toEqual(payload)
  const ip = frame.subarray(14, 34)
  expect(onesSum(ip)).toBe(0xffff)
  expect(viewOf(ip).getUint16(2)).toBe(20 + 8 + 173)
  const udp = frame.subarray(34)
  expect(viewOf(udp).getUint16(0)).toBe(5060)
  expect(viewOf(udp).getUint16(2)).toBe(30_000)
  expect(viewOf(udp).getUint16(4)).toBe(8 + 173)
  expect(onesSum(Uint8Array.of(...ip.subarray(12, 20), 0, 17, 0, udp.length, ...udp))).toBe(0xffff)
})

test.each([
  ['two families', { from: near, to: { address: '2001:db8::1', port: 1 } }],
  ['a name', { from: { address: 'phone.example', port: 1 }, to: far }],
  ['a torn address', { from: { address: '2001:db8::1::2', port: 1 }, to: { address: '::1', port: 1 } }],
  ['too few groups', { from: { address: '2001:db8:1', port: 1 }, to: { address: '::1', port: 1 } }],
  ['a group too long', { from: { address: '12345::', port: 1 }, to: { address: '::1', port: 1 } }],
  ['a datagram that IP cannot carry', { payload: new Uint8Array(65_508) }],
])('%s: no packet', (_, part) => {
  const captured = { atMs, from: near, to: far, transport: 'udp', payload: new Uint8Array(1) } as const
  expect(createCaptureWriter('t').packet({ ...captured, ...part })).toBeUndefined()
})

const tshark = ['/usr/bin/tshark', '/usr/local/bin/tshark'].find((path) => existsSync(path))

describe.skipIf(tshark === undefined)(
  `Wireshark reads it${tshark ? '' : ' (skipped: tshark not here)'}`,
  () => {
    test('UDP over both families, with good checksums, times and comments', () => {
      const six = [
        { address: '2001:db8::1', port: 5060 },
        { address: '2001:db8:0:0:1:2:3:4', port: 5062 },
      ] as const
      const rows = dissect(
        [
          packet({ payload: sip('OPTIONS'), comment: 'grün' }),
          packet({ from: six[0], to: six[1], payload: sip('BYE') }),
          packet({ from: { address: '::ffff:192.0.2.9', port: 5060 }, payload: Uint8Array.of(0x41) }),
          packet({ payload: new Uint8Array(0) }),
        ],
        ['frame.time_epoch', 'ip.src', 'ipv6.dst', 'udp.checksum.status', 'sip.Method', 'frame.comment'],
      )
      expect(rows).toEqual([
        ['1795435200.000250', '192.0.2.1', '', '1', 'OPTIONS', 'grün'],
        ['1795435200.000250', '', '2001:db8::1:2:3:4', '1', 'BYE', ''],
        ['1795435200.000250', '192.0.2.9', '', '1', '', ''],
        ['1795435200.000250', '192.0.2.1', '', '1', '', ''],
      ])
    })

    test('a long message over TCP is put together again, both ways', () => {
      const long = sip('MESSAGE', 4_000)
      const rows = dissect(
        [
          packet({ transport: 'tcp', to: { ...far, port: 5060 }, payload: long }),
          packet({ transport: 'tcp', from: { ...far, port: 5060 }, to: near, payload: sip('OPTIONS') }),
          packet({ transport: 'tcp', to: { ...far, port: 5060 }, payload: sip('INFO') }),
        ],
        ['sip.Method', 'tcp.checksum.status', 'tcp.analysis.flags'],
      )
      expect(rows.map(([method]) => method).filter((method) => method !== '')).toEqual([
        'MESSAGE',
        'OPTIONS',
        'INFO',
      ])
      expect(rows.every(([, status, flags]) => status === '1' && flags === '')).toBe(true)
    })
  },
)

function packet(part: Partial<CapturedPayload>): CapturedPayload {
  return { atMs, from: near, to: far, transport: 'udp', payload: new Uint8Array(0), ...part }
}

function sip(method: string, bodyLength = 0): Uint8Array {
  const lines = [
    `${method} sip:a@192.0.2.1 SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>',
    'Call-ID: c',
    `CSeq: 1 ${method}`,
    ...(bodyLength > 0 ? ['Content-Type: text/plain'] : []),
    `Content-Length: ${bodyLength}`,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${'x'.repeat(bodyLength)}`, 'latin1')
}

/** The fields of each packet as tshark reads them. */
function dissect(captured: readonly CapturedPayload[], fields: readonly string[]): string[][] {
  const writer = createCaptureWriter('sidetone')
  const folder = mkdtempSync(join(tmpdir(), 'sidetone-pcapng-'))
  const path = join(folder, 'call.pcapng')
  writeFileSync(
    path,
    Buffer.concat([writer.head(), ...captured.map((one) => writer.packet(one) ?? [])] as Uint8Array[]),
  )
  const checks = ['udp', 'tcp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
  const columns = fields.flatMap((field) => ['-e', field])
  const ran = spawnSync(
    tshark ?? '',
    ['-n', ...checks, '-r', path, '-T', 'fields', '-E', 'separator=|', ...columns],
    {
      encoding: 'utf8',
    },
  )
  rmSync(folder, { recursive: true })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return (
    ran.stdout
      .replace(/\n$/, '')
      .split('\n')
      // Versions of tshark differ in the digits that they print after the microseconds.
      .map((line) => line.split('|').map((field) => field.replace(/^(\d+\.\d{6})000$/, '$1')))
  )
}

function blocksOf(bytes: Uint8Array | undefined): { type: number; body: Uint8Array }[] {
  const blocks = []
  for (let at = 0; bytes !== undefined && at < bytes.length;) {
    const view = viewOf(bytes.subarray(at))
    const length = view.getUint32(4, true)
    expect(view.getUint32(length - 4, true)).toBe(length)
    expect(length % 4).toBe(0)
    blocks.push({ type: view.getUint32(0, true), body: bytes.subarray(at + 8, at + length - 4) })
    at += length
  }
  return blocks
}

/** The one's complement sum over 16 bits: all ones where a checksum inside is right. */
function onesSum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

function viewOf(bytes: Uint8Array | undefined): DataView {
  const known = bytes ?? new Uint8Array()
  return new DataView(known.buffer, known.byteOffset, known.byteLength)
}
