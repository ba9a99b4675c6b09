import { powerMonitor, powerSaveBlocker } from 'electron'
import type { Activity } from '../../core/app/start.ts'

interface PowerParts {
  /** The user's wish to keep the computer awake for phones that only wait; on mains power alone. */
  readonly isAwakeForPhones: () => boolean
  readonly resumed: () => void
  /** The system is going down; true keeps it waiting until the app has quit by itself. */
  readonly shutdown: () => void
}

/** Holds the computer awake while calls go on or phones wait for one, and not a moment longer. */
export class Power {
  readonly #parts: PowerParts
  #activity: Activity = { phones: 0, calls: 0 }
  #blocker: number | undefined

  constructor(parts: PowerParts) {
    this.#parts = parts
    powerMonitor.on('resume', parts.resumed)
    powerMonitor.on('on-ac', this.look)
    powerMonitor.on('on-battery', this.look)
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault()
      parts.shutdown()
    })
  }

  take(activity: Activity): void {
    this.#activity = activity
    this.look()
  }

  readonly look = (): void => {
    const { calls, phones } = this.#activity
    const isNeeded =
      calls > 0 || (phones > 0 && this.#parts.isAwakeForPhones() && !powerMonitor.isOnBatteryPower())
    if (isNeeded) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else this.release()
  }

  release(): void {
    if (this.#blocker !== undefined) powerSaveBlocker.stop(this.#blocker)
    this.#blocker = undefined
  }
}
