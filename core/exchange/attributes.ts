import type { Octets } from '../lib/octets.ts'

/** An attribute is named by a number (`i:42`) or by a text (`s:callfwd`); the two never meet. */
export type AttributeName = number | Octets
export type AttributeValue = number | Octets

interface Attribute {
  readonly name: AttributeName
  readonly value: AttributeValue
}

/** The attributes (AVPs) of one transaction: a list in which the newest is found first. */
export class Attributes {
  #list: Attribute[] = []

  add(name: AttributeName, value: AttributeValue): void {
    this.#list.push({ name, value })
  }

  first(name: AttributeName): AttributeValue | undefined {
    return this.#list.findLast((attribute) => attribute.name === name)?.value
  }

  /** Newest first. */
  get list(): readonly Attribute[] {
    return this.#list.toReversed()
  }

  /** Newest first. */
  all(name: AttributeName): AttributeValue[] {
    return this.#list
      .filter((attribute) => attribute.name === name)
      .map(({ value }) => value)
      .reverse()
  }

  /** @returns how many there were; without `isAll` only the newest goes */
  remove(name: AttributeName, isAll: boolean): number {
    const newest = this.#list.findLast((attribute) => attribute.name === name)
    const before = this.#list.length
    this.#list = this.#list.filter((attribute) => (isAll ? attribute.name !== name : attribute !== newest))
    return before - this.#list.length
  }
}
