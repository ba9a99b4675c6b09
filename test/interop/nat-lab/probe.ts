/**
 * What lies between two namespaces, by RFC 4787's terms. `node probe.ts answer FIRST SECOND` answers on both
 * addresses; `node probe.ts ask FIRST SECOND [WAIT-MS]` asks from behind a translator and prints what it found.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'

const PORT = 7000
const OTHER_PORT = 7001
const SIP_PORT = 5060
const LOCAL_PORT = 20_000
const ANSWER_LIMIT_MS = 700
const TRIES = 6
const LOSS_PACKETS = 400
const AT_ONCE = 20

interface Question {
  readonly id: string
  /** Whether the answer is to come from the socket asked, or from one that was never asked. */
  readonly from: 'asked' | 'other-port' | 'other-address'
  readonly afterMs: number
}

interface Answer {
  readonly id: string
  /** The place that the question came from. */
  readonly seen: string
}

let questions = 0

const [role, first = '', second = '', waitMs = '0'] = process.argv.slice(2)
if (role === 'answer') await answer()
else {
  process.stdout.write(`${JSON.stringify(await ask())}\n`)
  process.exit(0)
}

async function answer(): Promise<void> {
  const asked = await bound(PORT, first)
  const others = { 'other-port': await bound(OTHER_PORT, first), 'other-address': await bound(PORT, second) }
  const listen = (socket: Socket): void => {
    socket.on('message', (bytes, peer) => {
      const { id, from, afterMs } = JSON.parse(bytes.toString()) as Question
      const via = from === 'asked' ? socket : others[from]
      setTimeout(() => reply(via, { id, seen: `${peer.address}:${peer.port}` }, peer), afterMs)
    })
  }
  for (const socket of [asked, ...Object.values(others)]) listen(socket)
  const sip = await bound(SIP_PORT, first)
  sip.on('message', (bytes, peer) => reply(sip, { id: 'sip', seen: bytes.toString('latin1') }, peer))
  process.stdout.write('ready\n')
}

function reply(socket: Socket, words: Answer, { address, port }: RemoteInfo): void {
  socket.send(JSON.stringify(words), port, address)
}

async function ask(): Promise<unknown> {
  const one = await bound(LOCAL_PORT)
  const seen = [
    await askFor(one, first, PORT, 'asked'),
    await askFor(one, first, OTHER_PORT, 'asked'),
    await askFor(one, second, PORT, 'asked'),
  ]
  const two = await bound(LOCAL_PORT + 2)
  await askFor(two, first, PORT, 'asked')
  return {
    mapping: new Set(seen).size === 1 ? 'endpoint-independent' : 'dependent',
    isPreserving: seen[0]?.endsWith(`:${LOCAL_PORT}`) === true,
    isTranslated: seen[0]?.startsWith('198.19.') !== true,
    filtering: await filteringOf(two),
    isForgotten:
      Number(waitMs) > 0 ? (await askOnce(two, first, PORT, 'asked', Number(waitMs))) === undefined : null,
    sipContact: await sipContactSeen(),
    answeredShare: await answeredShare(two),
  }
}

async function filteringOf(socket: Socket): Promise<string> {
  if ((await askFor(socket, first, PORT, 'other-address')) !== undefined) return 'endpoint-independent'
  if ((await askFor(socket, first, PORT, 'other-port')) !== undefined) return 'address-dependent'
  return 'address-and-port-dependent'
}

/** As a phone asks: again, where nothing comes. */
async function askFor(
  socket: Socket,
  host: string,
  port: number,
  from: Question['from'],
): Promise<string | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const seen = await askOnce(socket, host, port, from, 0)
    if (seen !== undefined) return seen
  }
  return undefined
}

function askOnce(
  socket: Socket,
  host: string,
  port: number,
  from: Question['from'],
  afterMs: number,
): Promise<string | undefined> {
  questions += 1
  const id = String(questions)
  return answerTo(socket, id, afterMs, () =>
    socket.send(JSON.stringify({ id, from, afterMs } satisfies Question), port, host),
  )
}

function answerTo(
  socket: Socket,
  id: string,
  afterMs: number,
  send: () => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const finish = (seen: string | undefined): void => {
      clearTimeout(limit)
      socket.off('message', take)
      resolve(seen)
    }
    const take = (bytes: Buffer): void => {
      const told = JSON.parse(bytes.toString()) as Answer
      if (told.id === id) finish(told.seen)
    }
    const limit = setTimeout(() => finish(undefined), afterMs + ANSWER_LIMIT_MS)
    socket.on('message', take)
    send()
  })
}

/** Whether a REGISTER's Contact arrives as it was written: a SIP ALG changes it. */
async function sipContactSeen(): Promise<string | undefined> {
  const socket = await bound(SIP_PORT)
  const local = ownAddress()
  const text = [
    `REGISTER sip:${first} SIP/2.0`,
    `Via: SIP/2.0/UDP ${local}:${SIP_PORT};branch=z9hG4bKprobe`,
    'From: <sip:probe@example.org>;tag=p',
    'To: <sip:probe@example.org>',
    'Call-ID: probe',
    'CSeq: 1 REGISTER',
    `Contact: <sip:probe@${local}:${SIP_PORT}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const seen = await answerTo(socket, 'sip', 0, () => socket.send(text, SIP_PORT, first))
    if (seen !== undefined)
      return /^Contact: <sip:probe@([^:>]+)/m.exec(seen)?.[1] === local ? 'kept' : 'rewritten'
  }
  return undefined
}

/** A few at a time: what is lost is to be lost on the way, not in a full socket. */
async function answeredShare(socket: Socket): Promise<number> {
  let answered = 0
  for (let round = 0; round < LOSS_PACKETS / AT_ONCE; round += 1) {
    const asked = Array.from({ length: AT_ONCE }, () => askOnce(socket, first, PORT, 'asked', 0))
    answered += (await Promise.all(asked)).filter((seen) => seen !== undefined).length
  }
  return answered / LOSS_PACKETS
}

function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find((known) => known.family === 'IPv4' && !known.internal)
  if (found === undefined) throw new Error('this namespace has no address')
  return found.address
}

function bound(port: number, host?: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.setMaxListeners(AT_ONCE + 10)
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => resolve(socket))
  })
}
