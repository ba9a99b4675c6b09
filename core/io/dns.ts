import { promises, lookup } from 'node:dns'
import { isIP } from 'node:net'
import type { Transport } from '../lib/flow.ts'
import { hostsFile } from './hosts-file.ts'

export interface ResolvedPlace {
  readonly address: string
  readonly port: number
}

export interface ServiceRecord {
  readonly priority: number
  readonly weight: number
  readonly host: string
  readonly port: number
}

export interface AddressRecord {
  readonly address: string
  readonly ttlSeconds: number
}

/** One question to the DNS each; they reject when there is no answer. */
export interface NameServer {
  services(name: string): Promise<ServiceRecord[]>
  addresses(name: string, family: 4 | 6): Promise<AddressRecord[]>
}

export interface ResolverParts {
  readonly nameServer: NameServer
  /** Known without asking, such as the hosts file. */
  readonly known: (name: string) => readonly string[]
  readonly nowMs: () => number
  /** From 0 (included) to 1 (excluded), for the weights of RFC 2782. */
  readonly random: () => number
  readonly deadlineMs: number
}

/** Two steps, SRV and then addresses, within the time in which a phone sends its INVITE four times. */
const DEADLINE_MS = 5_000
/** Names asked for at once. What comes on top gets no address instead of a place in a queue. */
const MOST_PENDING = 256
const MOST_CACHED = 4_096
const SERVICE_TTL_SECONDS = 300
/** RFC 2308 would take it from the SOA, which the client library does not show. */
const NEGATIVE_TTL_SECONDS = 10
const LONGEST_TTL_SECONDS = 3_600
/** Enough for any real set-up; a hostile zone may have hundreds. */
const MOST_SERVICES = 8
const MOST_ADDRESSES = 16

interface Answer {
  readonly places: readonly ResolvedPlace[]
  readonly ttlSeconds: number
}

/** RFC 3263 §4.2 for a transport that is chosen already: SRV when there is no port, then A and AAAA. */
export class Resolver {
  readonly #parts: ResolverParts
  readonly #cache = new Map<string, { readonly answer: Answer; readonly untilMs: number }>()
  readonly #pending = new Map<string, Promise<readonly ResolvedPlace[]>>()

