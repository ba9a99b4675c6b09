/** Runs one piece of work against our server and against the peer, one after the other, order alternating. */
import { chosenSubject, startSubject, type Subject, type SubjectOptions } from '../interop/subject.ts'
import type { Side } from './figures.ts'

export const PEER = 'kamailio'

let turns = 0

/** Each side gets a fresh server that is stopped afterwards. `SUBJECT=kamailio` measures the peer against itself. */
export async function onBothSides<T>(
  work: (subject: Subject) => Promise<T>,
  options: SubjectOptions = {},
): Promise<Side<T>> {
  turns += 1
  const run = async (name: 'sidetone' | 'kamailio'): Promise<T> => {
    const subject = await startSubject(options, name)
    try {
      return await work(subject)
    } finally {
      await subject.stop()
    }
  }
  if (turns % 2 === 1) {
    const ours = await run(chosenSubject())
    return { ours, peer: await run(PEER) }
  }
  const peer = await run(PEER)
  return { ours: await run(chosenSubject()), peer }
}

/** One after the other, so that what the machine does besides hits both alike; the median of the rounds counts. */
export const ROUNDS = 5

/**
 * Both servers run all the while and are measured in turn: `prepare` once each (a phone system runs for months, so what
 * a server does in its first seconds is not its cost), then the rounds.
 */
export async function inTurn<Prepared, T>(
  prepare: (subject: Subject) => Promise<Prepared>,
  measure: (subject: Subject, prepared: Prepared) => Promise<T>,
  options: SubjectOptions = {},
): Promise<Side<T[]>> {
  const sides = await Promise.all(
    [chosenSubject(), PEER].map(async (name) => ({
      subject: await startSubject(options, name as 'sidetone' | 'kamailio'),
      measured: [] as T[],
    })),
  )
  const [ours, peer] = sides as [(typeof sides)[0], (typeof sides)[0]]
  try {
    const prepared = [await prepare(ours.subject), await prepare(peer.subject)] as const
    for (let round = 0; round < ROUNDS; round++) {
      ours.measured.push(await measure(ours.subject, prepared[0]))
      peer.measured.push(await measure(peer.subject, prepared[1]))
    }
  } finally {
    await Promise.all(sides.map(({ subject }) => subject.stop()))
  }
  return { ours: ours.measured, peer: peer.measured }
}
