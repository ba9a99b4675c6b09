import { detached } from './detached.ts'

/** Keeps one copy of texts that come again and again, such as the names of phones. Bounded: strangers choose the texts. */
export class SharedTexts {
  readonly #texts = new Map<string, string>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  shared(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    const copy = detached(text)
    if (this.#texts.size < this.#most) this.#texts.set(copy, copy)
    return copy
  }
}
