import type { Vector } from '../vector.ts'
import { invalid } from './invalid.ts'
import { meaning } from './meaning.ts'
import { valid } from './valid.ts'

export { bcastThroughUs } from './meaning.ts'

/** All 49 messages of RFC 4475 in the order of its sections. */
export const rfc4475: readonly Vector[] = [...valid, ...invalid, ...meaning]
