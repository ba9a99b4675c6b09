/** An appliance with a data folder of its own that is killed and started again, and a client that counts its answers. */
import { createSocket, type Socket } from 'node:dgram'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askAppliance } from '../../core/app/ctl.ts'
import { Database, type SqlValue } from '../../core/io/store.ts'
import {
  discard,
  familyOf,
  freePort,
  startProgram,
  temporaryFolder,
  type RunningProgram,
} from './processes.ts'
import { sidetoneCommand } from './subject.ts'

export const full = process.env['SIDETONE_FULL'] === '1'

export interface Place {
  /** Where the data folder, the script and the store are. */
  readonly folder: string
  readonly data: string
  readonly port: number
  readonly script: string
}

export interface Run {
  readonly program: RunningProgram
  /** From the start of the process to its line that it is ready. */
  readonly readyMs: number
}

export async function makePlace(mode: 0 | 1 | 2, intervalSeconds = 60): Promise<Place> {
  const folder = temporaryFolder('durable')
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const script = join(folder, 'ser.cfg')
  writeFileSync(script, scriptOf(mode, intervalSeconds))
  return { folder, data, script, port: await freePort() }
}

export function leavePlace(place: Place): void {
  discard(place.folder)
}

/** `before`: the words of a program that runs ours, such as strace. */
export async function startOn(place: Place, before: readonly string[] = [], data = place.data): Promise<Run> {
  const [node, args] = sidetoneCommand()
  const [command = '', ...rest] = [
    ...before,
    node,
    ...args,
    ...['serve', '--data', data, '--script', place.script],
    ...['--listen', `udp:127.0.0.1:${place.port}`, '--console', 'off', '--ready-json'],
  ]
  const startedAt = performance.now()
  const program = startProgram(command, rest, { limitMs: 900_000 })
  await program.firstLine((line) => (line.startsWith('{"ready":true') ? line : undefined), 20_000)
  return { program, readyMs: performance.now() - startedAt }
}

export async function kill(run: Run): Promise<void> {
  // Together with what it runs: strace ends without its child.
  for (const pid of familyOf(run.program.pid).reverse()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  await run.program.exited
}

export async function ask(place: Place, words: readonly string[], data = place.data): Promise<unknown> {
  const answer = await askAppliance(data, words)
  if (!answer.ok) throw new Error(answer.message)
  return answer.value
}

/** The contacts of every user in memory. */
export async function bindingsOf(place: Place, data = place.data): Promise<Map<string, string[]>> {
  const rows = (await ask(place, ['ul', 'show'], data)) as { user: string; contact: string }[]
  const found = new Map<string, string[]>()
  for (const { user, contact } of rows) found.set(user, [...(found.get(user) ?? []), contact])
  return found
}

/** What SQLite itself says of the file. */
export async function integrityOf(path: string): Promise<SqlValue | undefined> {
  const database = await Database.open(path, 'read')
  try {
    return await database.value('PRAGMA integrity_check')
  } finally {
    await database.close()
  }
}

export interface Answer {
  readonly status: number
  readonly contacts: readonly string[]
  readonly text: string
  readonly elapsedMs: number
}

export interface Wish {
  readonly user: string
  /** Absent: it only asks. */
  readonly contact?: string
  readonly expires?: number
  readonly callId?: string
  readonly cseq?: number
  /** Asks where the person is, by the script's 302. */
  readonly isLookUp?: boolean
  /** Without an answer after so long it gives up; it repeats every 500 ms until then. */
  readonly limitMs?: number
}

const bufferBytes = 4 << 20

export class RegisterClient {
  readonly #socket: Socket
  readonly #port: number
  readonly #open = new Map<number, (text: string) => void>()
  #count = 0

  private constructor(socket: Socket, port: number) {
    this.#socket = socket
    this.#port = port
    socket.on('message', (packet) => {
      const text = packet.toString('latin1')
      const at = text.indexOf(';branch=z9hG4bKdur')
      if (at < 0 || text.startsWith('SIP/2.0 1')) return
      this.#open.get(Number.parseInt(text.slice(at + 18), 10))?.(text)
    })
    socket.on('error', () => undefined)
  }

  static async open(port: number): Promise<RegisterClient> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: bufferBytes, sendBufferSize: bufferBytes })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()))
    return new RegisterClient(socket, port)
  }

  /** Undefined: no answer came in time, so nobody knows whether it was taken. */
  register(wish: Wish): Promise<Answer | undefined> {
    const index = ++this.#count
    const bytes = Buffer.from(this.#text(wish, index), 'latin1')
    const startedAt = performance.now()
    return new Promise((resolve) => {
      const send = (): void => this.#socket.send(bytes, this.#port, '127.0.0.1')
      const done = (answer: Answer | undefined): void => {
        clearInterval(repeat)
        clearTimeout(limit)
        this.#open.delete(index)
        resolve(answer)
      }
      const repeat = setInterval(send, 500)
      const limit = setTimeout(() => done(undefined), wish.limitMs ?? 4_000)
      this.#open.set(index, (text) =>
        done({
          status: Number(text.slice(8, 11)),
          contacts: [...(/^Contact: (.*)$/m.exec(text)?.[1] ?? '').matchAll(/<(sip:[^>]*)>/g)].map(
            ([, uri = '']) => uri,
          ),
          text,
          elapsedMs: performance.now() - startedAt,
        }),
      )
      send()
    })
  }

  /** Each wish in turn, so many of them unanswered at once. */
  async all(count: number, wishOf: (index: number) => Wish, window: number): Promise<Answer[]> {
    const answers: Answer[] = []
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < count) {
        const answer = await this.register(wishOf(next++))
        if (answer !== undefined) answers.push(answer)
      }
    }
    await Promise.all(Array.from({ length: window }, worker))
    return answers
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }

  #text({ user, contact, expires = 3600, callId, cseq = 1, isLookUp }: Wish, index: number): string {
    const { port } = this.#socket.address()
    const domain = `127.0.0.1:${this.#port}`
    const method = isLookUp === true ? 'OPTIONS' : 'REGISTER'
    return [
      `${method} sip:${isLookUp === true ? `${user}@` : ''}${domain} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bKdur${index}`,
      'Max-Forwards: 70',
      `From: <sip:${user}@${domain}>;tag=r${index}`,
      `To: <sip:${user}@${domain}>`,
      `Call-ID: ${callId ?? `dur-${index}-${port}`}`,
      `CSeq: ${cseq} ${method}`,
      ...(contact === undefined ? [] : [`Contact: <${contact}>`, `Expires: ${expires}`]),
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n')
  }
}

/** The p-th part (0–1) of the values, by nearest rank. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

function scriptOf(mode: number, intervalSeconds: number): string {
  return `
loadmodule "mysql.so"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("usrloc", "db_mode", ${mode})
modparam("usrloc", "timer_interval", ${intervalSeconds})
modparam("usrloc", "db_url", "mysql://ser:heslo@localhost/ser")
route {
	if (method == "REGISTER") {
		save("location");
		break;
	};
	if (!lookup("location")) {
		sl_send_reply("404", "User Not Found");
		break;
	};
	sl_send_reply("302", "Here");
}
`
}
