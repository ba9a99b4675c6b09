import type { CharacterSet, PatternNode } from './pattern-syntax.ts'
import { doOverlap } from './pattern-syntax.ts'

/** From so many rounds on, a bounded repetition counts as unbounded: ambiguous choices double with each round. */
const manyRounds = 5
/** Comparing places costs their square; no honest pattern comes near. */
const mostPlaces = 150

/**
 * Whether some repetition has a body that can match one text in two ways. Then a backtracking matcher may try
 * all combinations, and their number doubles with each round. A repetition passes when, after each character,
 * the next character alone tells where in the body it belongs (one-unambiguity of Brüggemann-Klein and Wood).
 */
export function hasAmbiguousRepeat(node: PatternNode): boolean {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return false
    case 'group':
      return hasAmbiguousRepeat(node.of)
    case 'sequence':
    case 'choice':
      return node.of.some(hasAmbiguousRepeat)
    case 'repeat':
      if (node.of.kind !== 'set' && node.most >= manyRounds && isAmbiguous(node)) return true
      return hasAmbiguousRepeat(node.of)
  }
}

function isAmbiguous(node: PatternNode): boolean {
  const places = new Places()
  const { first } = places.add(node)
  if (places.sets.length > mostPlaces) return true
  return places.clash(first) || places.follow.some((next) => places.clash(next))
}

interface Ends {
  readonly isNullable: boolean
  readonly first: readonly number[]
  readonly last: readonly number[]
}

/** Glushkov's construction: every set of the pattern is a place; `follow` has a place twice when two ways lead there. */
class Places {
  readonly sets: CharacterSet[] = []
  readonly follow: number[][] = []

  add(node: PatternNode): Ends {
    switch (node.kind) {
      case 'assertion':
        return { isNullable: true, first: [], last: [] }
      case 'set':
        this.sets.push(node.set)
        this.follow.push([])
        return { isNullable: false, first: [this.sets.length - 1], last: [this.sets.length - 1] }
      case 'group':
        return this.add(node.of)
      case 'sequence':
        return this.#addSequence(node.of)
      case 'choice':
        return this.#addChoice(node.of)
      case 'repeat':
        return this.#addRepeat(node)
    }
  }

  clash(next: readonly number[]): boolean {
    return next.some((place, at) =>
      next
        .slice(at + 1)
        .some((other) => doOverlap(this.sets[place] as CharacterSet, this.sets[other] as CharacterSet)),
    )
  }

  #addSequence(nodes: readonly PatternNode[]): Ends {
    let all: Ends = { isNullable: true, first: [], last: [] }
    for (const node of nodes) {
      if (this.sets.length > mostPlaces) return all
      const ends = this.add(node)
      this.#connect(all.last, ends.first)
      all = {
        isNullable: all.isNullable && ends.isNullable,
        first: all.isNullable ? [...all.first, ...ends.first] : all.first,
        last: ends.isNullable ? [...all.last, ...ends.last] : ends.last,
      }
    }
    return all
  }

  #addChoice(nodes: readonly PatternNode[]): Ends {
    const ends = nodes.map((node) => this.add(node))
    return {
      isNullable: ends.some((end) => end.isNullable),
      first: ends.flatMap((end) => end.first),
      last: ends.flatMap((end) => end.last),
    }
  }

  #addRepeat(node: PatternNode & { kind: 'repeat' }): Ends {
    const ends = this.add(node.of)
    if (node.most > 1) this.#connect(ends.last, ends.first)
    return { ...ends, isNullable: ends.isNullable || node.least === 0 }
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    if (this.sets.length > mostPlaces) return
    for (const place of from) this.follow[place]?.push(...to)
  }
}
