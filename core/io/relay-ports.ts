import { Worker } from 'node:worker_threads'
import type { PortRange, RecordedPackets, RelayOrder, RelayPair, RelayReport } from '../rtp/index.ts'
import { zeroOfThreadMs } from './clock.ts'
import { makeCertificate } from './webrtc/certificate.ts'
import type { RecordingWish } from './media-recorder.ts'
import type { FromMediaWorker, MediaWorkerData, RecordedMessage, ToMediaWorker } from './media-worker.ts'

export interface RelayPortsOptions {
  /** Where phones may be told to send to: addresses of this machine and ports on each. */
  readonly ranges: readonly PortRange[]
  readonly report: (report: RelayReport) => void
  /** What is wrong with the relay itself, for the log. */
  readonly trouble: (why: string) => void
  /** Pairs of each address that are bound before they are asked for; 64. */
  readonly pairsAhead?: number
  /** Starts the thread; `startMediaWorker` unless somebody wants to watch over it. */
  readonly startWorker?: (data: MediaWorkerData) => Worker
}

type ConnectOrder = Extract<RelayOrder, { kind: 'connect' }>

const PAIRS_AHEAD = 64
const nothingRecorded: RecordedPackets = { octets: new Uint8Array(0), addresses: [] }
/** A worker that dies sooner than this is replaced only after a pause, so that a fault cannot spin. */
const SHORT_LIFE_MS = 1_000
const CLOSE_LIMIT_MS = 2_000
/** A packed program keeps its threads beside its archive, because a thread can't read in there. */
const placeOfThreads = import.meta.url.replace('/app.asar/', '/app.asar.unpacked/')
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'

export function startMediaWorker(data: MediaWorkerData): Worker {
  return new Worker(new URL(`./media-worker.${EXTENSION}`, placeOfThreads), { workerData: data })
}

/**
 * The media relay as the main thread sees it: orders in, reports out by callback. A worker that dies is replaced, and
 * its streams go on, on the same ports.
 */
export class RelayPorts {
  readonly #options: RelayPortsOptions
  /** The same for all threads: descriptions that are out name its fingerprint. */
  readonly #certificate = makeCertificate()
  readonly #pairs = new Map<number, RelayPair>()
  readonly #streams = new Map<number, ConnectOrder>()
  /** Pairs of streams whose resumption is not answered yet. */
  readonly #resuming = new Map<number, readonly RelayPair[]>()
  /** Orders for a worker that is not ready yet. */
  #waiting: RelayOrder[] = []
  #isReady = false
  #isClosing = false
  #worker: Worker | undefined
  #startedAt = 0
  #restart: NodeJS.Timeout | undefined
  #death = ''
  /** Ids of the process before may still be in use by calls that are taken up, and those began earlier. */
  #nextPairId = Math.floor(Date.now() / 1000) * 1_000_000
  #whenReady: (() => void) | undefined
  #wish: RecordingWish = { isAll: false, pairs: [] }
  readonly #askedFor = new Map<number, (packets: RecordedPackets) => void>()
  #lastAsked = 0

  constructor(options: RelayPortsOptions) {
    this.#options = options
  }

  /**
   * Resolves when a call can be given ports, or none can be had: a call before that would go on without a relay. Orders
   * given before come first: calls of the process before get their ports back before others are bound.
   */
  start(): Promise<void> {
    this.#options.report({ kind: 'identity', fingerprint: this.#certificate.fingerprint })
    return new Promise((resolve) => {
      this.#whenReady = resolve
      this.#startWorker()
    })
  }

