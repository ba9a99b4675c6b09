import { setTimeout as pause } from 'node:timers/promises'
import type { Event } from '../exchange/index.ts'
import type { Log } from '../io/index.ts'
import { startAppliance, type Appliance, type ApplianceOptions } from './appliance.ts'
import type { ControlAnswer } from './control-protocol.ts'
import { Failure } from './failure.ts'
import { printListener } from './listen.ts'

/**
 * An appliance that follows the computer to another network. Where `listen` names no address of its own, it ends and
 * starts again on the new ones; what is kept on disk and the calls that go on are taken along.
 */
export async function startMovingAppliance(options: ApplianceOptions): Promise<Appliance> {
  const mover = new Mover(options.log, (readdressed) => startAppliance({ ...options, readdressed }))
  await mover.start()
  return mover
}

const moving: ControlAnswer = {
  ok: false,
  code: 'starting',
  message: 'Sidetone is moving to another address.',
}
const RETRY_MS = 1_000

class Mover implements Appliance {
  readonly #log: Log
  readonly #begin: () => Promise<Appliance>
  readonly #watchers: ((event: Event) => void)[] = []
  readonly #origins: string[] = []
  /** Undefined while it moves. */
  #running: Appliance | undefined
  #last!: Appliance
  #move: Promise<void> | undefined
  #isStopped = false

  constructor(log: Log, begin: (readdressed: () => void) => Promise<Appliance>) {
    this.#log = log
    this.#begin = () =>
      begin(() => {
        this.#move ??= this.#moveOver()
          .catch((error: unknown) => {
            log.line('error', 'a bug while moving to another address; please report it', {
              what: String(error),
            })
          })
          .finally(() => {
            this.#move = undefined
          })
      })
  }

  async start(): Promise<void> {
    this.#last = await this.#begin()
    this.#running = this.#last
    for (const watcher of this.#watchers) this.#last.watch(watcher)
    for (const origin of this.#origins) this.#last.allowOrigin(origin)
  }

  voice(callId: string): ReturnType<Appliance['voice']> {
    return this.#running?.voice(callId)
  }

  get listeners(): Appliance['listeners'] {
    return this.#last.listeners
  }

  get media(): Appliance['media'] {
    return this.#last.media
  }

  get folder(): string {
    return this.#last.folder
  }

  get isHelloWorld(): boolean {
    return this.#last.isHelloWorld
  }

  get scriptPath(): string {
    return this.#last.scriptPath
  }

  get records(): Appliance['records'] {
    return this.#last.records
  }

  get missingAddresses(): readonly string[] {
    return this.#last.missingAddresses
  }

  admitWindow(...upgrade: Parameters<Appliance['admitWindow']>): void {
    this.#last.admitWindow(...upgrade)
  }

  allowOrigin(origin: string): void {
    this.#origins.push(origin)
    this.#last.allowOrigin(origin)
  }

  watch(watcher: (event: Event) => void): void {
    this.#watchers.push(watcher)
    this.#last.watch(watcher)
  }

  control(words: readonly string[]): Promise<ControlAnswer> {
    return this.#running?.control(words) ?? Promise.resolve(moving)
  }

  resumed(): Promise<void> {
    return this.#running?.resumed() ?? Promise.resolve()
  }

  isOutOfPlace(): Promise<boolean> {
    return this.#last.isOutOfPlace()
  }

  reloadScript(): boolean {
    return this.#running?.reloadScript() ?? false
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#move
    await this.#running?.stop()
  }

  async #moveOver(): Promise<void> {
    if (this.#isStopped || !(await this.#last.isOutOfPlace())) return
    this.#log.line(
      'warn',
      'the addresses of this computer have changed; Sidetone starts again on the new ones',
    )
    this.#running = undefined
    await this.#last.stop()
    while (!(await this.#hasStarted())) await pause(RETRY_MS)
    this.#log.line('info', 'moved', { listen: this.#last.listeners.map(printListener).join(' ') })
  }

  /** True too when nobody wants it any more. */
  async #hasStarted(): Promise<boolean> {
    if (this.#isStopped) return true
    try {
      await this.start()
      return true
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.#log.line('error', `${error.message} It is tried again.`)
      return false
    }
  }
}
