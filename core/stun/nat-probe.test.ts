/** The prober against every kind of translator of RFC 4787, in a small world of its own, with our own responder. */
import { describe, expect, test } from 'vitest'
import { instant, type Instant } from '../lib/instant.ts'
import { NatProbe, Responder, socketCount, type NatFinding, type StunAddress } from './index.ts'

type Behaviour = 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent'

interface Box {
  readonly mapping: Behaviour | 'none'
  readonly filtering: Behaviour
  readonly hairpin?: boolean
  readonly lifetimeMs?: number
}

const behaviours: readonly Behaviour[] = [
  'endpoint-independent',
  'address-dependent',
  'address-and-port-dependent',
]
const alternates = { addresses: ['203.0.113.1', '203.0.113.2'], ports: [3478, 3479] } as const
const first = { address: '203.0.113.1', port: 3478 }
const OUTSIDE = '198.51.100.9'
const INSIDE = '192.168.1.20'

const all = behaviours.flatMap((mapping) => behaviours.map((filtering) => ({ mapping, filtering })))

describe.each(all)('mapping $mapping, filtering $filtering', (box) => {
  test('is told from a server with two addresses', () => {
    const findings = probed(box, { alternates })
    expect(outcomeOf(findings, 'mapping')).toBe(box.mapping)
    expect(outcomeOf(findings, 'filtering')).toBe(box.filtering)
  })

  test('of one plain server nothing is claimed', () => {
    const findings = probed(box, {})
    expect(outcomeOf(findings, 'mapping')).toBe('one-server')
    expect(outcomeOf(findings, 'filtering')).toBe('no-second-address')
  })

  test('of two plain servers the mapping is told, the filtering is not', () => {
    const findings = probed(box, { servers: [first, { address: '192.0.2.55', port: 3478 }] })
    expect(outcomeOf(findings, 'mapping')).toBe(
      box.mapping === 'endpoint-independent' ? 'endpoint-independent' : 'dependent',
    )
    expect(outcomeOf(findings, 'filtering')).toBe('no-second-address')
  })

  test('a server that answers wishes to change from where it was asked proves nothing', () => {
    expect(outcomeOf(probed(box, { alternates, change: 'ignored' }), 'filtering')).toBe('change-ignored')
  })
})

test.each(behaviours)('a server that is silent to wishes to change proves nothing (%s)', (filtering) => {
  const findings = probed({ mapping: 'endpoint-independent', filtering }, { alternates, change: 'dropped' })
  expect(outcomeOf(findings, 'filtering')).toBe('unproven')
})

test.each(behaviours)('a firewall without translation is seen as what it is (%s)', (filtering) => {
  const findings = probed({ mapping: 'none', filtering }, { alternates })
  expect(outcomeOf(findings, 'mapping')).toBe('none')
  expect(outcomeOf(findings, 'filtering')).toBe(filtering)
  expect(outcomeOf(findings, 'hairpin')).toBe('no-translator')
})

test.each([true, false])('hairpin %s', (hairpin) => {
  const findings = probed(
    { mapping: 'endpoint-independent', filtering: 'endpoint-independent', hairpin },
    { alternates },
  )
  expect(outcomeOf(findings, 'hairpin')).toBe(hairpin ? 'works' : 'fails')
})

test('no answer at all is not an error of ours', () => {
  expect(probed({ mapping: 'none', filtering: 'endpoint-independent' }, { change: 'deaf' })).toEqual([
    { id: 'internet', outcome: 'blocked' },
  ])
})

test.each([
  [3_000, 0, 3_000],
  [20_000, 17_000, 20_000],
  [75_000, 70_000, 75_001],
])('a lifetime of %i ms is found', (lifetimeMs, low, high) => {
  const box = {
    mapping: 'endpoint-independent',
    filtering: 'address-and-port-dependent',
    lifetimeMs,
  } as const
  const found = probed(box, { alternates, longestSilenceMs: 180_000 }).find(({ id }) => id === 'lifetime')
  if (found?.id !== 'lifetime' || found.outcome !== 'measured') throw new Error('not measured')
  expect(found.atLeastMs).toBeGreaterThanOrEqual(low)
  expect(found.atLeastMs).toBeLessThanOrEqual(high)
  expect(found.lessThanMs).toBeGreaterThanOrEqual(lifetimeMs)
  expect((found.lessThanMs ?? Infinity) - found.atLeastMs).toBeLessThanOrEqual(
    Math.max(2_000, lifetimeMs / 10),
  )
})

test('a second place in the office, or on a port of a service, is not asked', () => {
  const asked = new Set<string>()
  probed(
    { mapping: 'endpoint-independent', filtering: 'endpoint-independent' },
    { alternates: { addresses: [first.address, '10.0.0.5'], ports: [3478, 3479] }, asked },
  )
  probed(
    { mapping: 'endpoint-independent', filtering: 'endpoint-independent' },
    { alternates: { addresses: [first.address, '203.0.113.2'], ports: [3478, 22] }, asked },
  )
  expect([...asked].filter((place) => !place.startsWith(`${OUTSIDE}:`))).toEqual(['203.0.113.1:3478'])
})

interface Server {
  readonly alternates?: {
    readonly addresses: readonly [string, string]
    readonly ports: readonly [number, number]
  }
  readonly servers?: readonly StunAddress[]
  readonly change?: 'ignored' | 'dropped' | 'deaf'
  readonly longestSilenceMs?: number
  readonly asked?: Set<string>
}

