import { addSleep, interfaceAddresses, SleepMeter, type Log } from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import { isLoopbackAddress } from './listen.ts'

export interface WatchParts {
  readonly listeners: readonly Listener[]
  readonly log: Log
  /** The clock has been set ahead by that much. */
  readonly slept: (ms: number) => void
  readonly rebind: () => Promise<void>
  /** An address that is listened on is gone, and there is one that was not there before. */
  readonly readdressed?: () => void
  readonly sleepMs?: () => number
  readonly addresses?: () => readonly string[]
}

/** An address that goes is told within three seconds, one that returns is used within two. */
const LOOK_EVERY_MS = 1_000

/** Notices what the system does to the appliance behind its back: sleep, and addresses that come and go. */
export class PlatformWatch {
  readonly #parts: WatchParts
  readonly #sleepMs: () => number
  readonly #addresses: () => readonly string[]
  /** One array for as long as nothing changes, so that it compares by identity. */
  #gone: readonly string[] = []
  #known: ReadonlySet<string>
  readonly #timer: NodeJS.Timeout

  constructor(parts: WatchParts) {
    this.#parts = parts
    const meter = new SleepMeter()
    this.#sleepMs = parts.sleepMs ?? ((): number => meter.read())
    this.#addresses = parts.addresses ?? ((): string[] => interfaceAddresses().map(({ address }) => address))
    this.#known = new Set(this.#addresses())
    this.#timer = setInterval(() => {
      this.look()
    }, LOOK_EVERY_MS)
    this.#timer.unref()
  }

  /** Addresses that are listened on and that no interface has at this moment. */
  get missing(): readonly string[] {
    return this.#gone
  }

  /** After a look, or when the system says that it has woken up. */
  look(): void {
    const sleptMs = this.#sleepMs()
    const isBack = this.#lookAtAddresses()
    if (sleptMs > 0) this.#slept(sleptMs)
    if (sleptMs > 0 || isBack) void this.#parts.rebind()
  }

  /** The system says that it has woken up. */
  async resumed(): Promise<void> {
    const sleptMs = this.#sleepMs()
    this.#lookAtAddresses()
    if (sleptMs > 0) this.#slept(sleptMs)
    await this.#parts.rebind()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #slept(ms: number): void {
    addSleep(ms)
    this.#parts.log.line('info', 'this computer has slept; registrations that ended meanwhile are over', {
      seconds: Math.round(ms / 1000),
    })
    this.#parts.slept(ms)
  }

  /** True when one that was gone has come back. */
  #lookAtAddresses(): boolean {
    const there = new Set(this.#addresses())
    let isBack = false
    for (const address of new Set(this.#parts.listeners.map((listener) => listener.address))) {
      // The whole of 127.0.0.0/8 is this computer, whichever of it an interface shows.
      const isHere = there.has(address) || isLoopbackAddress(address)
      if (isHere === !this.#gone.includes(address)) continue
      this.#gone = isHere ? this.#gone.filter((gone) => gone !== address) : [...this.#gone, address]
      isBack ||= isHere
      this.#tell(address, isHere)
    }
    // One may go some time before the other comes.
    const isFresh = [...there].some((address) => !this.#known.has(address))
    this.#known = new Set([...this.#known, ...there])
    if (isFresh && this.#gone.length > 0) this.#parts.readdressed?.()
    return isBack
  }

  #tell(address: string, isHere: boolean): void {
    if (isHere) this.#parts.log.line('info', `the address ${address} is back; its sockets are opened again`)
    else {
      this.#parts.log.line(
        'warn',
        `this computer has lost the address ${address}: phones that look for it there can't call until it is back, or listen names another one`,
      )
    }
  }
}
