/** What the program asked of Electron, in the order in which it did; tests read it. */
export interface Asked {
  readonly what: string
  readonly with: unknown
}

const asked: Asked[] = []

export function note(what: string, value?: unknown): void {
  asked.push({ what, with: value })
}

export function askedFor(what: string): unknown[] {
  return asked.filter((one) => one.what === what).map((one) => one.with)
}

/** An event whose default can be prevented. */
export class StandInEvent {
  isPrevented = false

  constructor(fields: object = {}) {
    Object.assign(this, fields)
  }

  preventDefault(): void {
    this.isPrevented = true
  }
}
