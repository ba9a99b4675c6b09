import type { Event } from '../exchange/index.ts'

/** What would stop if the appliance did: shells keep the computer awake for it, and ask before they quit. */
export interface Activity {
  /** Numbers with a phone. */
  readonly phones: number
  /** Ringing or talking. */
  readonly calls: number
}

/** Changes within this time are told together. */
const GATHER_MS = 100

const changing: ReadonlySet<Event['kind']> = new Set([
  'registered',
  'unregistered',
  'call-began',
  'call-ended',
] as const)

/** Counts again when something has happened that changes the counts, and tells only changes. */
export class OfficeActivity {
  readonly #count: () => Promise<Activity>
  readonly #watchers = new Set<(activity: Activity) => void>()
  #last: Activity = { phones: 0, calls: 0 }
  #timer: NodeJS.Timeout | undefined

  constructor(count: () => Promise<Activity>) {
    this.#count = count
  }

  get last(): Activity {
    return this.#last
  }

  watch(told: (activity: Activity) => void): void {
    this.#watchers.add(told)
  }

  take(event: Event): void {
    if (!changing.has(event.kind)) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.look()
    }, GATHER_MS)
  }

  async look(): Promise<void> {
    const { phones, calls } = await this.#count()
    if (phones === this.#last.phones && calls === this.#last.calls) return
    this.#last = { phones, calls }
    for (const told of this.#watchers) told(this.#last)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#watchers.clear()
  }
}
