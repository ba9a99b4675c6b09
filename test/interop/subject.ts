/**
 * The server that a test talks to: Sidetone as people start it, or Kamailio with the same logic, so that
 * every test can be proved against a peer. `SUBJECT=kamailio` in the environment chooses the peer.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addAccounts, writeKamailioAccounts } from './accounts.ts'
import {
  discard,
  findProgram,
  freePort,
  startProgram,
  temporaryFolder,
  type RunningProgram,
} from './processes.ts'
import { openWire } from './phone/wire.ts'
import { requestText } from './phone/text.ts'

export type SubjectName = 'sidetone' | 'kamailio'

export interface SubjectOptions {
  readonly host?: string
  /** How long an INVITE may ring without an answer before 408; 120 s as in SER. */
  readonly ringSeconds?: number
  readonly tcp?: boolean
  /** REGISTER and INVITE must carry the digest of `AUTH_USER` and `AUTH_PASSWORD`. */
  readonly auth?: boolean
  /** What Sidetone offers; `SHA-256,MD5` unless it is said. */
  readonly algorithms?: string
  /** More users with the same password; only with `auth`. */
  readonly users?: readonly string[]
  /** The file of a routing script in place of the plain one; Sidetone alone has it. */
  readonly script?: string
}

export interface Subject {
  readonly name: SubjectName
  readonly host: string
  readonly port: number
  /** Where TCP is listened on; only with `tcp: true`. */
  readonly tcpPort: number | undefined
  /** The process started; its CPU and memory count together with its descendants'. */
  readonly pid: number
  readonly folder: string
  /** From the start of the process to its first answer over SIP. */
  readonly startupMs: number
  readonly stderr: () => string
  readonly stop: () => Promise<void>
}

export const AUTH_USER = 'digest-user'
export const AUTH_PASSWORD = 'right-horse-battery'

const BENCH = join(dirname(fileURLToPath(import.meta.url)), '..', 'bench')
const ROOT = join(BENCH, '..', '..')
const START_LIMIT_MS = 20_000
const SUBJECT_LIMIT_MS = 900_000

/** The name chosen by the environment; sidetone unless it says otherwise. */
export function chosenSubject(): SubjectName {
  const name = process.env['SUBJECT'] ?? 'sidetone'
  if (name !== 'sidetone' && name !== 'kamailio') {
    throw new Error(`SUBJECT is '${name}'; it may be sidetone or kamailio`)
  }
  return name
}

/** Starts a fresh server with empty memory and waits until it answers. Rejects with its words if it doesn't. */
export async function startSubject(
  options: SubjectOptions = {},
  name: SubjectName = chosenSubject(),
): Promise<Subject> {
  const host = options.host ?? '127.0.0.1'
  const port = await freePort(host)
  const folder = temporaryFolder(name)
  const startedAt = performance.now()
  const program =
    name === 'sidetone'
      ? startSidetone(folder, host, port, options)
      : startKamailio(folder, host, port, options)
  try {
    await firstAnswer(program, host, port)
    const startupMs = performance.now() - startedAt
    if (name === 'sidetone' && options.auth)
      await addAccounts(join(folder, 'appliance'), [AUTH_USER, ...(options.users ?? [])], AUTH_PASSWORD)
    return {
      name,
      host,
      port,
      tcpPort: options.tcp ? port : undefined,
      pid: program.pid,
      folder,
      startupMs,
      stderr: program.stderr,
      stop: async () => {
        await program.stop()
        discard(folder)
      },
    }
  } catch (failure) {
    await program.stop()
    discard(folder)
    throw failure
  }
}

export function sidetoneCommand(): [string, string[]] {
  const bundle = join(ROOT, 'dist', 'sidetone.mjs')
  if (!existsSync(bundle)) throw new Error('dist/sidetone.mjs is not there: run `npm run build` first')
  return [process.execPath, [bundle]]
}

function startSidetone(folder: string, host: string, port: number, options: SubjectOptions): RunningProgram {
  const script = options.script ?? join(folder, 'ser.cfg')
  if (options.script === undefined) writeFileSync(script, fill('hello.cfg', host, port, options, SER_AUTH))
  const [command, args] = sidetoneCommand()
  const listen = [`udp:${host}:${port}`, ...(options.tcp ? [`tcp:${host}:${port}`] : [])]
  return startProgram(
    command,
    [
      ...args,
      'serve',
      ...['--data', join(folder, 'appliance'), '--script', script],
      ...listen.flatMap((place) => ['--listen', place]),
      ...['--console', 'off', '--ready-json'],
    ],
    { limitMs: SUBJECT_LIMIT_MS },
  )
}

