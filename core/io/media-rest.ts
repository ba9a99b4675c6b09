/** How long packets may gather: far below what an ear or a jitter buffer notices. */
const REST_MS = 0.3
/** From so many packets in a millisecond on, one waking-up serves several. */
const BUSY_PER_MS = 8

/**
 * Takes up several packets with one waking-up when many come: after each round of the event loop the thread sleeps a
 * moment, as network cards do with their interrupts. A quiet office is served at once.
 */
export class MediaRest {
  readonly #cell = new Int32Array(new SharedArrayBuffer(4))
  #count = 0
  #isBusy = false
  #isDue = false

  readonly packetCame = (): void => {
    this.#count++
    if (this.#isBusy && !this.#isDue) {
      this.#isDue = true
      setImmediate(this.#sleep)
    }
  }

  tick(elapsedMs: number): void {
    this.#isBusy = this.#count > BUSY_PER_MS * elapsedMs
    this.#count = 0
  }

  readonly #sleep = (): void => {
    this.#isDue = false
    Atomics.wait(this.#cell, 0, 0, REST_MS)
  }
}
