import { expectations, rfc4475 } from '../vectors/index.ts'
import { testVectors } from './vector-tests.ts'

testVectors(rfc4475, expectations.rfc4475, [])
