import { describe, expect, test } from 'vitest'
import type { Expectation, Vector } from '../vectors/index.ts'
import type { LabTransport } from './lab.ts'
import { judge } from './lab.ts'

/** A vector whose fate is not the expected one, and why that is borne. The list may neither grow nor go stale. */
export interface Deviation {
  readonly name: string
  readonly transport: LabTransport
  /** What is found in place of the expectation, word for word. */
  readonly found: readonly string[]
  readonly reason: string
}

/** One test for each vector and transport: its fate is the expected one, or the listed deviation. */
export function testVectors(
  vectors: readonly Vector[],
  expectations: readonly Expectation[],
  deviations: readonly Deviation[],
): void {
  const named = new Map(expectations.map((expectation) => [expectation.name, expectation]))
  describe.each<LabTransport>(['udp', 'tcp', 'ws'])('over %s', (transport) => {
    test.each(vectors.map((vector) => [vector.name, vector.title, vector] as const))(
      '%s: %s',
      (name, _title, vector) => {
        const expectation = named.get(name)
        expect(expectation).toBeDefined()
        const deviation = deviations.find((one) => one.name === name && one.transport === transport)
        expect(judge(vector, expectation!, transport)).toEqual(deviation?.found ?? [])
      },
    )
  })
  test('every deviation is one of a vector that there is, with a reason', () => {
    for (const { name, found, reason } of deviations) {
      expect(named.has(name)).toBe(true)
      expect(found.length).toBeGreaterThan(0)
      expect(reason.length).toBeGreaterThan(20)
    }
  })
}
