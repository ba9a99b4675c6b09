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
