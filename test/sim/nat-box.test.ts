import { expect, test } from 'vitest'
import { instant } from '../../core/lib/instant.ts'
import type { Dependence, NatBoxOptions } from './nat-box.ts'
import { NatBox } from './nat-box.ts'
import { World } from './world.ts'

const phone = { address: '192.168.1.20', port: 5060 }
const server = { address: '203.0.113.1', port: 5060 }
const otherPort = { ...server, port: 5070 }
const other = { address: '203.0.113.2', port: 5060 }

test.each<[Dependence, boolean, boolean]>([
  ['endpoint', true, true],
  ['address', true, false],
  ['address-and-port', false, false],
])(
  'a mapping by %s: the same to another port: %s, to another address: %s',
  (mapping, samePort, sameAddress) => {
    const box = made({ mapping })
    const first = box.translate(instant(0), phone, server)

    expect(box.translate(instant(1), phone, otherPort).port === first.port).toBe(samePort)
    expect(box.translate(instant(2), phone, other).port === first.port).toBe(sameAddress)
  },
)

test.each<[Dependence, boolean, boolean]>([
  ['endpoint', true, true],
  ['address', true, false],
  ['address-and-port', false, false],
])('filtering by %s: from another port %s, from another address %s', (filtering, fromPort, fromAddress) => {
  const box = made({ filtering })
  const { port } = box.translate(instant(0), phone, server)

  expect(box.admit(instant(1), server, port)).toEqual(phone)
  expect(box.admit(instant(1), otherPort, port) !== undefined).toBe(fromPort)
  expect(box.admit(instant(1), other, port) !== undefined).toBe(fromAddress)
})

test.each([
  [false, undefined],
  [true, phone],
])(
  'a silent mapping is forgotten; inbound packets keep it where they count: %s',
  (refreshesInbound, reached) => {
    const box = made({ timeoutMs: 1_000, refreshesInbound })
    const { port } = box.translate(instant(0), phone, server)
    box.admit(instant(900), server, port)

    expect(box.admit(instant(1_800), server, port)).toEqual(reached)
  },
)

test('a forgotten mapping comes back with another port unless ports are preserved', () => {
  const moving = made({ timeoutMs: 1_000 })
  const keeping = made({ timeoutMs: 1_000, preservesPorts: true })

  const ports = [moving, keeping].map((box) => [
    box.translate(instant(0), phone, server).port,
    box.translate(instant(5_000), phone, server).port,
  ])

  expect(ports).toEqual([
    [61_000, 61_001],
    [5060, 5060],
  ])
})

test('a preserved port that is taken gives way', () => {
  const box = made({ preservesPorts: true, inside: [phone.address, '192.168.1.21'] })

  expect(box.translate(instant(0), phone, server).port).toBe(5060)
  expect(box.translate(instant(0), { ...phone, address: '192.168.1.21' }, server).port).toBe(61_000)
})

test.each([
  [true, 1],
  [false, 0],
])('hairpinning %s', (hairpins, count) => {
  const world = new World()
  const inside = ['192.168.1.20', '192.168.1.21']
  const box = world.net.translate(
    new NatBox({ outside: '198.51.100.7', inside, hairpins, filtering: 'endpoint' }),
  )
  const one = world.raw('one', '192.168.1.20')
  const two = world.raw('two', '192.168.1.21')
  const { port } = box.translate(world.now, two.at, server)

  one.send('hello', { address: '198.51.100.7', port })
  world.run(100)

  expect(two.received).toHaveLength(count)
})

test('two boxes in a row: the server sees the outer one, and its answer finds back', () => {
  const world = new World()
  world.net.translate(new NatBox({ outside: '100.64.0.5', inside: ['192.168.1.20'] }))
  world.net.translate(new NatBox({ outside: '198.51.100.7', inside: ['100.64.0.5'] }))
  const inside = world.raw('inside', '192.168.1.20')
  const outside = world.raw('outside', server.address)
  outside.onDatagram = ({ from }) => outside.send('back', from)

  inside.send('out', server)
  world.run(100)

  expect(outside.received.map(({ from }) => from.address)).toEqual(['198.51.100.7'])
  expect(inside.received.map(({ octets, from }) => [octets, from])).toEqual([['back', server]])
})

test('a stream from inside comes from the outside address', () => {
  const world = new World()
  world.net.translate(new NatBox({ outside: '198.51.100.7', inside: ['192.168.1.20'] }))
  const inside = world.raw('inside', '192.168.1.20')
  const outside = world.raw('outside', server.address)
  outside.listen()
  const froms: string[] = []
  world.net.listen(server, (end) => {
    froms.push(end.remote.address)
    return { received: () => end.send('back'), closed: () => undefined }
  })

  const stream = inside.connect(server)
  stream.send('out')
  world.run(100)

  expect([froms, stream.received]).toEqual([['198.51.100.7'], 'back'])
})

function made(options: Partial<NatBoxOptions>): NatBox {
  return new NatBox({ outside: '198.51.100.7', inside: [phone.address], ...options })
}
