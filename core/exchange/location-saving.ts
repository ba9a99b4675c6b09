import type { Instant } from '../lib/instant.ts'
import { later, soonest } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { Change } from './changes.ts'
import type { Core, Saved } from './core.ts'
import type { Binding, Location } from './location.ts'
import { byHandCallId, isMemoryOnly, isPermanent } from './location.ts'

/** One person whose bindings on disk are not those in memory. */
interface Unsaved {
  readonly table: string
  readonly user: string
  /** Contacts that have changed since the save under way began. */
  contacts: Set<Octets>
  /** Contacts of the save under way. */
  saving: Set<Octets> | undefined
  /** Whoever waits for the save under way, and for the one after it. */
  waiting: Saved[]
  waitingNext: Saved[]
}

/** After a failure everything is tried again this often, until it is on disk. */
const retryMs = 1_000
/** Rows of one save: two of them are never in one transaction without need. */
const mostRows = 1_000
/** Beyond this many changed contacts the tables are written anew: what has changed need not be remembered then. */
const mostUnsaved = 20_000

/**
 * Brings the bindings to disk as usrloc's db_mode says. 0: only those made by hand. 1: at once, and whoever asks is
 * answered when they are there. 2: every `timer_interval`, so that at most the changes of one interval can be lost.
 * What the disk refuses stays noted here, by contact and without order, since only its last state matters.
 */
export class LocationSaving {
  readonly #core: Core
  readonly #location: (table: string) => Location
  readonly #unsaved = new Map<string, Unsaved>()
  /** Tables of which more has changed than is noted. */
  readonly #wholeTables = new Set<string>()
  #mode: number
  #count = 0
  #flushAt: Instant | undefined
  #retryAt: Instant | undefined

  constructor(core: Core, location: (table: string) => Location) {
    this.#core = core
    this.#location = location
    this.#mode = modeOf(core)
  }

