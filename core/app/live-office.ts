import type {
  CallRow,
  EndedCall,
  Office,
  PhoneRow,
  TableChange,
  TopicName,
  TroubleRow,
} from '../api/index.ts'
import type { Event } from '../exchange/index.ts'
import { unreachable } from '../lib/unreachable.ts'
import { CallHistory } from './call-history.ts'
import { busyNumbers, callRow, phoneId, phoneRow, type BindingFact, type CallFact } from './office-facts.ts'
import { isSame, rowChanges } from './row-changes.ts'
import { Troubles } from './troubles.ts'

/** What the live office asks of the appliance each time it looks. */
export interface OfficeSource {
  bindings(): Promise<readonly BindingFact[]>
  calls(): Promise<readonly CallFact[]>
  /** Requests and responses since the start. */
  messagesHeard(): Promise<number>
  readonly office: Omit<Office, 'nowMs' | 'messagesHeard' | 'endedCalls' | 'missingAddresses' | 'listeners'>
  /** The same list for as long as it is the same: rows are compared by identity. */
  listeners(): Office['listeners']
  missingAddresses(): readonly string[]
  wallMs(): number
  reportBug(where: string, what: string): void
}

interface Watcher {
  readonly topic: TopicName
  readonly snapshot: (value: unknown) => void
  readonly change: (value: unknown) => void
}

/** Changes within this time are told together: a window shows no more, and a burst costs one look. */
const GATHER_MS = 50
/** For what changes without an event. */
const LOOK_EVERY_MS = 2_000
/** When each registration was first seen is kept for as many as an office has phones, and more. */
const MOST_SINCE = 20_000

/** The state that windows watch. It looks only while somebody watches, and tells only what has changed. */
export class LiveOffice {
  readonly #source: OfficeSource
  readonly #history = new CallHistory()
  readonly #troubles = new Troubles()
  readonly #since = new Map<string, number>()
  readonly #watchers = new Set<Watcher>()
  #facts = new Map<string, BindingFact>()
  #phones = new Map<string, PhoneRow>()
  #calls = new Map<string, CallRow>()
  #troubleRows = new Map<string, TroubleRow>()
  #office: Office
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #dueAtMs = Infinity

  constructor(source: OfficeSource) {
    this.#source = source
    this.#office = {
      ...source.office,
      nowMs: source.wallMs(),
      messagesHeard: 0,
      endedCalls: 0,
      missingAddresses: [],
      listeners: source.listeners(),
    }
  }

  /** Cheap while nobody watches: called for every event of the exchange. */
  take(event: Event): void {
    const nowMs = this.#source.wallMs()
    if (event.kind === 'registered') this.#note(phoneId(event), nowMs)
    if (event.kind === 'unregistered') this.#since.delete(phoneId(event))
    this.#history.take(event, nowMs)
    this.#troubles.take(event, nowMs)
    if (this.#watchers.size > 0) this.#lookWithin(GATHER_MS)
  }

  history(from: number, count: number, search: string): { total: number; rows: EndedCall[] } {
    return this.#history.page(from, count, search)
  }

  /** The registration as the exchange knows it, by the id of its row. */
  binding(id: string): BindingFact | undefined {
    return this.#facts.get(id)
  }

  /** Looks at once, for whoever has just changed something. */
  async refresh(): Promise<void> {
    await this.#looking
    this.#looking ??= this.#look()
      .catch((error: unknown) => {
        this.#source.reportBug('looking at the office', String(error))
      })
      .finally(() => {
        this.#looking = undefined
      })
    await this.#looking
  }

  watch(topic: TopicName, told: Omit<Watcher, 'topic'>): () => void {
    const watcher: Watcher = { topic, ...told }
    let isWanted = true
    void this.refresh().then(() => {
      if (!isWanted) return
      watcher.snapshot(this.#snapshot(topic))
      this.#watchers.add(watcher)
      this.#lookWithin(LOOK_EVERY_MS)
    })
    return () => {
      isWanted = false
      this.#watchers.delete(watcher)
    }
  }

  stop(): void {
    this.#watchers.clear()
    clearTimeout(this.#timer)
  }

  #note(id: string, nowMs: number): void {
    if (this.#since.has(id)) return
    this.#since.set(id, nowMs)
    if (this.#since.size <= MOST_SINCE) return
    const [oldest] = this.#since.keys()
    if (oldest !== undefined) this.#since.delete(oldest)
  }

  #lookWithin(ms: number): void {
    const atMs = performance.now() + ms
    if (atMs >= this.#dueAtMs) return
    clearTimeout(this.#timer)
    this.#dueAtMs = atMs
    this.#timer = setTimeout(() => {
      this.#dueAtMs = Infinity
      void this.refresh().then(() => {
        if (this.#watchers.size > 0) this.#lookWithin(LOOK_EVERY_MS)
      })
    }, ms)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const [bindings, calls, messagesHeard] = await Promise.all([
      this.#source.bindings(),
      this.#source.calls(),
      this.#source.messagesHeard(),
    ])
    const nowMs = this.#source.wallMs()
    this.#lookAtCalls(calls, nowMs)
    this.#lookAtPhones(bindings, nowMs)
    const troubles = new Map(Array.from(this.#troubles.rows, (row) => [row.id, row]))
    this.#tell('troubles', rowChanges(this.#troubleRows, troubles))
    this.#troubleRows = troubles
    const office: Office = {
      ...this.#office,
      messagesHeard,
      endedCalls: this.#history.size,
      missingAddresses: this.#source.missingAddresses(),
      listeners: this.#source.listeners(),
    }
    if (isSame(this.#office, office)) return
    this.#office = { ...office, nowMs }
    for (const watcher of this.#watchers) if (watcher.topic === 'office') watcher.change(this.#office)
  }

  #lookAtCalls(facts: readonly CallFact[], nowMs: number): void {
    const calls = new Map<string, CallRow>()
    for (const fact of facts) {
      const row = callRow(fact, this.#calls.get(fact.callId), nowMs)
      calls.set(row.callId, row)
    }
    this.#tell('calls', rowChanges(this.#calls, calls))
    this.#calls = calls
  }

  #lookAtPhones(facts: readonly BindingFact[], nowMs: number): void {
    const busy = busyNumbers(this.#calls.values())
    const phones = new Map<string, PhoneRow>()
    this.#facts = new Map()
    for (const fact of facts) {
      const id = phoneId(fact)
      const sinceMs = this.#since.get(id) ?? nowMs
      phones.set(id, phoneRow(fact, { before: this.#phones.get(id), sinceMs, nowMs, busy }))
      this.#facts.set(id, fact)
    }
    this.#tell('phones', rowChanges(this.#phones, phones))
    this.#phones = phones
  }

  #tell(topic: TopicName, change: TableChange<object>): void {
    if (change.set.length === 0 && change.gone.length === 0) return
    for (const watcher of this.#watchers) if (watcher.topic === topic) watcher.change(change)
  }

  #snapshot(topic: TopicName): unknown {
    switch (topic) {
      case 'office':
        return { ...this.#office, nowMs: this.#source.wallMs() }
      case 'phones':
        return [...this.#phones.values()]
      case 'calls':
        return [...this.#calls.values()]
      case 'troubles':
        return [...this.#troubleRows.values()]
      default:
        return unreachable(topic)
    }
  }
}
