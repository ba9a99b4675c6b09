/** The appliance with its console, as people start it, and requests that no browser would send. */
import { connect } from 'node:net'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import type { CoreFrame } from '../../core/api/index.ts'
import { discard, startProgram, temporaryFolder, type RunningProgram } from './processes.ts'
import { sidetoneCommand } from './subject.ts'

export interface Office {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly token: string
  readonly listen: readonly string[]
  readonly sip: { readonly host: string; readonly port: number }
  readonly folder: string
  readonly script: string
  readonly program: RunningProgram
  stop(): Promise<void>
}

export interface OfficeWishes {
  /** Text of the routing script; absent: the shipped hello world. */
  readonly script?: string
  /** `default`: as without the option. */
  readonly console?: string
  readonly listen?: readonly string[]
  readonly limitMs?: number
}

interface Ready {
  readonly listen: readonly string[]
  readonly console: string
  readonly token: string
}

export async function startOffice(wishes: OfficeWishes = {}): Promise<Office> {
  const folder = temporaryFolder('console')
  const script = join(folder, 'ser.cfg')
  if (wishes.script !== undefined) writeFileSync(script, wishes.script)
  const [command, args] = sidetoneCommand()
  const program = startProgram(
    command,
    [
      ...args,
      ...['serve', '--data', join(folder, 'data'), '--ready-json'],
      ...(wishes.listen ?? ['udp:127.0.0.1:0']).flatMap((place) => ['--listen', place]),
      ...(wishes.script === undefined ? [] : ['--script', script]),
      ...(wishes.console === 'default' ? [] : ['--console', wishes.console ?? '127.0.0.1:0']),
    ],
    { limitMs: wishes.limitMs ?? 300_000 },
  )
  const ready = await program.firstLine(
    (line) => (line === '' ? undefined : (JSON.parse(line) as Ready)),
    20_000,
  )
  const port = Number(new URL(ready.console).port)
  return {
    url: ready.console,
    host: `127.0.0.1:${port}`,
    port,
    token: ready.token,
    listen: ready.listen,
    sip: { host: '127.0.0.1', port: Number(ready.listen[0]?.split(':').at(-1)) },
    folder,
    script,
    program,
    stop: async () => {
      await program.stop()
      discard(folder)
    },
  }
}

export interface RawAnswer {
  /** Undefined: the connection was closed without an answer. */
  readonly status: number | undefined
  readonly text: string
}

/** Sends these octets and reads until the console closes or `limitMs` is over. */
export function sendRaw(office: Office, octets: string, limitMs = 5_000): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(office.port, '127.0.0.1', () => socket.write(octets, 'latin1'))
    const limit = setTimeout(() => socket.destroy(), limitMs)
    socket.setEncoding('latin1')
    socket.on('data', (piece: string) => {
      text += piece
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(limit)
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? NaN) || undefined, text })
    })
  })
}

/** One request line with these headers, and the connection closed after it. */
export function requestRaw(
  office: Office,
  line: string,
  headers: readonly string[] = [],
  body = '',
): Promise<RawAnswer> {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: ${office.host}`]
  return sendRaw(office, [line, ...host, ...headers, 'Connection: close', '', body].join('\r\n'))
}

/** Enters as the window does, and gives the cookie. */
export async function enter(office: Office): Promise<string> {
  const answer = await requestRaw(office, 'POST /session HTTP/1.1', [
    `Origin: http://${office.host}`,
    `X-Sidetone-Token: ${office.token}`,
    'Content-Length: 0',
  ])
  const cookie = /^Set-Cookie: ([^;]+)/im.exec(answer.text)?.[1]
  if (answer.status !== 204 || cookie === undefined) throw new Error(`no session: ${answer.text}`)
  return cookie
}

export interface UpgradeWish {
  readonly origin?: string | undefined
  readonly host?: string
  readonly token?: string | undefined
  readonly cookie?: string | undefined
  readonly path?: string
}

/** The status of an upgrade; 101 when it was let in. */
export async function upgradeStatus(office: Office, wish: UpgradeWish): Promise<number | undefined> {
  const protocols = ['sidetone', ...(wish.token === undefined ? [] : [`token.${wish.token}`])]
  const answer = await sendRaw(
    office,
    [
      `GET ${wish.path ?? '/contract'} HTTP/1.1`,
      `Host: ${wish.host ?? office.host}`,
      ...(wish.origin === undefined ? [] : [`Origin: ${wish.origin}`]),
      ...(wish.cookie === undefined ? [] : [`Cookie: ${wish.cookie}`]),
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: ${protocols.join(', ')}`,
      '',
      '',
    ].join('\r\n'),
    1_000,
  )
  return answer.status
}

export interface Window {
  readonly socket: WebSocket
  readonly frames: readonly CoreFrame[]
  readonly closed: Promise<number>
  send(frame: unknown): void
  ask(command: string, takes: unknown): Promise<CoreFrame>
}

/** A window's line, with the frames it got. */
export async function openWindow(office: Office): Promise<Window> {
  const cookie = await enter(office)
  const socket = new WebSocket(`ws://${office.host}/contract`, ['sidetone', `token.${office.token}`], {
    origin: `http://${office.host}`,
    headers: { cookie },
    perMessageDeflate: true,
  })
  const frames: CoreFrame[] = []
  const waiting = new Map<number, (frame: CoreFrame) => void>()
  socket.on('message', (octets: Buffer) => {
    const frame = JSON.parse(octets.toString('utf8')) as CoreFrame
    frames.push(frame)
    waiting.get(frame.id)?.(frame)
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  let lastId = 1_000_000
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    ask: (command, takes) =>
      new Promise((resolve) => {
        lastId += 1
        waiting.set(lastId, resolve)
        socket.send(JSON.stringify({ kind: 'call', id: lastId, command, takes }))
      }),
  }
}
