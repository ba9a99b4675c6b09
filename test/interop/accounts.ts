/** People with passwords, for the server under test and for its peer. */
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pause } from './processes.ts'

const ANSWER_LIMIT_MS = 10_000

/** What `sidetone ctl` asks, over its own socket: one process for hundreds of people. Rejects where one is refused. */
export async function addAccounts(folder: string, users: readonly string[], password: string): Promise<void> {
  await started(folder)
  for (const user of users) {
    const answer = await control(folder, ['add', user, password])
    if (!answer.ok) throw new Error(`ctl add ${user}: ${answer.message}`)
  }
}

/** It answers on its SIP sockets a moment before it takes commands. */
async function started(folder: string): Promise<void> {
  const giveUpAt = performance.now() + ANSWER_LIMIT_MS
  while ((await control(folder, ['ps'])).code === 'starting' && performance.now() < giveUpAt) await pause(50)
}

export interface ControlReply {
  readonly ok: boolean
  readonly code?: string
  readonly value?: unknown
  readonly message?: string
}

export function control(folder: string, words: readonly string[]): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(join(folder, 'control.sock'))
    socket.setEncoding('utf8')
    socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error(`no answer to ${words[0]}`)))
    socket.on('connect', () => socket.write(`${JSON.stringify({ words })}\n`))
    socket.on('error', reject)
    socket.on('data', (piece: string) => {
      text += piece
      if (!text.endsWith('\n')) return
      socket.destroy()
      resolve(JSON.parse(text) as ControlReply)
    })
  })
}

/** The tables that Kamailio's auth_db asks, in a file of its db_sqlite. */
export function writeKamailioAccounts(
  file: string,
  users: readonly string[],
  realm: string,
  password: string,
): void {
  const database = new DatabaseSync(file)
  database.exec(`
    CREATE TABLE version (table_name VARCHAR(32) NOT NULL, table_version INTEGER DEFAULT 0 NOT NULL);
    INSERT INTO version VALUES ('subscriber', 7);
    CREATE TABLE subscriber (id INTEGER PRIMARY KEY NOT NULL, username VARCHAR(64) NOT NULL,
      domain VARCHAR(64) NOT NULL, password VARCHAR(64) NOT NULL, ha1 VARCHAR(128) NOT NULL,
      ha1b VARCHAR(128) NOT NULL, CONSTRAINT account UNIQUE (username, domain));`)
  const insert = database.prepare(
    "INSERT INTO subscriber (username, domain, password, ha1, ha1b) VALUES (?, ?, '', ?, '')",
  )
  for (const user of users) {
    const ha1 = createHash('md5').update(`${user}:${realm}:${password}`).digest('hex')
    insert.run(user, realm, ha1)
  }
  database.close()
}