  get deadline(): Instant | undefined {
    return soonest(this.#flushAt, this.#retryAt)
  }

  /** Whether an answer must wait for the disk. */
  get isWriteThrough(): boolean {
    return this.#mode === 1
  }

  /** Whether a binding of the store is taken into memory. */
  keeps(binding: { readonly callId: string; readonly flags: number }): boolean {
    if ((binding.flags & isMemoryOnly) !== 0) return false
    return this.#mode !== 0 || binding.callId === byHandCallId
  }

  /** The script was read again: bindings of a time without a disk get there with its new mode. */
  programChanged(locations: Iterable<Location>): void {
    const before = this.#mode
    this.#mode = modeOf(this.#core)
    if (before !== 0 || this.#mode === 0) return
    for (const location of locations) this.#wholeTables.add(location.name)
    this.#retryAt = this.#core.now
  }

  /** Before or after a binding has changed, come or gone; `flushUser`, `whenSaved` or `flush` is called afterwards. */
  changed(table: string, user: string, binding: Binding): void {
    if (!this.keeps(binding) || this.#wholeTables.has(table)) return
    const unsaved = this.#of(table, user)
    if (unsaved.contacts.has(binding.contact)) return
    unsaved.contacts.add(binding.contact)
    if (++this.#count > mostUnsaved) this.#noteWhole()
    if (this.#mode === 2) this.#flushAt ??= later(this.#core.now, this.#intervalMs)
  }

  /** Calls back when all that is known of the user is on disk, or with the reason why it is not. */
  whenSaved(table: string, user: string, saved: Saved): void {
    const unsaved = this.#unsaved.get(keyOf(table, user))
    if (this.#wholeTables.has(table)) saved('The store is being written anew.')
    else if (unsaved === undefined) saved(undefined)
    else if (unsaved.contacts.size === 0) unsaved.waiting.push(saved)
    else {
      unsaved.waitingNext.push(saved)
      if (unsaved.saving === undefined) this.#save([unsaved])
    }
  }

  /** After a change for which nobody waits. */
  flushUser(table: string, user: string): void {
    if (this.#unsaved.size === 0) return
    if (this.#mode === 2) {
      if (this.#count >= mostRows && this.#retryAt === undefined) this.flush()
      return
    }
    const unsaved = this.#unsaved.get(keyOf(table, user))
    if (unsaved !== undefined && unsaved.saving === undefined && this.#retryAt === undefined)
      this.#save([unsaved])
  }

  /** Everything that has changed. */
  flush(): void {
    this.#flushAt = undefined
    this.#retryAt = undefined
    for (const table of this.#wholeTables) this.#saveWhole(table)
    let group: Unsaved[] = []
    let rows = 0
    for (const unsaved of this.#unsaved.values()) {
      if (unsaved.saving !== undefined || unsaved.contacts.size === 0) continue
      group.push(unsaved)
      rows += unsaved.contacts.size
      if (rows < mostRows) continue
      this.#save(group)
      group = []
      rows = 0
    }
    if (group.length > 0) this.#save(group)
  }

  wake(): void {
    const { deadline } = this
    if (deadline !== undefined && deadline <= this.#core.now) this.flush()
  }

  /** What is in memory gives way to what the store has. */
  forget(): void {
    const waiting = [...this.#unsaved.values()].flatMap((unsaved) => [
      ...unsaved.waiting.splice(0),
      ...unsaved.waitingNext.splice(0),
    ])
    this.#unsaved.clear()
    this.#wholeTables.clear()
    this.#count = 0
    this.#flushAt = undefined
    this.#retryAt = undefined
    for (const saved of waiting) saved('Everything was put back to an earlier state.')
  }

  isUnsaved(table: string, user: string): boolean {
    return this.#wholeTables.has(table) || this.#unsaved.has(keyOf(table, user))
  }

  #of(table: string, user: string): Unsaved {
    const key = keyOf(table, user)
    let unsaved = this.#unsaved.get(key)
    if (unsaved === undefined) {
      unsaved = { table, user, contacts: new Set(), saving: undefined, waiting: [], waitingNext: [] }
      this.#unsaved.set(key, unsaved)
    }
    return unsaved
  }

  #save(group: readonly Unsaved[]): void {
    const changes: Change[] = []
    for (const unsaved of group) {
      this.#changesOf(unsaved, changes)
      this.#count -= unsaved.contacts.size
      unsaved.saving = unsaved.contacts
      unsaved.contacts = new Set()
      unsaved.waiting.push(...unsaved.waitingNext.splice(0))
    }
    this.#core.save(changes, (why) => {
      for (const unsaved of group) this.#settle(unsaved, why)
    })
  }

  #changesOf({ table, user, contacts }: Unsaved, changes: Change[]): void {
    const bindings = this.#location(table).find(user) ?? []
    for (const contact of contacts) {
      const binding = bindings.find((one) => one.contact === contact)
      changes.push(
        binding !== undefined && this.keeps(binding)
          ? this.#put(table, user, binding)
          : { kind: 'drop-contact', table, user, contact },
      )
    }
  }

  #put(table: string, user: string, binding: Binding): Change {
    const { contact, q, callId, cseq, flags, userAgent, parameters, received } = binding
    const leftMs = binding.expiresAt - this.#core.now
    const expiresAtUnixMs =
      (flags & isPermanent) !== 0 ? 0 : Math.round(this.#core.options.wallClock() + leftMs)
    const way =
      received === undefined
        ? undefined
        : `${received.listener.transport}:${received.address}:${received.port}`
    return {
      kind: 'put-contact',
      table,
      contact: {
        user,
        contact,
        received: way,
        expiresAtUnixMs,
        q,
        callId,
        cseq,
        flags,
        userAgent,
        parameters,
      },
    }
  }

  #settle(unsaved: Unsaved, why: string | undefined): void {
    const key = keyOf(unsaved.table, unsaved.user)
    // Written anew or put back meanwhile: whoever waited has been answered.
    if (this.#unsaved.get(key) !== unsaved) return
    const saving = unsaved.saving ?? []
    unsaved.saving = undefined
    const waiting = unsaved.waiting.splice(0)
    if (why === undefined) {
      if (unsaved.contacts.size === 0) this.#unsaved.delete(key)
      else if (unsaved.waitingNext.length > 0) this.#save([unsaved])
    } else {
      for (const contact of saving) if (!unsaved.contacts.has(contact)) this.#count++
      unsaved.contacts = new Set([...saving, ...unsaved.contacts])
      waiting.push(...unsaved.waitingNext.splice(0))
      this.#failed()
    }
    for (const saved of waiting) saved(why)
  }

  #failed(): void {
    this.#retryAt ??= later(this.#core.now, retryMs)
    if (this.#count > mostUnsaved) this.#noteWhole()
  }

  #noteWhole(): void {
    const why = 'More registrations wait for the disk than are noted one by one.'
    const waiting: Saved[] = []
    for (const unsaved of this.#unsaved.values()) {
      this.#wholeTables.add(unsaved.table)
      waiting.push(...unsaved.waiting.splice(0), ...unsaved.waitingNext.splice(0))
    }
    this.#unsaved.clear()
    this.#count = 0
    this.#retryAt ??= later(this.#core.now, retryMs)
    for (const saved of waiting) saved(why)
  }

  /** What changes after this is noted again, and reaches the store after it. */
  #saveWhole(table: string): void {
    this.#wholeTables.delete(table)
    const changes: Change[] = [{ kind: 'clear-contacts', table }]
    for (const [user, bindings] of this.#location(table).users())
      for (const binding of bindings) if (this.keeps(binding)) changes.push(this.#put(table, user, binding))
    this.#core.save(changes, (why) => {
      if (why === undefined) return
      this.#wholeTables.add(table)
      this.#failed()
    })
  }

  get #intervalMs(): number {
    const seconds = this.#core.program.settings('usrloc')?.get('timer_interval')
    return (typeof seconds === 'number' && seconds > 0 ? seconds : 60) * 1000
  }
}

function modeOf(core: Core): number {
  const mode = core.program.settings('usrloc')?.get('db_mode')
  return mode === 1 || mode === 2 ? mode : 0
}

function keyOf(table: string, user: string): string {
  return `${table} ${user}`
}
