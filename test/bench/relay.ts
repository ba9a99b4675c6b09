/** The media relay: CPU of each relayed packet beside rtpengine's, the delay it adds, and what it loses. */
import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs } from '../interop/processes.ts'
import { median, type Figure } from './figures.ts'
import type { Flow, FromPhones, Talk, ToPhones } from './relay-phones.ts'
import { registerSteadily, startServedRelay, type RelaySide } from './relay-served.ts'
import { startRtpengine } from './rtpengine.ts'

const ADDRESS = '127.0.0.1'
const RATES = [10_000, 40_000, 90_000]
/** Two ports each. */
const CALLS = 200
const PHONE_SOCKETS = 16
const ROUNDS = 3
const WARM_MS = 700
const TALK_MS = 2_000
const PAUSE_MS = 0.5
const MANY_MS = 5_000
/** A packet of the phone after it. */
const LATE_MS = 20
const REGISTERS_PER_SECOND = 200
const LIMIT_MS = 180_000

export async function benchRelay(): Promise<Figure[]> {
  return [...(await costOfPackets()), ...(await addedDelay()), ...(await manyCalls())]
}

export async function costOfPackets(rates: readonly number[] = RATES, rounds = ROUNDS): Promise<Figure[]> {
  const sides = [await startServedRelay(LIMIT_MS), await startRtpengine(LIMIT_MS)]
  const phones = await startPhones()
  try {
    const ways = [await phones.callThrough(sides[0]!, CALLS), await phones.callThrough(sides[1]!, CALLS)]
    const figures: Figure[] = []
    for (const rate of rates) {
      const costs: number[][] = [[], []]
      const losses = [0, 0]
      for (let round = 0; round < rounds; round++) {
        for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
          const { cost, lost } = await costOf(sides[index]!, phones, ways[index]!, rate)
          costs[index]!.push(cost)
          losses[index]! += lost
        }
      }
      const at = `relay at ${rate / 1000}k packets/s`
      figures.push(
        { bench: `${at}: CPU per packet`, ours: median(costs[0]!), peer: median(costs[1]!), unit: 'µs' },
        {
          bench: `${at}: lost of ${(rate * TALK_MS * rounds) / 1000}`,
          ours: losses[0]!,
          peer: losses[1]!,
          unit: 'packets',
        },
      )
    }
    return figures
  } finally {
    phones.stop()
    for (const side of sides) await side.stop()
  }
}

async function costOf(
  side: RelaySide,
  phones: Phones,
  flows: readonly Flow[],
  rate: number,
): Promise<{ cost: number; lost: number }> {
  const ports = new Set(flows.map(({ port }) => port))
  await phones.talk({ flows, packetsPerSecond: rate, durationMs: WARM_MS, pauseMs: PAUSE_MS })
  const before = cpuMs(side.pid)
  const refusedBefore = refusedAt(ports)
  const talk = await phones.talk({ flows, packetsPerSecond: rate, durationMs: TALK_MS, pauseMs: PAUSE_MS })
  const lost = refusedAt(ports) - refusedBefore
  return { cost: ((cpuMs(side.pid) - before) * 1000) / (talk.sent - lost), lost }
}

/**
 * Packets that the system threw away because the socket's owner did not come to fetch them. What the phones of the
 * bench themselves are too slow for does not count against a relay.
 */
function refusedAt(ports: ReadonlySet<number>): number {
  let refused = 0
  for (const line of readFileSync('/proc/net/udp', 'latin1').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
    if (ports.has(port)) refused += Number(fields.at(-1))
  }
  return refused
}

/** 30 calls of 50 packets/s each way, while the main thread registers phones and stands still for 200 ms of each second. */
export async function addedDelay(): Promise<Figure[]> {
  const ours = await startServedRelay(LIMIT_MS, true)
  const phones = await startPhones()
  try {
    const flows = await phones.callThrough(ours, 30)
    const registering = await registerSteadily(ours.server, REGISTERS_PER_SECOND)
    const order = { flows, packetsPerSecond: 3_000, pauseMs: 0 }
    await phones.talk({ ...order, durationMs: 1_000 })
    const { delaysMs, sent, received } = await phones.talk({ ...order, durationMs: 6_000 })
    const registers = await registering.stop()
    const at = 'relay, 30 calls, main thread blocked 200 ms a second'
    const share = (registers.answeredMs.length / registers.sent) * 100
    return [
      { bench: `${at}: delay p50`, ours: quantile(delaysMs, 0.5), peer: null, unit: 'ms' },
      { bench: `${at}: delay p99`, ours: quantile(delaysMs, 0.99), peer: null, unit: 'ms' },
      { bench: `${at}: lost of ${sent}`, ours: sent - received, peer: null, unit: 'packets' },
      { bench: `${at}: ${REGISTERS_PER_SECOND} REGISTER/s answered`, ours: share, peer: null, unit: '%' },
    ]
  } finally {
    phones.stop()
    await ours.stop()
  }
}