  constructor(parts: Partial<ResolverParts> & Pick<ResolverParts, 'random'>) {
    this.#parts = {
      nameServer: systemNameServer(),
      known: hostsFile(),
      nowMs: () => performance.now(),
      deadlineMs: DEADLINE_MS,
      ...parts,
    }
  }

  /** Never rejects; no places: the name does not resolve, or not in time. */
  resolve(host: string, port: number | undefined, transport: Transport): Promise<readonly ResolvedPlace[]> {
    if (isIP(host) !== 0) return Promise.resolve([{ address: host, port: port ?? defaultPort(transport) }])
    const name = host.toLowerCase().replace(/\.$/, '')
    if (!isHostName(name)) return Promise.resolve([])
    const key = `${transport} ${name} ${port ?? ''}`
    const cached = this.#cache.get(key)
    if (cached !== undefined && cached.untilMs > this.#parts.nowMs())
      return Promise.resolve(cached.answer.places)
    const pending = this.#pending.get(key)
    if (pending !== undefined) return pending
    if (this.#pending.size >= MOST_PENDING) return Promise.resolve([])
    const asked = this.#ask(key, name, port, transport)
    this.#pending.set(key, asked)
    return asked
  }

  async #ask(
    key: string,
    name: string,
    port: number | undefined,
    transport: Transport,
  ): Promise<readonly ResolvedPlace[]> {
    const tooLate = AbortSignal.timeout(this.#parts.deadlineMs)
    const nothing: Answer = { places: [], ttlSeconds: NEGATIVE_TTL_SECONDS }
    const late = new Promise<Answer>((resolve) => {
      tooLate.addEventListener('abort', () => {
        resolve(nothing)
      })
    })
    const answer = await Promise.race([this.#find(name, port, transport).catch(() => nothing), late])
    this.#pending.delete(key)
    this.#remember(key, answer)
    return answer.places
  }

  async #find(name: string, port: number | undefined, transport: Transport): Promise<Answer> {
    const known = this.#parts.known(name)
    const realPort = port ?? defaultPort(transport)
    if (known.length > 0)
      return { places: known.map((address) => ({ address, port: realPort })), ttlSeconds: 0 }
    if (port === undefined) {
      const services = await this.#parts.nameServer.services(serviceName(name, transport)).catch(() => [])
      if (services.length > 0) return this.#findServices(services)
    }
    return this.#findAddresses(name, realPort)
  }

  async #findServices(services: readonly ServiceRecord[]): Promise<Answer> {
    const chosen = inOrder(services, this.#parts.random).slice(0, MOST_SERVICES)
    // RFC 2782: a lone "." says that the service is decidedly not there.
    const real = chosen.filter((service) => service.host !== '' && service.host !== '.')
    const answers = await Promise.all(
      real.map((service) => this.#findAddresses(service.host.toLowerCase(), service.port)),
    )
    return {
      places: answers.flatMap((answer) => answer.places).slice(0, MOST_ADDRESSES),
      ttlSeconds: Math.min(SERVICE_TTL_SECONDS, ...answers.map((answer) => answer.ttlSeconds)),
    }
  }

  async #findAddresses(name: string, port: number): Promise<Answer> {
    const known = this.#parts.known(name)
    if (known.length > 0) return { places: known.map((address) => ({ address, port })), ttlSeconds: 0 }
    const { nameServer } = this.#parts
    const found = await Promise.all([
      nameServer.addresses(name, 4).catch(() => []),
      nameServer.addresses(name, 6).catch(() => []),
    ])
    const records = found.flat().slice(0, MOST_ADDRESSES)
    if (records.length === 0) return { places: [], ttlSeconds: NEGATIVE_TTL_SECONDS }
    return {
      places: records.map(({ address }) => ({ address, port })),
      ttlSeconds: Math.min(LONGEST_TTL_SECONDS, ...records.map((record) => record.ttlSeconds)),
    }
  }

  #remember(key: string, answer: Answer): void {
    if (answer.ttlSeconds <= 0) return
    // The oldest goes first: Map keeps the order of insertion.
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size < MOST_CACHED) break
      this.#cache.delete(oldest)
    }
    this.#cache.delete(key)
    this.#cache.set(key, { answer, untilMs: this.#parts.nowMs() + answer.ttlSeconds * 1000 })
  }
}

/** Ascending priority; within one, drawn by weight (RFC 2782, "Weight"). */
function inOrder(services: readonly ServiceRecord[], random: () => number): ServiceRecord[] {
  const left = services.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight)
  const ordered: ServiceRecord[] = []
  while (left.length > 0) {
    const priority = left[0]?.priority
    const rivals = left.filter((service) => service.priority === priority)
    const total = rivals.reduce((sum, service) => sum + service.weight, 0)
    let draw = random() * total
    const winner = rivals.find((service) => (draw -= service.weight) < 0) ?? rivals[0]
    if (winner === undefined) break
    ordered.push(winner)
    left.splice(left.indexOf(winner), 1)
  }
  return ordered
}

/** RFC 3263 §4.1 and RFC 7118 §5: the service name of a transport. */
function serviceName(host: string, transport: Transport): string {
  const prefix = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp', ws: '_sip._ws', wss: '_sips._ws' }
  return `${prefix[transport]}.${host}`
}

function defaultPort(transport: Transport): number {
  return { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 }[transport]
}

/** RFC 1123 §2.1, with the underscore that real networks have; keeps nonsense off the wire. */
function isHostName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(name)
}

function systemNameServer(): NameServer {
  const resolver = new promises.Resolver({ timeout: 1_000, tries: 2 })
  return {
    services: async (name) =>
      (await resolver.resolveSrv(name)).map((found) => ({
        priority: found.priority,
        weight: found.weight,
        host: found.name,
        port: found.port,
      })),
    addresses: async (name, family) => {
      const found =
        family === 4
          ? await resolver.resolve4(name, { ttl: true })
          : await resolver.resolve6(name, { ttl: true })
      return found.map(({ address, ttl }) => ({ address, ttlSeconds: ttl }))
    },
  }
}

/** The addresses of a host name by the system's own means, for start-up only: it may block a worker for long. */
export function systemAddresses(host: string): Promise<string[]> {
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, found) => {
      resolve(error === null ? found.map(({ address }) => address) : [])
    })
  })
}