function outcomeOf(findings: readonly NatFinding[], id: NatFinding['id']): string | undefined {
  return findings.find((finding) => finding.id === id)?.outcome
}

function probed(box: Box, server: Server): NatFinding[] {
  const world = new World(box, server)
  return world.run()
}

interface Arrival {
  readonly at: number
  readonly socket: number
  readonly from: StunAddress
  readonly bytes: Uint8Array
}

/** One host behind one translator; packets take 5 ms each way. */
class World {
  readonly #box: Box
  readonly #server: Server
  readonly #sockets = Array.from({ length: socketCount }, (_, index) => ({
    address: INSIDE,
    port: 4000 + index,
  }))
  readonly #responders = new Map<string, Responder>()
  readonly #mappings = new Map<
    string,
    { inside: number; port: number; usedAt: number; peers: StunAddress[] }
  >()
  readonly #arrivals: Arrival[] = []
  readonly #findings: NatFinding[] = []
  #lastPort = 50_000

  constructor(box: Box, server: Server) {
    this.#box = box
    this.#server = server
  }

  run(): NatFinding[] {
    let seed = 1
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    const longest = this.#server.longestSilenceMs
    const sockets =
      this.#box.mapping === 'none'
        ? this.#sockets.map((place) => ({ ...place, address: OUTSIDE }))
        : this.#sockets
    const probe = new NatProbe(instant(0), {
      servers: this.#server.servers ?? [first],
      sockets,
      random,
      ...(longest === undefined ? {} : { longestSilenceMs: longest }),
    })
    for (let now = instant(0), steps = 0; steps < 10_000; steps++) {
      const arrival = this.#nextArrival()
      const deadline = probe.deadline
      if (deadline === undefined) return this.#findings
      now = instant(Math.max(now, Math.min(arrival?.at ?? Infinity, deadline)))
      const isArrival = arrival !== undefined && arrival.at <= now
      if (isArrival) this.#arrivals.splice(this.#arrivals.indexOf(arrival), 1)
      const outputs = probe.handle(now, isArrival ? { kind: 'datagram', ...arrival } : { kind: 'tick' })
      for (const output of outputs) {
        if (output.kind === 'send') this.#send(now, output.socket, output.to, output.bytes)
        if (output.kind === 'found') this.#findings.push(output.finding)
      }
    }
    throw new Error('the test does not end')
  }

  #nextArrival(): Arrival | undefined {
    return [...this.#arrivals].sort((one, other) => one.at - other.at)[0]
  }

  #send(now: Instant, socket: number, to: StunAddress, bytes: Uint8Array): void {
    this.#server.asked?.add(`${to.address}:${to.port}`)
    const outside = this.#outsideOf(now, socket, to)
    if (to.address === OUTSIDE) {
      if (this.#box.hairpin === true) this.#enter(now, to.port, outside, bytes)
      return
    }
    const { change } = this.#server
    if (change === 'deaf') return
    const isChanging = bytes.length >= 28 && bytes[21] === 3 && bytes[27] !== 0
    if (isChanging && change === 'dropped') return
    const request = isChanging && change === 'ignored' ? withoutChange(bytes) : bytes
    const answer = this.#responderOf(to).answer(now, to, outside, request)
    if (typeof answer !== 'string') this.#enter(now, answer.to.port, answer.from, answer.bytes)
  }

  /** Both addresses of one server share its limits; another server has its own. */
  #responderOf({ address }: StunAddress): Responder {
    const key = this.#server.alternates?.addresses.includes(address) === true ? 'both' : address
    const responder = this.#responders.get(key) ?? new Responder(7, this.#server.alternates)
    this.#responders.set(key, responder)
    return responder
  }

  #outsideOf(now: Instant, socket: number, to: StunAddress): StunAddress {
    const { mapping, lifetimeMs = Infinity } = this.#box
    const key = {
      none: `${socket}`,
      'endpoint-independent': `${socket}`,
      'address-dependent': `${socket} ${to.address}`,
      'address-and-port-dependent': `${socket} ${to.address} ${to.port}`,
    }[mapping]
    let found = this.#mappings.get(key)
    if (found === undefined || now - found.usedAt > lifetimeMs) {
      const port = mapping === 'none' ? (this.#sockets[socket]?.port ?? 0) : this.#lastPort++
      found = { inside: socket, port, usedAt: now, peers: [] }
      this.#mappings.set(key, found)
    }
    found.usedAt = now
    found.peers.push(to)
    return { address: OUTSIDE, port: found.port }
  }

  #enter(now: Instant, port: number, from: StunAddress, bytes: Uint8Array): void {
    const { filtering, lifetimeMs = Infinity } = this.#box
    const found = [...this.#mappings.values()].find((mapping) => mapping.port === port)
    if (found === undefined || now - found.usedAt > lifetimeMs) return
    const isWelcome = {
      'endpoint-independent': () => true,
      'address-dependent': (peer: StunAddress) => peer.address === from.address,
      'address-and-port-dependent': (peer: StunAddress) =>
        peer.address === from.address && peer.port === from.port,
    }[filtering]
    if (found.peers.some(isWelcome)) this.#arrivals.push({ at: now + 10, socket: found.inside, from, bytes })
  }
}

function withoutChange(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[27] = 0
  return copy
}