export async function manyCalls(): Promise<Figure[]> {
  const figures: [ours: Figure[], peer: Figure[]] = [[], []]
  for (const [index, start] of [startServedRelay, startRtpengine].entries()) {
    const side = await start(LIMIT_MS)
    const phones = await startPhones()
    try {
      const flows = await phones.callThrough(side, 500)
      figures[index as 0 | 1] = await figuresOfMany(phones, flows)
    } finally {
      phones.stop()
      await side.stop()
    }
  }
  return figures[0].map((figure, index) => ({ ...figure, peer: figures[1][index]?.ours ?? null }))
}

/** The phones share the other core with everything else here: both relays are measured through the same lateness. */
async function figuresOfMany(phones: Phones, flows: readonly Flow[]): Promise<Figure[]> {
  const ports = new Set(flows.map(({ port }) => port))
  const order = { flows, packetsPerSecond: 50_000, pauseMs: PAUSE_MS }
  await phones.talk({ ...order, durationMs: WARM_MS })
  const before = refusedAt(ports)
  const { sent, delaysMs } = await phones.talk({ ...order, durationMs: MANY_MS })
  const lost = refusedAt(ports) - before
  const mean = delaysMs.reduce((sum, delay) => sum + delay, 0) / delaysMs.length
  const late = delaysMs.filter((delay) => delay > LATE_MS).length
  const at = 'relay, 500 calls'
  return [
    { bench: `${at}: lost of ${sent}`, ours: lost, peer: null, unit: 'packets' },
    { bench: `${at}: delay, mean`, ours: mean, peer: null, unit: 'ms' },
    { bench: `${at}: delay p99`, ours: quantile(delaysMs, 0.99), peer: null, unit: 'ms' },
    { bench: `${at}: later than ${LATE_MS} ms`, ours: late, peer: null, unit: 'packets' },
  ]
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? NaN
}

interface Phones {
  /** Sets calls up through one side; gives what the phones of them send. */
  readonly callThrough: (side: RelaySide, calls: number) => Promise<Flow[]>
  readonly talk: (order: Omit<Extract<ToPhones, { kind: 'talk' }>, 'kind'>) => Promise<Talk>
  readonly stop: () => void
}

async function startPhones(): Promise<Phones> {
  const child = fork(join(import.meta.dirname, 'relay-phones.ts'))
  const ask = async (message: ToPhones): Promise<FromPhones> => {
    const answer = nextMessage<FromPhones>(child)
    child.send(message)
    return await answer
  }
  const opened = await ask({ kind: 'open', sockets: PHONE_SOCKETS, address: ADDRESS })
  const ports = opened.kind === 'opened' ? opened.ports : []
  return {
    callThrough: async (side, calls) => {
      const socketOf = (index: number): number => index % PHONE_SOCKETS
      const wanted = Array.from({ length: calls }, (_, index) => ({
        a: ports[socketOf(2 * index)]!,
        b: ports[socketOf(2 * index + 1)]!,
      }))
      const connected = await side.connect(wanted)
      return connected.flatMap(({ a, b }, index) => [
        { socket: socketOf(2 * index), address: ADDRESS, port: a },
        { socket: socketOf(2 * index + 1), address: ADDRESS, port: b },
      ])
    },
    talk: async (order) => {
      const answer = await ask({ kind: 'talk', ...order })
      if (answer.kind !== 'talked') throw new Error('the phones did not talk')
      return answer.talk
    },
    stop: () => void child.kill(),
  }
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('a process of the bench does not answer')), LIMIT_MS)
    const settle = (act: () => void): void => {
      clearTimeout(limit)
      child.off('exit', ended)
      act()
    }
    const ended = (code: number | null): void =>
      settle(() => reject(new Error(`a process of the bench ended with ${code}`)))
    child.once('exit', ended)
    child.once('message', (message) => settle(() => resolve(message as T)))
  })
}