  order(order: RelayOrder): void {
    if (this.#isClosing) return
    this.#note(order)
    if (this.#isReady) this.#post(order)
    else this.#waiting.push(order)
  }

  /** A worker that starts later is given the main thread's clock, which knows of it. */
  slept(ms: number): void {
    this.#post({ kind: 'slept', ms })
  }

  /** Whose packets are kept from here on, in place of what was wished before. */
  record(wish: RecordingWish): void {
    this.#wish = wish
    if (this.#isReady) this.#post({ kind: 'record', wish })
  }

  /** What is kept of what came to these pairs; nothing where the worker has just died. */
  recorded(pairs: readonly number[]): Promise<RecordedPackets> {
    if (!this.#isReady || this.#isClosing) return Promise.resolve(nothingRecorded)
    return new Promise((resolve) => {
      const id = ++this.#lastAsked
      this.#askedFor.set(id, resolve)
      this.#post({ kind: 'recorded', id, pairs })
    })
  }

  /** Its sockets are closed when this resolves. */
  async close(): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (worker === undefined) return
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    this.#post({ kind: 'close' })
    const limit = setTimeout(() => void worker.terminate(), CLOSE_LIMIT_MS)
    await gone
    clearTimeout(limit)
  }

  #startWorker(): void {
    const data: MediaWorkerData = {
      ranges: this.#options.ranges,
      firstPairId: this.#nextPairId,
      zeroMs: zeroOfThreadMs(),
      before: [...this.#pairs.values()],
      certificate: this.#certificate,
    }
    const worker = (this.#options.startWorker ?? startMediaWorker)(data)
    this.#worker = worker
    this.#startedAt = performance.now()
    worker.on('message', (message: string | RecordedMessage) => {
      if (typeof message === 'string') this.#take(JSON.parse(message) as FromMediaWorker)
      else this.#giveRecorded(message)
    })
    worker.on('error', (error) => {
      this.#death = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', (code) => this.#replace(code))
  }

  #replace(code: number): void {
    this.#worker = undefined
    this.#isReady = false
    for (const id of this.#askedFor.keys()) this.#giveRecorded({ id, packets: nothingRecorded })
    if (this.#isClosing) return
    this.#death ||= `exit code ${code}`
    const isShortLived = performance.now() - this.#startedAt < SHORT_LIFE_MS
    this.#restart = setTimeout(() => this.#startWorker(), isShortLived ? SHORT_LIFE_MS : 0)
  }

  #giveRecorded({ id, packets }: RecordedMessage): void {
    this.#askedFor.get(id)?.(packets)
    this.#askedFor.delete(id)
  }

  #take(message: FromMediaWorker): void {
    if (message.kind === 'ready') return this.#becomeReady(message.lostPairs)
    if (message.kind === 'trouble') return this.#options.trouble(message.why)
    this.#noteReport(message)
    this.#report(message)
  }

  #noteReport(report: RelayReport): void {
    switch (report.kind) {
      case 'pairs':
        for (const pair of report.pairs) {
          this.#pairs.set(pair.id, pair)
          this.#nextPairId = Math.max(this.#nextPairId, pair.id + 1)
        }
        return
      case 'closed':
        return this.#forget(report.stream)
      case 'resumed':
        return this.#resumed(report.stream, report.ok)
      case 'identity':
      case 'facts':
      case 'latched':
      case 'strays':
      case 'no-ports':
      case 'worker-lost':
    }
  }

  #report(report: RelayReport): void {
    this.#options.report(report)
    if (report.kind === 'pairs' || report.kind === 'no-ports') this.#tellStarted()
  }

  /** After a death: what could be bound again goes on, the rest is reported. */
  #becomeReady(lostPairs: readonly number[]): void {
    this.#isReady = true
    for (const id of lostPairs) this.#pairs.delete(id)
    if (this.#death !== '') {
      const lost = [...this.#streams.values()].filter(
        ({ a, b }) => !this.#pairs.has(a.pair) || !this.#pairs.has(b.pair),
      )
      for (const { stream } of lost) this.#streams.delete(stream)
      for (const order of this.#streams.values()) this.#post(order)
      const why = this.#death
      this.#death = ''
      this.#options.report({
        kind: 'worker-lost',
        streams: lost.map(({ stream }) => stream),
        pairs: lostPairs,
        why,
      })
    }
    for (const order of this.#waiting.splice(0)) this.#post(order)
    if (this.#wish.isAll || this.#wish.pairs.length > 0) this.#post({ kind: 'record', wish: this.#wish })
    if (this.#whenReady === undefined) return
    this.#post({ kind: 'prepare', pairsAhead: this.#options.pairsAhead ?? PAIRS_AHEAD })
    if (this.#options.ranges.length === 0) this.#tellStarted()
  }

  #tellStarted(): void {
    this.#whenReady?.()
    this.#whenReady = undefined
  }

  #note(order: RelayOrder): void {
    if (order.kind === 'connect') this.#streams.set(order.stream, order)
    if (order.kind === 'return-pairs') for (const id of order.pairs) this.#pairs.delete(id)
    if (order.kind === 'resume') {
      this.#streams.set(order.stream, { ...order, kind: 'connect' })
      this.#resuming.set(
        order.stream,
        [order.a, order.b].map(({ pair, at }) => ({ id: pair, ...at })),
      )
    }
  }

  #resumed(stream: number, ok: boolean): void {
    const pairs = this.#resuming.get(stream) ?? []
    this.#resuming.delete(stream)
    if (!ok) return this.#forget(stream)
    for (const pair of pairs) this.#pairs.set(pair.id, pair)
  }

  #forget(stream: number): void {
    const order = this.#streams.get(stream)
    if (order === undefined) return
    this.#streams.delete(stream)
    this.#pairs.delete(order.a.pair)
    this.#pairs.delete(order.b.pair)
  }

  #post(message: ToMediaWorker): void {
    this.#worker?.postMessage(message)
  }
}
