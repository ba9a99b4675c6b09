/** The media relay alone as a process of its own, so that its CPU can be told from the phones'. Forked by the bench. */
import { RelayPorts } from '../../core/io/index.ts'
import type { RelayPair, StreamEnd } from '../../core/rtp/index.ts'

export type ToServer =
  | { readonly kind: 'calls'; readonly calls: readonly Call[] }
  /** From here on the main thread computes for so long in each second. */
  | { readonly kind: 'busy'; readonly blockedMs: number }
  | { readonly kind: 'close' }

/** Ports of the two phones. */
export interface Call {
  readonly a: number
  readonly b: number
}

export type FromServer = {
  readonly kind: 'connected'
  /** Ports of the relay that face the phones. */
  readonly calls: readonly Call[]
}

const ADDRESS = '127.0.0.1'
const free: RelayPair[] = []
let waiting: (() => void) | undefined
let streams = 0

const relay = new RelayPorts({
  ranges: [{ address: ADDRESS, lowPort: 20_000, highPort: 26_000 }],
  report: (report) => {
    if (report.kind === 'pairs') free.push(...report.pairs)
    waiting?.()
  },
  trouble: (why) => process.stderr.write(`relay: ${why}\n`),
})
await relay.start()

process.on('message', (message: ToServer) => {
  if (message.kind === 'calls') void connect(message.calls)
  else if (message.kind === 'busy') setInterval(() => block(message.blockedMs), 1_000)
  else void relay.close().then(() => process.exit(0))
})

async function connect(calls: readonly Call[]): Promise<void> {
  const connected: Call[] = []
  for (const { a, b } of calls) {
    const [one, other] = [await takePair(), await takePair()]
    relay.order({ kind: 'connect', stream: ++streams, revision: 1, a: endOf(one, a), b: endOf(other, b) })
    connected.push({ a: one.port, b: other.port })
  }
  const message: FromServer = { kind: 'connected', calls: connected }
  process.send?.(message)
}

async function takePair(): Promise<RelayPair> {
  for (;;) {
    const pair = free.shift()
    if (pair !== undefined) {
      relay.order({ kind: 'refill', address: ADDRESS, count: 1 })
      return pair
    }
    await new Promise<void>((resolve) => (waiting = resolve))
  }
}

function endOf(pair: RelayPair, port: number): StreamEnd {
  return {
    pair: pair.id,
    rtp: { address: ADDRESS, port },
    rtcp: { address: ADDRESS, port: port + 1 },
    isMultiplexed: false,
    plausible: [ADDRESS],
    isAsymmetric: false,
    mayReceive: true,
    maySend: true,
    formats: [{ type: 0, encoding: 'pcmu', clockHz: 8000 }],
    packetTimeMs: 20,
  }
}

function block(blockedMs: number): void {
  const until = performance.now() + blockedMs
  while (performance.now() < until);
}
