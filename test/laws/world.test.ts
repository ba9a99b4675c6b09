import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answers, Office, rejects, rings } from '../flows/office.ts'

interface Weather {
  readonly seed: number
  readonly lossShare: number
  readonly duplicateShare: number
  readonly reorderShare: number
  readonly ending: 'hang-up' | 'cancel' | 'busy' | 'vanish'
}

const share = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 100 * most }).map((n) => n / 100)
const weather: fc.Arbitrary<Weather> = fc.record({
  seed: fc.nat(),
  lossShare: fc.oneof(share(0.5), fc.constant(0)),
  duplicateShare: share(0.3),
  reorderShare: share(0.3),
  ending: fc.constantFrom('hang-up', 'cancel', 'busy', 'vanish'),
})
/** Timer C, and twice 32 s for the transactions that it ends. */
const quietMs = 260_000

test('in any weather every request gets its answer or times out, and no transaction stays', () => {
  let lost = 0
  fc.assert(
    fc.property(weather, (conditions) => {
      const office = callIn(conditions)
      office.world.run(quietMs)
      const { serverTransactions, clientTransactions, connections } = office.exchange.stats
      expect({ serverTransactions, clientTransactions, connections }).toEqual({
        serverTransactions: 0,
        clientTransactions: 0,
        connections: 0,
      })
      const sent = office.world.packets.length
      lost += office.world.packets.filter(({ fate }) => fate === 'lost').length
      office.world.run(quietMs)
      expect(office.world.packets.slice(sent).filter(({ from }) => from.address === '10.0.0.1')).toEqual([])
    }),
    { numRuns: 150, seed: 20_261_125 },
  )
  expect(lost).toBeGreaterThan(300)
})

test('the same seed gives the same packets at the same times, and another seed others', () => {
  fc.assert(
    fc.property(weather, (conditions) => {
      const [one, same] = [transcript(conditions), transcript(conditions)]
      expect(same).toBe(one)
      expect(transcript({ ...conditions, seed: conditions.seed + 1 })).not.toBe(one)
    }),
    { numRuns: 40, seed: 20_261_125 },
  )
})

function transcript(conditions: Weather): string {
  const office = callIn(conditions)
  office.world.run(60_000)
  return office.world.transcript
}

/** Bob registers, alice calls him, and the call ends in one of the usual ways. */
function callIn({ ending, ...link }: Weather): Office {
  const office = new Office(link)
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = { 'hang-up': answers(500), cancel: rings, busy: rejects(486), vanish: () => undefined }[ending]
  const call = alice.call('bob')
  office.world.run(3000)
  if (ending === 'cancel') call.cancel()
  if (ending === 'hang-up' && call.state === 'talking') call.hangUp()
  return office
}
