import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Input, Output } from '../exchange/index.ts'
import { openLog, systemClock } from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import { later, type Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import { startHost, type Host } from './host.ts'
import type { Opening } from './listen.ts'

const hosts: Host<Echo>[] = []

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

test.each(['127.0.0.1', '::1'])('one port number serves both transports on %s', async (address) => {
  const { listeners } = await start([{ address, port: 0, udp: true, tcp: true }])
  expect(listeners.map(({ transport }) => transport)).toEqual(['udp', 'tcp'])
  expect(listeners[0]?.port).toBe(listeners[1]?.port)
  expect(await askUdp(listeners[0], 'hello')).toBe('hello')
  expect(await askTcp(listeners[1], 'hello')).toBe('hello')
})

test('a taken port is one sentence with the owner, and nothing stays open', async () => {
  const first = await start([{ address: '127.0.0.1', port: 0, udp: true, tcp: true }])
  const port = first.listeners[0]?.port ?? 0
  const free = await start([{ address: '127.0.0.2', port: 0, udp: true, tcp: false }])
  const freePort = free.listeners[0]?.port ?? 0
  await free.stop()
  const openings = [
    { address: '127.0.0.2', port: freePort, udp: true, tcp: true },
    { address: '127.0.0.1', port, udp: true, tcp: true },
  ]
  const owner = process.platform === 'linux' ? `\\(process ${process.pid}\\)` : 'another program'
  await expect(start(openings)).rejects.toThrow(
    new RegExp(
      `^udp:127.0.0.1:${port} is in use by .*${owner}: end it, or .*--listen udp:127.0.0.1:${port + 10}\\.$`,
    ),
  )
  const again = await start([{ address: '127.0.0.2', port: freePort, udp: true, tcp: true }])
  expect(again.listeners).toHaveLength(2)
})

test('a TCP port taken alone is told too', async () => {
  const first = await start([{ address: '127.0.0.1', port: 0, udp: false, tcp: true }])
  const port = first.listeners[0]?.port ?? 0
  await expect(start([{ address: '127.0.0.1', port, udp: true, tcp: true }])).rejects.toThrow(
    /^tcp:127.0.0.1:\d+ is in use/,
  )
})

test('an address of another machine is told', async () => {
  await expect(start([{ address: '192.0.2.77', port: 0, udp: true, tcp: false }])).rejects.toThrow(
    /no interface of this machine has that address/,
  )
})

test('a throw costs one message; a tick comes; a command is answered', async () => {
  const host = await start([{ address: '127.0.0.1', port: 0, udp: true, tcp: false }])
  const [listener] = host.listeners
  await expect(askUdp(listener, 'throw', 100)).rejects.toThrow('no answer')
  expect(await askUdp(listener, 'tick')).toBe('ticked')
  expect(await host.ask({ name: 'calls', which: 'going-on' })).toEqual({ ok: true, value: 'calls' })
  expect(await host.ask({ name: 'stats' })).toMatchObject({ ok: false, code: 'bug' })
  expect(host.counters()).toMatchObject({ bugs: 2, dropped: { bug: 2 } })
})

test('a look-up is answered', async () => {
  const host = await start([{ address: '127.0.0.1', port: 0, udp: true, tcp: false }])
  expect(await askUdp(host.listeners[0], 'look up')).toBe('192.0.2.1:5070')
})

test('a connection opened by the machine reaches its peer, and its end is told', async () => {
  const near = await start([{ address: '127.0.0.1', port: 0, udp: true, tcp: true }])
  const far = await start([{ address: '127.0.0.1', port: 0, udp: false, tcp: true }])
  const farPort = far.listeners[0]?.port ?? 0
  expect(await askUdp(near.listeners[0], `connect ${farPort}`)).toBe('through the connection')
  far.machine.closeAll = true
  expect(await askTcp(far.listeners[0], 'x')).toBe('')
})

/** Sends back what comes; some words ask for more. */
class Echo implements Machine<Input, Output> {
  deadline: Instant | undefined
  closeAll = false
  readonly #listeners: readonly Listener[]
  #waiting: Output[] = []
  #asker: Output & { kind: 'send' } = undefined as never

  constructor(listeners: readonly Listener[]) {
    this.#listeners = listeners
  }

  handle(now: Instant, input: Input): Output[] {
    switch (input.kind) {
      case 'datagram':
        return this.#datagram(now, { kind: 'send', flow: input.flow, octets: input.octets })
      case 'accepted':
        this.#asker = { kind: 'send', flow: input.flow, octets: '' }
        return []
      case 'stream':
        if (this.closeAll) return [{ kind: 'close', connection: input.connection }]
        return [{ ...this.#asker, octets: input.octets }]
      case 'looked-up':
        return [
          { ...this.#asker, octets: input.addresses.map(({ address, port }) => `${address}:${port}`).join() },
        ]
      case 'relayed':
        return []
      case 'tick':
        this.deadline = undefined
        return this.#waiting.splice(0)
      case 'command':
        if (input.command.name === 'stats') throw new Error('no stats')
        return [{ kind: 'reply', id: input.id, result: { ok: true, value: input.command.name } }]
      case 'connected':
      case 'closed':
      case 'send-failed':
      case 'outside-said':
      case 'loaded':
      case 'saved':
        return []
    }
  }

  #datagram(now: Instant, answer: Output & { kind: 'send' }): Output[] {
    this.#asker = answer
    if (answer.octets === 'throw') throw new Error('as asked')
    if (answer.octets === 'tick') {
      this.deadline = later(now, 20)
      this.#waiting.push({ ...answer, octets: 'ticked' })
      return []
    }
    if (answer.octets === 'look up') {
      return [{ kind: 'look-up', id: 1, host: 'pbx.example', port: 5070, transport: 'udp' }]
    }
    if (!answer.octets.startsWith('connect')) return [answer]
    const listener = this.#listeners.find(({ transport }) => transport === 'tcp')
    if (listener === undefined) return []
    const flow = { listener, address: '127.0.0.1', port: Number(answer.octets.split(' ')[1]), connection: 1 }
    return [
      { kind: 'connect', flow },
      { kind: 'send', flow, octets: 'through the connection' },
    ]
  }
}

async function start(openings: readonly Opening[]): Promise<Host<Echo>> {
  const host = await startHost({
    openings,
    makeMachine: (listeners) => new Echo(listeners),
    save: () => undefined,
    log: openLog({ level: 'silent', form: 'json' }),
    clock: systemClock,
    resolver: { resolve: (_, port = 0) => Promise.resolve([{ address: '192.0.2.1', port }]) },
  })
  hosts.push(host)
  return host
}

function askUdp(listener: Listener | undefined, text: string, waitMs = 2_000): Promise<string> {
  const socket = createSocket(listener?.address.includes(':') === true ? 'udp6' : 'udp4')
  return new Promise<string>((resolve, reject) => {
    socket.once('message', (message) => {
      resolve(message.toString('latin1'))
    })
    AbortSignal.timeout(waitMs).addEventListener('abort', () => {
      reject(new Error('no answer'))
    })
    socket.send(text, listener?.port, listener?.address)
  }).finally(() => socket.close())
}

function askTcp(listener: Listener | undefined, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: listener?.address ?? '', port: listener?.port ?? 0 })
    socket.once('data', (piece) => {
      resolve(piece.toString('latin1'))
      socket.destroy()
    })
    socket.once('error', reject)
    socket.once('close', () => {
      resolve('')
    })
    socket.write(text)
  })
}
