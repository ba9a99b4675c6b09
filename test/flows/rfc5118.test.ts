import { expectations, rfc5118 } from '../vectors/index.ts'
import type { Deviation } from './vector-tests.ts'
import { testVectors } from './vector-tests.ts'

const deviations: readonly Deviation[] = []

testVectors(rfc5118, expectations.rfc5118, deviations)
