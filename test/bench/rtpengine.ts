/** Debian's rtpengine in user space, driven over its ng protocol (bencoded, over UDP). */
import { createSocket, type Socket } from 'node:dgram'
import { freePort, startProgram, type RunningProgram } from '../interop/processes.ts'
import type { Call, RelaySide } from './relay-served.ts'

const ADDRESS = '127.0.0.1'
const ANSWER_LIMIT_MS = 3_000

export async function startRtpengine(limitMs: number): Promise<RelaySide> {
  const controlPort = await freePort()
  const program = startProgram(
    'rtpengine',
    [
      ...[
        '--config-file=none',
        '--foreground',
        '--table=-1',
        '--log-stderr',
        '--log-level=3',
        '--num-threads=1',
      ],
      ...[`--interface=${ADDRESS}`, `--listen-ng=${ADDRESS}:${controlPort}`],
      ...['--port-min=30000', '--port-max=36000'],
    ],
    { limitMs },
  )
  const control = createSocket('udp4')
  await new Promise<void>((resolve) => control.bind(0, ADDRESS, resolve))
  await untilAnswered(control, controlPort, program)
  return {
    pid: program.pid,
    connect: async (calls) => {
      const connected: Call[] = []
      for (const [index, { a, b }] of calls.entries()) {
        const id = { 'call-id': `bench-${index}`, 'from-tag': 'a' }
        const offered = await ask(control, controlPort, { ...id, command: 'offer', sdp: sdpOf(a) })
        const answered = await ask(control, controlPort, {
          ...{ ...id, command: 'answer', 'to-tag': 'b' },
          sdp: sdpOf(b),
        })
        connected.push({ a: portOf(answered), b: portOf(offered) })
      }
      return connected
    },
    stop: async () => {
      control.close()
      await program.stop()
    },
  }
}

async function untilAnswered(control: Socket, port: number, program: RunningProgram): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const answer = await ask(control, port, { command: 'ping' }, 200).catch(() => '')
    if (answer.includes('pong')) return
  }
  throw new Error(`rtpengine does not answer; it said: ${program.stderr().slice(-1_000)}`)
}

let cookies = 0

function ask(
  control: Socket,
  port: number,
  request: Readonly<Record<string, string>>,
  limitMs = ANSWER_LIMIT_MS,
): Promise<string> {
  const cookie = `c${++cookies}`
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      control.off('message', take)
      reject(new Error(`rtpengine did not answer '${request['command'] ?? ''}'`))
    }, limitMs)
    const take = (answer: Buffer): void => {
      const text = answer.toString('latin1')
      if (!text.startsWith(`${cookie} `)) return
      clearTimeout(limit)
      control.off('message', take)
      resolve(text)
    }
    control.on('message', take)
    control.send(`${cookie} ${bencode(request)}`, port, ADDRESS)
  })
}

function bencode(request: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(request).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `d${pairs.map(([key, value]) => stringOf(key) + stringOf(value)).join('')}e`
}

function stringOf(text: string): string {
  return `${text.length}:${text}`
}

function sdpOf(port: number): string {
  const lines = [
    ...['v=0', `o=- 1 1 IN IP4 ${ADDRESS}`, 's=-', `c=IN IP4 ${ADDRESS}`, 't=0 0'],
    ...[`m=audio ${port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', 'a=sendrecv'],
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}

function portOf(answer: string): number {
  const port = /m=audio (\d+)/.exec(answer)?.[1]
  if (port === undefined) throw new Error(`rtpengine gave no port: ${answer.slice(0, 200)}`)
  return Number(port)
}
