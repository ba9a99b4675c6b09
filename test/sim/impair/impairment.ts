/**
 * What a bad network does to each packet, decided from one seed: pure, so that a simulated world and a real
 * relay can share it. The same seed and options give the same decisions in the same order.
 */

export interface ImpairmentOptions {
  readonly seed: number
  /** Shares are probabilities from 0 to 1, each decided for itself. */
  readonly lossShare?: number
  readonly duplicateShare?: number
  /** A reordered packet is held until `reorderPackets` later ones have passed. */
  readonly reorderShare?: number
  readonly reorderPackets?: number
  readonly delayMs?: number
  /** Added to the delay: uniform from 0 to this. */
  readonly jitterMs?: number
  readonly corruptShare?: number
}

export interface Corruption {
  /** Which octet, as a fraction of the packet's length, below 1. */
  readonly position: number
  /** XORed with that octet; never 0. */
  readonly mask: number
}

export interface Copy {
  readonly delayMs: number
  /** How many later packets overtake this one; 0: none. */
  readonly holdPackets: number
  readonly corruption: Corruption | undefined
}

/** Empty: the packet is lost. */
export interface Decision {
  readonly copies: readonly Copy[]
}

export interface Impairment {
  readonly decide: () => Decision
}

const DEFAULT_REORDER_PACKETS = 2

export function createImpairment(options: ImpairmentOptions): Impairment {
  const draw = createDraw(options.seed)
  const share = (limit: number | undefined): boolean => draw() < (limit ?? 0)
  // Every packet draws the same number of values, so that changing one share leaves the others' fate alone.
  const decideCopy = (): Copy => {
    const reordered = share(options.reorderShare)
    const late = draw() * (options.jitterMs ?? 0)
    const corrupted = share(options.corruptShare)
    const position = draw()
    const mask = 1 + Math.floor(draw() * 255)
    return {
      delayMs: (options.delayMs ?? 0) + late,
      holdPackets: reordered ? (options.reorderPackets ?? DEFAULT_REORDER_PACKETS) : 0,
      corruption: corrupted ? { position, mask } : undefined,
    }
  }
  return {
    decide: () => {
      const lost = share(options.lossShare)
      const doubled = share(options.duplicateShare)
      const first = decideCopy()
      const second = decideCopy()
      if (lost) return { copies: [] }
      return { copies: doubled ? [first, second] : [first] }
    },
  }
}

/** The packet with its one octet changed; the packet given stays as it is. */
export function corrupt(packet: Uint8Array, corruption: Corruption): Uint8Array {
  const changed = packet.slice()
  const at = Math.floor(corruption.position * changed.length)
  if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ corruption.mask
  return changed
}

/** Marsaglia's xorshift over 32 bits, after a mixing of the seed (splitmix32), giving [0, 1). */
function createDraw(seed: number): () => number {
  let state = mix(seed | 0) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}

function mix(seed: number): number {
  let mixed = (seed + 0x9e3779b9) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}
