import type { Event } from '../exchange/index.ts'
import type { Listener } from '../lib/flow.ts'
import { startAppliance, type Appliance, type ApplianceOptions } from './appliance.ts'
import type { CallRecords } from './call-records.ts'
import type { ControlAnswer } from './control-protocol.ts'
import type { MediaRange } from './options.ts'

/** Starts one appliance after the other in this process; who looks at it sees one that goes on. */
export class MovingAppliance implements Appliance {
  readonly #watchers: ((event: Event) => void)[] = []
  #current: Appliance
  #options: ApplianceOptions
  /** Ends, and never fails, when the move that is under way has ended. */
  #moving: Promise<void> = Promise.resolve()

  private constructor(current: Appliance, options: ApplianceOptions) {
    this.#current = current
    this.#options = options
  }

  static async start(options: ApplianceOptions): Promise<MovingAppliance> {
    return new MovingAppliance(await startAppliance(options), options)
  }

  /** Ends what runs and starts with another script. Rejects with a `Failure` when that can't start; then the old one runs again. */
  async move(script: string | undefined): Promise<void> {
    const moved = this.#moving.then(() => this.#move({ ...this.#options, script }))
    this.#moving = moved.catch(() => undefined)
    await moved
  }

  async #move(options: ApplianceOptions): Promise<void> {
    await this.#current.stop()
    try {
      this.#take(await startAppliance(options), options)
    } catch (error) {
      this.#take(await startAppliance(this.#options), this.#options)
      throw error
    }
  }

  #take(appliance: Appliance, options: ApplianceOptions): void {
    this.#current = appliance
    this.#options = options
    for (const watcher of this.#watchers) appliance.watch(watcher)
  }

  get listeners(): readonly Listener[] {
    return this.#current.listeners
  }

  get media(): readonly MediaRange[] {
    return this.#current.media
  }

  get folder(): string {
    return this.#current.folder
  }

  get isHelloWorld(): boolean {
    return this.#current.isHelloWorld
  }

  get scriptPath(): string {
    return this.#current.scriptPath
  }

  get records(): CallRecords {
    return this.#current.records
  }

  get missingAddresses(): readonly string[] {
    return this.#current.missingAddresses
  }

  watch(watcher: (event: Event) => void): void {
    this.#watchers.push(watcher)
    this.#current.watch(watcher)
  }

  async control(words: readonly string[]): Promise<ControlAnswer> {
    await this.#moving
    return this.#current.control(words)
  }

  async resumed(): Promise<void> {
    await this.#moving
    await this.#current.resumed()
  }

  reloadScript(): boolean {
    return this.#current.reloadScript()
  }

  async stop(): Promise<void> {
    await this.#moving
    await this.#current.stop()
  }
}
