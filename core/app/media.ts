import { setTimeout as pause } from 'node:timers/promises'
import { RelayPorts, type RecordingWish } from '../io/index.ts'
import type { RecordedPackets, RelayOrder, RelayReport } from '../rtp/index.ts'
import type { Listener } from '../lib/flow.ts'
import type { MediaRange } from './options.ts'

/** The sockets of the media relay, whoever moves their packets. */
export interface MediaPorts {
  order(order: RelayOrder): void
  /** Orders given before come first: calls that are taken up get their ports back before others are bound. */
  start(): Promise<void>
  /** The machine has slept. */
  slept(ms: number): void
  /** Whose packets are kept from here on, for a capture. */
  record(wish: RecordingWish): void
  recorded(pairs: readonly number[]): Promise<RecordedPackets>
  close(): Promise<void>
}

export interface MediaParts {
  readonly ranges: readonly MediaRange[]
  readonly report: (report: RelayReport) => void
  readonly trouble: (why: string) => void
}

export type OpenMedia = (parts: MediaParts) => MediaPorts

/** Our own relay, in a thread of its own. */
export function openRelayPorts({ ranges, report, trouble }: MediaParts): MediaPorts {
  const first = new FirstPairs(ranges.map(({ host }) => host))
  const ports = new RelayPorts({
    ranges: ranges.map(({ host, lowPort, highPort }) => ({ address: host, lowPort, highPort })),
    report: (one) => {
      report(one)
      first.heard(one)
    },
    trouble,
  })
  return {
    order: (order) => {
      ports.order(order)
    },
    start: async () => {
      await ports.start()
      await first.bound
    },
    slept: (ms) => {
      ports.slept(ms)
    },
    record: (wish) => {
      ports.record(wish)
    },
    recorded: (pairs) => ports.recorded(pairs),
    close: () => ports.close(),
  }
}

/** A range that can't be bound says so at once; a slow computer may need seconds at its start. Then signalling goes on. */
const longestBindingMs = 15_000

/** Whether each address has ports: a call that came before would go on without the relay. */
export class FirstPairs {
  readonly #missing: Set<string>
  readonly #bound = Promise.withResolvers<undefined>()

  constructor(addresses: readonly string[]) {
    this.#missing = new Set(addresses)
    this.#look()
  }

  heard(report: RelayReport): void {
    if (report.kind === 'pairs') for (const { address } of report.pairs) this.#missing.delete(address)
    else if (report.kind === 'no-ports') this.#missing.delete(report.address)
    this.#look()
  }

  /** Resolves after a while in any case. */
  get bound(): Promise<undefined> {
    return Promise.race([this.#bound.promise, pause(longestBindingMs, undefined, { ref: false })])
  }

  #look(): void {
    if (this.#missing.size === 0) this.#bound.resolve(undefined)
  }
}

/** 500 calls with both phones relayed; below the ports that systems give to whoever asks for any (RFC 6335 §6). */
const usualLowPort = 35_000
const usualHighPort = 35_999

/** Media runs where the signalling is listened for, unless somebody named a place. */
export function mediaRanges(
  wanted: MediaRange | undefined,
  listeners: readonly Listener[],
): readonly MediaRange[] {
  if (wanted !== undefined) return [wanted]
  const hosts = [...new Set(listeners.map(({ address }) => address))]
  return hosts.map((host) => ({ host, lowPort: usualLowPort, highPort: usualHighPort }))
}

export function printRange({ host, lowPort, highPort }: MediaRange): string {
  return `${host.includes(':') ? `[${host}]` : host}:${lowPort}-${highPort}`
}
