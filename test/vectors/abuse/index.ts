import type { Vector } from '../vector.ts'
import { addressAbuse, authorizationAbuse, nameAbuse, numberAbuse } from './fields.ts'
import { bindingAbuse, textAbuse } from './registrations.ts'
import { sessionAbuse } from './session.ts'
import { orphanRequests, routeAbuse, spellings, strayOctets } from './traffic.ts'

/** All 60 abuse messages, AM01 to AM60. */
export const abuse: readonly Vector[] = [
  ...nameAbuse,
  ...sessionAbuse,
  ...authorizationAbuse,
  ...addressAbuse,
  ...numberAbuse,
  ...bindingAbuse,
  ...routeAbuse,
  ...strayOctets,
  ...orphanRequests,
  ...spellings,
  ...textAbuse,
].toSorted((one, other) => (one.name < other.name ? -1 : 1))
