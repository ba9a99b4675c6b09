/** STUN servers with two addresses on the lab's server, ours beside coturn, and what programs tell of them. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { discard, pause, startProgram, temporaryFolder, type RunningProgram } from '../processes.ts'
import { sidetoneCommand } from '../subject.ts'
import type { Lab } from './lab.ts'
import { inside } from './namespaces.ts'

export type StunServerName = 'sidetone' | 'coturn'

export const stunPorts: Readonly<Record<StunServerName, number>> = { sidetone: 13_478, coturn: 3478 }

const SCRIPT = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', '..', 'resources', 'scripts', 'hello-world.cfg'],
)

function sidetone(): string[] {
  const [node, bundle] = sidetoneCommand()
  return [node, ...bundle]
}

export interface StunServers {
  readonly close: () => Promise<void>
}

export async function startStunServers(
  { server: { namespace, address, second } }: Lab,
  names: readonly StunServerName[],
  limitMs: number,
): Promise<StunServers> {
  const folder = temporaryFolder('stun')
  const running: RunningProgram[] = []
  const start = (command: readonly string[]): RunningProgram => {
    const [program, args] = inside(namespace, command)
    const started = startProgram(program, args, { limitMs, cwd: folder })
    running.push(started)
    return started
  }
  if (names.includes('sidetone')) {
    await start([
      ...[...sidetone(), 'serve', '--data', join(folder, 'data'), '--script', SCRIPT],
      ...['--listen', `udp:${address}:5060`, '--console', 'off', '--ready-json', '--stun-discovery'],
      ...[address, second].flatMap((host) => ['--stun', `${host}:${stunPorts.sidetone}`]),
    ]).firstLine((line) => (line.startsWith('{') ? line : undefined), 15_000)
  }
  if (names.includes('coturn')) {
    start([
      ...['turnserver', '-n', `--listening-ip=${address}`, `--listening-ip=${second}`],
      ...[`--listening-port=${stunPorts.coturn}`, `--alt-listening-port=${stunPorts.coturn + 1}`],
      ...['--no-auth', '--no-tls', '--no-dtls', '--no-cli', '--log-file=stdout'],
      ...[`--pidfile=${join(folder, 'turn.pid')}`, `--userdb=${join(folder, 'turn.db')}`],
    ])
    await isListening(namespace, stunPorts.coturn + 1)
  }
  return {
    close: async () => {
      await Promise.all(running.map((one) => one.stop()))
      discard(folder)
    },
  }
}

/** Its words come late through a pipe. */
async function isListening(namespace: string, port: number): Promise<void> {
  for (let tried = 0; tried < 100; tried += 1) {
    const sockets = await outputInside(namespace, ['ss', '-Hlun', `sport = :${port}`])
    if (sockets.trim().split('\n').length >= 2) return
    await pause(150)
  }
  throw new Error(`nobody listens on ${port}`)
}

export interface ProbedLine {
  readonly id: string
  readonly result: string
  readonly outcome: string
  readonly detail: string
  readonly mapping?: string
  readonly filtering?: string
}

/** What `sidetone nat-test --json` says inside a namespace, by line. */
export async function natTestInside(
  namespace: string,
  words: readonly string[],
  limitMs = 60_000,
): Promise<ReadonlyMap<string, ProbedLine>> {
  const output = await outputInside(namespace, [...sidetone(), 'nat-test', '--json', ...words], limitMs)
  const lines = output.trim().split('\n')
  return new Map(lines.map((line) => JSON.parse(line) as ProbedLine).map((line) => [line.id, line]))
}

export async function outputInside(
  namespace: string,
  command: readonly string[],
  limitMs = 60_000,
): Promise<string> {
  const [program, args] = inside(namespace, command)
  const running = startProgram(program, args, { limitMs })
  await running.exited
  return running.stdout() + running.stderr()
}

/** What `turnutils_natdiscovery -m -f` concludes, without addresses and ports. */
export async function natDiscoveryInside(namespace: string, host: string, port: number): Promise<string[]> {
  const output = await outputInside(namespace, ['turnutils_natdiscovery', '-m', '-f', '-p', `${port}`, host])
  return output.split('\n').filter((line) => /^NAT with|No NAT|timeout|Filtering!|Mapping!/i.test(line))
}

/** What the client of RFC 3489 concludes. */
export async function stunClientInside(namespace: string, host: string, port: number): Promise<string> {
  const output = await outputInside(namespace, ['stun', `${host}:${port}`])
  return /^Primary: .*$/m.exec(output)?.[0].trim() ?? output
}
