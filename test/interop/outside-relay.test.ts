/**
 * A relay outside: Debian's rtpengine by both of its protocols, through our own sockets; media is sent through the
 * places that it named and must arrive.
 */
import { createSocket, type Socket } from 'node:dgram'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Input, OutsideDescription, OutsideResult, Output } from '../../core/exchange/index.ts'
import { Exchange } from '../../core/exchange/index.ts'
import { RelayControl, md5, systemClock } from '../../core/io/index.ts'
import { loadProgram } from '../sim/exchange-host.ts'
import type { RunningProgram } from './processes.ts'
import { discard, findProgram, freePort, needs, pause, startProgram, temporaryFolder } from './processes.ts'

const { skip, because } = needs('rtpengine')

describe.skipIf(skip)(`rtpengine${because}`, () => {
  let engine: RunningProgram
  let folder: string
  const ports = { rtpproxy: 0, ng: 0 }

  beforeAll(async () => {
    folder = temporaryFolder('rtpengine')
    ports.rtpproxy = await freePort('127.0.0.1')
    ports.ng = await freePort('127.0.0.1')
    engine = startProgram(
      findProgram('rtpengine') ?? '',
      [
        ...['--interface=127.0.0.1', '--table=-1', '--foreground', '--log-stderr', '--num-threads=1'],
        ...[`--listen-udp=127.0.0.1:${ports.rtpproxy}`, `--listen-ng=127.0.0.1:${ports.ng}`],
        ...['--port-min=30000', '--port-max=30999', `--pidfile=${join(folder, 'pid')}`],
      ],
      { limitMs: 60_000 },
    )
  })

  afterAll(async () => {
    await engine.stop()
    discard(folder)
  })

  test.each([
    ['rtpproxy', (): string => `udp:127.0.0.1:${ports.rtpproxy}`],
    ['ng', (): string => `rtpengine:udp:127.0.0.1:${ports.ng}`],
  ] as const)('an offer and its answer by %s: media passes both ways', async (name, place) => {
    const rim = new Rim(place())
    const [caller, callee] = [await openMedia(), await openMedia()]
    try {
      const offer = await rim.describe(
        'offer',
        { callId: name, fromTag: 'f', toTag: undefined },
        portOf(caller),
      )
      const answer = await rim.describe('answer', { callId: name, fromTag: 't', toTag: 'f' }, portOf(callee))
      const [offered, answered] = [offer, answer].map(audioPortOf)

      const heard = await Promise.all([
        hears(caller, callee, answered ?? 0, offered ?? 0, 'from the callee'),
        hears(callee, caller, offered ?? 0, answered ?? 0, 'from the caller'),
      ])

      expect(offer).toMatchObject({ text: expect.stringMatching(/a=nortpproxy:yes\r\n$/) })
      expect(heard).toEqual([true, true])
      rim.exchange.outsideRelays.current?.end({ callId: name, fromTag: 'f', toTag: 't' })
    } finally {
      rim.stop()
      for (const socket of [caller, callee]) socket.close()
    }
  })

  test('a relay that is not there is found out and left alone', async () => {
    const rim = new Rim(
      `udp:127.0.0.1:${await freePort('127.0.0.1')}`,
      'modparam("nathelper", "rtpproxy_retr", 1)',
    )
    try {
      const result = await rim.describe('offer', { callId: 'c2', fromTag: 'f', toTag: undefined }, 4000)

      expect(result).toEqual({ why: 'is silent' })
      expect(rim.exchange.outsideRelays.current?.isUsable).toBe(false)
    } finally {
      rim.stop()
    }
  })
})

