import { expect, test } from 'vitest'
import { Resolver, type AddressRecord, type NameServer, type ServiceRecord } from './dns.ts'

test.each([
  ['a literal is itself', '192.0.2.9', undefined, ['192.0.2.9:5060']],
  ['a literal keeps its port', '2001:db8::9', 5080, ['2001:db8::9:5080']],
  ['a port rules SRV out', 'pbx.example', 5080, ['192.0.2.1:5080', '2001:db8::1:5080']],
  [
    'SRV decides when there is no port',
    'example',
    undefined,
    ['192.0.2.1:5070', '2001:db8::1:5070', '192.0.2.2:5060'],
  ],
  ['without SRV the default port counts', 'pbx.example', undefined, ['192.0.2.1:5060', '2001:db8::1:5060']],
  ['case and a final dot make no difference', 'PBX.Example.', 5060, ['192.0.2.1:5060', '2001:db8::1:5060']],
  ['a known name is not asked for', 'printer', undefined, ['192.0.2.77:5060']],
  ['a service that is decidedly absent has no address', 'none.example', undefined, []],
  ['an unknown name has no address', 'nobody.example', undefined, []],
  ['a name that is none has no address', 'a b', 5060, []],
])('%s', async (_, host, port, expected) => {
  const { resolver } = resolving()
  const places = await resolver.resolve(host, port, 'udp')
  expect(places.map((place) => `${place.address}:${place.port}`)).toEqual(expected)
})

test('the transport chooses the service and the default port', async () => {
  const { resolver, asked } = resolving()
  expect(await resolver.resolve('pbx.example', undefined, 'tls')).toMatchObject([
    { port: 5061 },
    { port: 5061 },
  ])
  expect(asked[0]).toBe('SRV _sips._tcp.pbx.example')
})

test('an answer lives as long as its TTL', async () => {
  const clock = { nowMs: 0 }
  const { resolver, asked } = resolving({ nowMs: () => clock.nowMs })
  await resolver.resolve('pbx.example', 5060, 'udp')
  clock.nowMs = 59_999
  await resolver.resolve('pbx.example', 5060, 'udp')
  expect(asked).toHaveLength(2)
  clock.nowMs = 60_000
  await resolver.resolve('pbx.example', 5060, 'udp')
  expect(asked).toHaveLength(4)
})

test('those who ask for one name at once share the answer', async () => {
  const { resolver, asked } = resolving()
  const answers = await Promise.all([1, 2, 3].map(() => resolver.resolve('pbx.example', 5060, 'udp')))
  expect(answers[2]).toEqual(answers[0])
  expect(asked).toHaveLength(2)
})

test('a dead name server costs the deadline and no more, and only so many wait', async () => {
  const never = new Promise<never>(() => undefined)
  const nameServer: NameServer = { services: () => never, addresses: () => never }
  const { resolver } = resolving({ nameServer, deadlineMs: 150 })
  const startedAt = performance.now()
  const waiting = Array.from({ length: 256 }, (_, count) =>
    resolver.resolve(`h${count}.example`, 5060, 'udp'),
  )
  expect(await resolver.resolve('one-more.example', 5060, 'udp')).toEqual([])
  expect(performance.now() - startedAt).toBeLessThan(100)
  expect((await Promise.all(waiting)).flat()).toEqual([])
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})

test('at most 16 of 64 addresses are given', async () => {
  const many = Array.from({ length: 64 }, (_, count) => ({ address: `192.0.2.${count}`, ttlSeconds: 60 }))
  const nameServer: NameServer = {
    services: () => Promise.reject(new Error('ENODATA')),
    addresses: (_, family) => Promise.resolve(family === 4 ? many : []),
  }
  expect(await resolving({ nameServer }).resolver.resolve('many.example', 5060, 'udp')).toHaveLength(16)
})

test.each([
  [0, ['192.0.2.1:5070', '2001:db8::1:5070', '192.0.2.2:5060']],
  [0.99, ['192.0.2.1:5070', '2001:db8::1:5070', '192.0.2.2:5060']],
])('priority goes before weight, whatever is drawn (%d)', async (drawn, expected) => {
  const { resolver } = resolving({ random: () => drawn })
  const places = await resolver.resolve('example', undefined, 'udp')
  expect(places.map((place) => `${place.address}:${place.port}`)).toEqual(expected)
})

test('weights of one priority are drawn', async () => {
  const first = async (drawn: number): Promise<string | undefined> =>
    (await resolving({ random: () => drawn }).resolver.resolve('weights.example', undefined, 'udp'))[0]
      ?.address
  expect(await first(0.05)).toBe('192.0.2.1')
  expect(await first(0.5)).toBe('192.0.2.2')
})

function resolving(
  parts: {
    nameServer?: NameServer
    nowMs?: () => number
    deadlineMs?: number
    random?: () => number
  } = {},
): { resolver: Resolver; asked: string[] } {
  const asked: string[] = []
  const resolver = new Resolver({
    random: () => 0,
    nameServer: zone(asked),
    known: (name) => (name === 'printer' ? ['192.0.2.77'] : []),
    ...parts,
  })
  return { resolver, asked }
}

function zone(asked: string[]): NameServer {
  const services: Record<string, ServiceRecord[]> = {
    '_sip._udp.example': [
      { priority: 20, weight: 9, host: 'spare.example', port: 5060 },
      { priority: 10, weight: 1, host: 'pbx.example', port: 5070 },
    ],
    '_sip._udp.none.example': [{ priority: 0, weight: 0, host: '.', port: 0 }],
    '_sip._udp.weights.example': [
      { priority: 1, weight: 10, host: 'pbx.example', port: 5060 },
      { priority: 1, weight: 90, host: 'spare.example', port: 5060 },
    ],
  }
  const addresses: Record<string, AddressRecord[]> = {
    '4 pbx.example': [{ address: '192.0.2.1', ttlSeconds: 60 }],
    '6 pbx.example': [{ address: '2001:db8::1', ttlSeconds: 90 }],
    '4 spare.example': [{ address: '192.0.2.2', ttlSeconds: 60 }],
  }
  const found = <Row>(rows: Row[] | undefined): Promise<Row[]> =>
    rows === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(rows)
  return {
    services: (name) => {
      asked.push(`SRV ${name}`)
      return found(services[name])
    },
    addresses: (name, family) => {
      asked.push(`${family} ${name}`)
      return found(addresses[`${family} ${name}`])
    },
  }
}
