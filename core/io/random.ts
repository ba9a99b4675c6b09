import { randomFillSync } from 'node:crypto'

const BLOCK_WORDS = 2048

/**
 * Unpredictable numbers from 0 (included) to 1 (excluded), 53 bits each. The system is asked once for
 * a whole block, so that one number costs nanoseconds.
 */
export function secureRandom(): () => number {
  const block = new Uint32Array(BLOCK_WORDS)
  let used = BLOCK_WORDS
  return () => {
    if (used === BLOCK_WORDS) {
      randomFillSync(block)
      used = 0
    }
    const high = (block[used] as number) >>> 5
    const low = (block[used + 1] as number) >>> 6
    // Spent words are wiped: a later memory disclosure must not give tags and nonces that are in use.
    block[used] = 0
    block[used + 1] = 0
    used += 2
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000
  }
}