test('over a path each command has a connection of its own', async () => {
  const folder = temporaryFolder('rtpproxy')
  const path = join(folder, 'rtpproxy.sock')
  const commands: string[] = []
  const server = createServer((socket) => {
    socket.setEncoding('latin1').on('data', (text: string) => {
      commands.push(text)
      socket.write(text.startsWith('V') ? '20040107\n' : '35000 192.0.2.9\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const rim = new Rim(`unix:${path}`)
  try {
    const result = await rim.describe('offer', { callId: 'c3', fromTag: 'f', toTag: undefined }, 4000)

    expect(audioPortOf(result)).toBe(35_000)
    expect(commands).toContain('U c3 127.0.0.1 4000 f;1\n')
  } finally {
    rim.stop()
    await new Promise((resolve) => server.close(resolve))
    discard(folder)
  }
})

/** As much of the appliance as joins the exchange with the sockets to relays. */
class Rim {
  readonly exchange: Exchange
  readonly #control: RelayControl
  readonly #timer: NodeJS.Timeout

  constructor(place: string, settings = '') {
    const script = `loadmodule "nathelper.so"\nmodparam("nathelper", "rtpproxy_sock", "${place}")\n${settings}\nroute { drop; }`
    this.#control = new RelayControl({
      said: (id, octets) => this.feed({ kind: 'outside-said', id, octets }),
      failed: (id) => this.feed({ kind: 'outside-said', id, octets: undefined }),
    })
    this.exchange = new Exchange({
      listeners: [{ transport: 'udp', address: '127.0.0.1', port: 5060 }],
      program: loadProgram(script),
      random: Math.random,
      hash: md5,
      sha256: (text) => text,
      hmac: (_, text) => text,
      wallClock: Date.now,
      version: 'test',
    })
    this.#timer = setInterval(() => this.feed({ kind: 'tick' }), 20)
  }

  describe(
    kind: OutsideDescription['kind'],
    session: OutsideDescription['session'],
    port: number,
  ): Promise<OutsideResult> {
    const text = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`
    const flags = {
      isAsymmetric: false,
      trustsDescription: false,
      onlyLooksUp: false,
      directions: '',
      advertised: undefined,
    }
    return new Promise((resolve) => {
      const { core, outsideRelays } = this.exchange
      core.now = systemClock.now()
      core.out = []
      outsideRelays.current?.describe(
        { kind, session, text, source: '127.0.0.1', flags },
        '127.0.0.1',
        resolve,
      )
      this.#perform(core.out)
    })
  }

  feed(input: Input): void {
    this.#perform(this.exchange.handle(systemClock.now(), input))
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#control.stop()
  }

  #perform(outputs: readonly Output[]): void {
    for (const output of outputs)
      if (output.kind === 'ask-outside') this.#control.send(output.place, output.id, output.octets)
  }
}

function audioPortOf(result: OutsideResult): number {
  return 'text' in result ? Number(/m=audio (\d+)/.exec(result.text)?.[1]) : 0
}

async function openMedia(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket
}

function portOf(socket: Socket): number {
  return socket.address().port
}

/** Sends RTP by `sender` to its place at the relay until it arrives at `listener`, who speaks too: a relay learns from that. */
async function hears(
  listener: Socket,
  sender: Socket,
  listenersPlace: number,
  sendersPlace: number,
  words: string,
): Promise<boolean> {
  const heard = new Set<string>()
  listener.on('message', (packet) => heard.add(packet.subarray(12).toString('latin1')))
  for (let sequence = 0; sequence < 100 && !heard.has(words); sequence++) {
    sender.send(rtp(sequence, words), sendersPlace, '127.0.0.1')
    listener.send(rtp(sequence, 'so that it learns'), listenersPlace, '127.0.0.1')
    await pause(20)
  }
  return heard.has(words)
}

function rtp(sequence: number, payload: string): Buffer {
  const head = Buffer.alloc(12)
  head[0] = 0x80
  head.writeUInt16BE(sequence, 2)
  head.writeUInt32BE(160 * sequence, 4)
  head.writeUInt32BE(payload.length, 8)
  return Buffer.concat([head, Buffer.from(payload, 'latin1')])
}
