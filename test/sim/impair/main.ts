/** `node test/sim/impair/main.ts --listen HOST:PORT --target HOST:PORT --seed N --loss 0.2 …`: the relay as a process. */
import { parseArgs } from 'node:util'
import { startRelay } from './relay.ts'

const SHARES = ['loss', 'duplicate', 'reorder', 'hold', 'delay', 'jitter', 'corrupt'] as const

const { values } = parseArgs({
  options: {
    listen: { type: 'string', default: '127.0.0.1:0' },
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    ...Object.fromEntries(SHARES.map((name) => [name, { type: 'string', default: '0' } as const])),
  },
})
const given = values as Readonly<Record<string, string | undefined>>
const target = placeOf(given['target'] ?? '')
if (target === undefined) {
  process.stderr.write('impair: --target HOST:PORT is missing or malformed\n')
  process.exit(2)
}
const listen = placeOf(given['listen'] ?? '') ?? { host: '127.0.0.1', port: 0 }
const seed = Number(given['seed'])
const share = (name: (typeof SHARES)[number]): number => Number(given[name] ?? 0)
const relay = await startRelay({
  ...listen,
  target,
  forward: {
    seed,
    lossShare: share('loss'),
    duplicateShare: share('duplicate'),
    reorderShare: share('reorder'),
    ...(share('hold') > 0 ? { reorderPackets: share('hold') } : {}),
    delayMs: share('delay'),
    jitterMs: share('jitter'),
    corruptShare: share('corrupt'),
  },
})
process.stdout.write(`${JSON.stringify({ ready: true, host: relay.host, port: relay.port, seed })}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    process.stdout.write(`${JSON.stringify(relay.counts())}\n`)
    void relay.close().then(() => process.exit(0))
  })
}

function placeOf(text: string): { host: string; port: number } | undefined {
  const colon = text.lastIndexOf(':')
  const port = Number(text.slice(colon + 1))
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined
  return { host: text.slice(0, colon), port }
}
