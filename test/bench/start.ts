/** From the start of the process to its first answer to a REGISTER. */
import { residentBytes } from '../interop/processes.ts'
import { median, type Figure } from './figures.ts'
import { onBothSides } from './sides.ts'

const ROUNDS = 5

export async function benchStart(): Promise<Figure[]> {
  const ours: { startupMs: number; bytes: number }[] = []
  const peer: { startupMs: number; bytes: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const both = await onBothSides((subject) =>
      Promise.resolve({ startupMs: subject.startupMs, bytes: residentBytes(subject.pid) }),
    )
    ours.push(both.ours)
    peer.push(both.peer)
  }
  const middle = (of: readonly { startupMs: number; bytes: number }[], what: 'startupMs' | 'bytes'): number =>
    median(of.map((one) => one[what]))
  return [
    {
      bench: 'start to the first answered REGISTER',
      ours: middle(ours, 'startupMs'),
      peer: middle(peer, 'startupMs'),
      unit: 'ms',
    },
    {
      bench: 'memory after start',
      ours: middle(ours, 'bytes') / 1e6,
      peer: middle(peer, 'bytes') / 1e6,
      unit: 'MB',
    },
  ]
}
