import { expectations, rfc4475 } from '../vectors/index.ts'
import type { Deviation } from './vector-tests.ts'
import { testVectors } from './vector-tests.ts'

const deviations: readonly Deviation[] = [
  {
    name: 'dblreq',
    transport: 'udp',
    found: ['counts no trailing octets'],
    reason: 'Octets behind the body of a datagram are left out without a counter of their own.',
  },
]

testVectors(rfc4475, expectations.rfc4475, deviations)
