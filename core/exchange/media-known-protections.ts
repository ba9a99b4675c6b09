import type { Flow } from '../lib/flow.ts'
import type { Protection } from '../sdp/index.ts'

/** More phones than any office has; the oldest give way. */
const mostPlaces = 10_000

/** How the phones that were heard describe their media: how they want to be called is told nowhere else. */
export class KnownProtections {
  readonly #byPlace = new Map<string, Protection>()

  of(flow: Flow): Protection | undefined {
    return this.#byPlace.get(placeOf(flow))
  }

  note(flow: Flow, protection: Protection): void {
    const place = placeOf(flow)
    this.#byPlace.delete(place)
    this.#byPlace.set(place, protection)
    if (this.#byPlace.size <= mostPlaces) return
    const [oldest] = this.#byPlace.keys()
    if (oldest !== undefined) this.#byPlace.delete(oldest)
  }
}

function placeOf({ address, port }: Flow): string {
  return `${address}:${port}`
}
