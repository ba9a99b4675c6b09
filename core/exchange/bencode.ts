import type { Octets } from '../lib/octets.ts'

/** What rtpengine's ng protocol is made of (BEP 3): texts, whole numbers, lists and dictionaries. */
export type Bencoded = Octets | number | readonly Bencoded[] | { readonly [key: string]: Bencoded }

export function printBencode(value: Bencoded): Octets {
  if (typeof value === 'string') return `${value.length}:${value}`
  if (typeof value === 'number') return `i${Math.trunc(value)}e`
  if (Array.isArray(value)) return `l${value.map((item: Bencoded) => printBencode(item)).join('')}e`
  let text = 'd'
  for (const [key, item] of Object.entries(value)) text += printBencode(key) + printBencode(item)
  return `${text}e`
}

/** No answer of a relay nests deeper. */
const deepest = 32

/** @returns undefined where the octets are no single whole value */
export function parseBencode(text: Octets): Bencoded | undefined {
  const reader = new Reader(text)
  const value = reader.value(0)
  return reader.isAtEnd ? value : undefined
}

class Reader {
  readonly #text: Octets
  #at = 0

  constructor(text: Octets) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  value(depth: number): Bencoded | undefined {
    if (depth > deepest) return undefined
    switch (this.#text.charAt(this.#at)) {
      case 'i':
        return this.#number()
      case 'l':
        return this.#list(depth)
      case 'd':
        return this.#dictionary(depth)
      default:
        return this.#string()
    }
  }

  #number(): number | undefined {
    const digits = this.#upTo('e', /^i-?\d{1,15}$/)
    return digits === undefined ? undefined : Number(digits.slice(1))
  }

  #string(): Octets | undefined {
    const digits = this.#upTo(':', /^\d{1,6}$/)
    if (digits === undefined) return undefined
    const end = this.#at + Number(digits)
    if (end > this.#text.length) return undefined
    const text = this.#text.slice(this.#at, end)
    this.#at = end
    return text
  }

  #list(depth: number): Bencoded[] | undefined {
    const items: Bencoded[] = []
    this.#at++
    while (!this.#ends()) {
      const item = this.value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
    }
    return items
  }

  #dictionary(depth: number): Bencoded | undefined {
    const entries: [string, Bencoded][] = []
    this.#at++
    while (!this.#ends()) {
      const key = this.#string()
      const item = key === undefined ? undefined : this.value(depth + 1)
      if (key === undefined || item === undefined) return undefined
      entries.push([key, item])
    }
    return Object.fromEntries(entries)
  }

  #ends(): boolean {
    if (this.#text.charAt(this.#at) !== 'e') return false
    this.#at++
    return true
  }

  /** The octets up to that mark, which is passed over. */
  #upTo(mark: string, form: RegExp): Octets | undefined {
    const end = this.#text.indexOf(mark, this.#at)
    const part = end < 0 ? '' : this.#text.slice(this.#at, end)
    if (!form.test(part)) return undefined
    this.#at = end + 1
    return part
  }
}