function startKamailio(folder: string, host: string, port: number, options: SubjectOptions): RunningProgram {
  const command = findProgram('kamailio')
  if (command === undefined) throw new Error('kamailio is not installed: apt-get install kamailio')
  const script = join(folder, 'kamailio.cfg')
  const accounts = join(folder, 'accounts.sqlite')
  if (options.auth)
    writeKamailioAccounts(accounts, [AUTH_USER, ...(options.users ?? [])], host, AUTH_PASSWORD)
  writeFileSync(script, fill('kamailio.cfg', host, port, options, KAMAILIO_AUTH, accounts))
  return startProgram(
    command,
    ['-DD', '-E', '-f', script, '-m', '512', '-M', '16', '-Y', folder, '-w', folder],
    { limitMs: SUBJECT_LIMIT_MS },
  )
}

interface AuthWords {
  readonly modules: string
  readonly check: string
  readonly checkCall: string
}

/** SIPp of these days knows MD5 alone, and Kamailio offers one algorithm: both sides do the same work. */
const SER_AUTH: AuthWords = {
  modules: `${['auth', 'auth_db'].map((name) => `loadmodule "/usr/lib/ser/modules/${name}.so"`).join('\n')}
modparam("auth", "algorithms", "{{ALGORITHMS}}")`,
  check: `if (!www_authorize("", "subscriber")) { www_challenge("", "1"); break; };`,
  checkCall: `if (method == "INVITE") { if (!proxy_authorize("", "subscriber")) { proxy_challenge("", "1"); break; }; consume_credentials(); };`,
}

const KAMAILIO_AUTH: AuthWords = {
  modules: `${['db_sqlite', 'auth', 'auth_db'].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("auth_db", "db_url", "sqlite:///{{ACCOUNTS}}")
modparam("auth_db", "calculate_ha1", 0)
modparam("auth_db", "password_column", "ha1")
modparam("auth_db", "load_credentials", "")`,
  check: `if (!www_authorize("$fd", "subscriber")) { www_challenge("$fd", "1"); exit; }`,
  checkCall: `if (method == "INVITE") { if (!proxy_authorize("$fd", "subscriber")) { proxy_challenge("$fd", "1"); exit; } consume_credentials(); }`,
}

function fill(
  file: string,
  host: string,
  port: number,
  options: SubjectOptions,
  auth: AuthWords,
  accountsFile = '',
): string {
  const ringSeconds = options.ringSeconds ?? 120
  const words: Record<string, string> = {
    HOST: host,
    PORT: String(port),
    TCP: options.tcp ? `listen=tcp:${host}:${port}` : 'disable_tcp=yes',
    MODULES: kamailioModules(),
    RING_SECONDS: String(ringSeconds),
    RING_MS: String(ringSeconds * 1000),
    AUTH_MODULES: options.auth ? auth.modules : '',
    AUTH_CHECK: options.auth ? auth.check : '',
    AUTH_CALL: options.auth ? auth.checkCall : '',
    ALGORITHMS: options.algorithms ?? 'SHA-256,MD5',
    ACCOUNTS: accountsFile,
  }
  let text = readFileSync(join(BENCH, file), 'latin1')
  for (const [word, value] of Object.entries(words)) text = text.replaceAll(`{{${word}}}`, value)
  return text
}

function kamailioModules(): string {
  const places = [
    '/usr/lib/x86_64-linux-gnu/kamailio/modules/',
    '/usr/lib/aarch64-linux-gnu/kamailio/modules/',
    '/usr/lib64/kamailio/modules/',
  ]
  return places.find((place) => existsSync(place)) ?? places[0] ?? ''
}

/** Asks with a REGISTER that binds nothing (RFC 3261 §10.2.3) every 5 ms until something comes back. */
async function firstAnswer(program: RunningProgram, host: string, port: number): Promise<void> {
  const wire = await openWire(host)
  const exit = program.exited.then(
    () => 'ended',
    () => 'ended',
  )
  const giveUpAt = performance.now() + START_LIMIT_MS
  let outcome = `gave no answer within ${START_LIMIT_MS} ms`
  try {
    for (let count = 0; performance.now() < giveUpAt; count += 1) {
      const aor = `<sip:probe@${host}:${port}>`
      const parts = { callId: `ready-${count}`, from: `${aor};tag=p`, to: aor }
      wire.send(requestText(wire, 'REGISTER', `sip:${host}:${port}`, parts), { host, port })
      if (await wire.sawWithin((message) => message.callId.startsWith('ready-'), 5)) return
      if ((await Promise.race([exit, Promise.resolve('runs')])) === 'ended') {
        outcome = 'ended at once'
        break
      }
    }
  } finally {
    await wire.close()
  }
  throw new Error(`the server ${outcome}: ${program.stderr().slice(-3_000)}`)
}
