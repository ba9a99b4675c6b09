/** Random registrations, refreshes, removals and look-ups while the appliance is killed, and a check of what was read. */
import { kill, RegisterClient, startOn, type Place, type Run } from './durable.ts'
import { pause } from './processes.ts'

export interface HistoryPlan {
  readonly seed: number
  readonly clients: number
  readonly durationMs: number
  readonly killEveryMs: number
}

export interface History {
  readonly operations: number
  readonly kills: number
  /** Operations without an answer: they may have been carried out or not, now or later. */
  readonly unknown: number
  readonly faults: readonly string[]
}

/** From 0 (included) to 1 (excluded), the same row of numbers for the same seed. */
export function makeChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Each client owns one user and does one thing at a time, so that what it may read is known exactly: the state after
 * its last acknowledged change, or after one of those that got no answer since.
 */
export async function runHistory(place: Place, plan: HistoryPlan): Promise<History> {
  const chance = makeChance(plan.seed)
  const endsAt = performance.now() + plan.durationMs
  const count = { operations: 0, kills: 0, unknown: 0, faults: [] as string[] }
  let run: Run = await startOn(place)
  const killing = (async () => {
    for (;;) {
      await pause(plan.killEveryMs * (0.7 + chance() * 0.6))
      if (performance.now() >= endsAt) return
      await kill(run)
      count.kills++
      run = await startOn(place)
    }
  })()
  await Promise.all(
    Array.from({ length: plan.clients }, (_, at) =>
      oneClient(place, `h${at}`, plan.seed * 1000 + at, endsAt, count),
    ),
  )
  await killing
  await kill(run)
  return count
}

interface Count {
  operations: number
  kills: number
  unknown: number
  faults: string[]
}

async function oneClient(
  place: Place,
  user: string,
  seed: number,
  endsAt: number,
  count: Count,
): Promise<void> {
  const chance = makeChance(seed)
  const client = await RegisterClient.open(place.port)
  const callId = `history-${user}-${seed}`
  // The states that may be read: sorted lists of contacts.
  let possible = new Set([''])
  try {
    for (let cseq = 1; performance.now() < endsAt; cseq++) {
      const contact = `sip:${user}@127.0.0.1:${6000 + Math.floor(chance() * 3)}`
      const choice = chance()
      count.operations++
      if (choice < 0.4) {
        const answer = await client.register({ user, limitMs: 900 })
        if (answer?.status !== 200) continue
        const read = answer.contacts.toSorted().join(' ')
        if (!possible.has(read))
          count.faults.push(
            `${user} read [${read}], possible: ${[...possible].map((one) => `[${one}]`).join(' ')}`,
          )
        possible = new Set([read])
        continue
      }
      const expires = choice < 0.8 ? 3600 : 0
      const answer = await client.register({ user, contact, expires, callId, cseq, limitMs: 400 })
      const after = new Set([...possible].map((state) => changed(state, contact, expires)))
      if (answer?.status === 200) possible = after
      else {
        count.unknown++
        possible = new Set([...possible, ...after])
      }
    }
  } finally {
    await client.close()
  }
}

function changed(state: string, contact: string, expires: number): string {
  const contacts = new Set(state === '' ? [] : state.split(' '))
  if (expires === 0) contacts.delete(contact)
  else contacts.add(contact)
  return [...contacts].toSorted().join(' ')
}
