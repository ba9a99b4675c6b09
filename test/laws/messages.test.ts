import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Octets } from '../../core/lib/octets.ts'
import { Framer, parseMessage } from '../../core/sip/index.ts'
import { checkUntouched, framesText, someMessage } from '../fuzz/message-targets.ts'
import { createChance } from '../sim/chance.ts'
import { flows } from '../vectors/index.ts'

const seed = 20_261_125
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const word = fc.stringMatching(/^[a-z0-9]{1,12}$/)
const wellFormed = fc
  .record({ caller: word, called: word, branch: word, fromTag: word, toTag: word, callId: word })
  .chain((parts) => fc.constantFrom(...flows.seeds(flows.flow(parts))))
/** A well-formed message with some octets in it changed, or one of the vectors after the fuzzer's mutations. */
const damaged = fc.oneof(
  fc
    .tuple(wellFormed, fc.nat(), fc.nat({ max: 30 }), noise)
    .map(([octets, place, cut, insert]) => spliced(octets, place % octets.length, cut, insert.slice(0, 20))),
  fc.integer().map((number) => someMessage(createChance(number))),
)

test('no octets make the parser throw', () => {
  fc.assert(
    fc.property(fc.oneof(noise, damaged), (octets) => {
      const message = parseMessage(octets)
      if (message.kind !== 'malformed') return octets.includes(message.octets)
      return message.where !== '' && message.why !== ''
    }),
    { numRuns: 20_000, seed },
  )
})

test('a well-formed message is understood, and printed it is the same message', () => {
  fc.assert(
    fc.property(wellFormed, (octets) => {
      const message = parseMessage(octets)
      if (message.kind === 'malformed') throw new Error(`${message.where} ${message.why}`)
      expect(message.octets).toBe(octets)
      checkUntouched(message)
    }),
    { numRuns: 2000, seed },
  )
})

test('whatever is understood loses nothing when it is passed on', () => {
  let understood = 0
  fc.assert(
    fc.property(damaged, (octets) => {
      const message = parseMessage(octets)
      if (message.kind === 'malformed') return
      understood++
      checkUntouched(message)
    }),
    { numRuns: 10_000, seed },
  )
  expect(understood).toBeGreaterThan(1000)
})

test('a stream gives the same messages however it is cut', () => {
  const stream = fc
    .array(fc.oneof(wellFormed, damaged), { minLength: 1, maxLength: 4 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (octets, sizes) => {
      const framer = new Framer()
      const frames = pieces(octets, sizes).flatMap((piece) => framer.push(piece))
      expect(framesText(frames)).toBe(framesText(new Framer().push(octets)))
    }),
    { numRuns: 3000, seed },
  )
})

test('well-formed messages come out of a stream one by one, octet for octet', () => {
  fc.assert(
    fc.property(
      fc.array(wellFormed, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      (all, size) => {
        const framer = new Framer()
        const frames = pieces(all.join(''), [size]).flatMap((piece) => framer.push(piece))
        expect(frames.map((frame) => (frame.kind === 'message' ? frame.octets : frame.kind))).toEqual(all)
      },
    ),
    { numRuns: 500, seed },
  )
})

function spliced(octets: Octets, at: number, cut: number, insert: Octets): Octets {
  return octets.slice(0, at) + insert + octets.slice(at + cut)
}

/** Cuts of these sizes in turn, until the text is used up. */
function pieces(octets: Octets, sizes: readonly number[]): Octets[] {
  const cut: Octets[] = []
  for (let at = 0, turn = 0; at < octets.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    cut.push(octets.slice(at, at + size))
    at += size
  }
  return cut
}
