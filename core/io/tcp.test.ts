import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Flow, Listener } from '../lib/flow.ts'
import { Tcp } from './tcp.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test.each(['127.0.0.1', '::1'])('octets cross an accepted connection on %s both ways', async (address) => {
  const { tcp, listener, happened } = await started(address)
  const { socket, text } = dial(listener)
  await expect.poll(() => happened).toHaveLength(1)
  expect(happened[0]).toEqual(['accepted', { listener, address, port: socket.localPort, connection: 2 }])
  socket.write('hello \xff', 'latin1')
  await expect.poll(() => happened[1]).toEqual(['stream', 2, 'hello \xff'])
  tcp.send(2, 'back \xfe')
  await expect.poll(text).toBe('back \xfe')
  socket.end()
  await expect.poll(() => happened[2]).toEqual(['closed', 2, 'closed by the peer'])
  expect(tcp.connectionCount).toBe(0)
})

test('accepted connections have even numbers in order', async () => {
  const { listener, happened } = await started('127.0.0.1')
  for (let count = 1; count <= 3; count++) {
    dial(listener)
    await expect.poll(() => happened.length).toBe(count)
  }
  expect(happened.map(([, flow]) => (flow as Flow).connection)).toEqual([2, 4, 6])
})

test('octets sent before an outgoing connection is open leave when it is', async () => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  const peer = await started('127.0.0.1')
  tcp.connect(flowTo(listener, peer.listener, 7))
  tcp.send(7, 'early')
  await expect.poll(() => happened).toEqual([['connected', 7]])
  await expect.poll(() => peer.happened[1]).toEqual(['stream', 2, 'early'])
  const [, flow] = peer.happened[0] as [string, Flow]
  expect(flow.address).toBe('127.0.0.1')
})

test.each([
  ['127.0.0.1', 'ECONNREFUSED'],
  ['224.0.0.1', 'not a unicast address and port'],
  ['host.example', 'not a unicast address and port'],
])('a connection to %s that cannot be opened ends with %s', async (address, why) => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  tcp.connect({ listener, address, port: await closedPort(), connection: 1 })
  tcp.send(1, 'lost')
  await expect.poll(() => happened).toEqual([['closed', 1, why]])
  expect(tcp.connectionCount).toBe(0)
})

test('close lets queued octets leave first', async () => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  const { text, ended } = dial(listener)
  await expect.poll(() => happened).toHaveLength(1)
  const octets = 'x'.repeat(300_000)
  tcp.send(2, octets)
  tcp.close(2)
  await ended
  expect(text()).toBe(octets)
  await expect.poll(() => happened[1]).toEqual(['closed', 2, 'closed by us'])
})

test('a peer that does not read is dropped when more than 1 MB waits', async () => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  const { socket } = dial(listener)
  socket.pause()
  await expect.poll(() => happened).toHaveLength(1)
  for (let count = 0; count < 400 && tcp.connectionCount > 0; count++) {
    tcp.send(2, 'x'.repeat(100_000))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect.poll(() => happened.at(-1)).toEqual(['closed', 2, 'the peer does not read'])
})

test('nothing of a closing connection is delivered, and closing twice ends it at once', async () => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  const { socket } = dial(listener)
  socket.pause()
  await expect.poll(() => happened).toHaveLength(1)
  // More than the kernel's buffers hold and less than the limit: the flush has to wait for the peer.
  while (tcp.waitingBytes < 500_000) {
    tcp.send(2, 'x'.repeat(50_000))
    await new Promise((resolve) => setImmediate(resolve))
  }
  tcp.close(2)
  socket.write('too late')
  await new Promise((resolve) => socket.write('', resolve))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(happened).toHaveLength(1)
  tcp.close(2)
  tcp.close(2)
  await expect.poll(() => happened.slice(1)).toEqual([['closed', 2, 'closed by us']])
})

test.each(['before a byte', 'after octets from us', 'after octets from the peer', 'while we close'])(
  'a reset %s costs that connection only',
  async (moment) => {
    const { tcp, listener, happened } = await started('127.0.0.1')
    const { socket } = dial(listener)
    await expect.poll(() => happened).toHaveLength(1)
    if (moment === 'after octets from us') tcp.send(2, 'x'.repeat(200_000))
    if (moment === 'after octets from the peer') socket.write('INVITE')
    if (moment === 'while we close') tcp.close(2)
    socket.resetAndDestroy()
    tcp.send(2, 'x')
    await expect.poll(() => happened.at(-1)?.[0]).toBe('closed')
    tcp.send(2, 'x')
    dial(listener)
    await expect.poll(() => happened.at(-1)?.[0]).toBe('accepted')
  },
)

test('a reset of an outgoing connection costs that connection only', async () => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  const server = await resettingServer()
  const { port } = server.address() as { port: number }
  tcp.connect({ listener, address: '127.0.0.1', port, connection: 3 })
  tcp.send(3, 'x')
  await expect.poll(() => happened.at(-1)?.[0]).toBe('closed')
  expect(happened.filter(([kind]) => kind === 'closed')).toHaveLength(1)
})

test('a port in use is refused', async () => {
  const { tcp, listener } = await started('127.0.0.1')
  await expect(tcp.listen('127.0.0.1', listener.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('300 connections at once are all accepted', async () => {
  const { tcp, listener } = await started('127.0.0.1')
  for (let count = 0; count < 300; count++) dial(listener)
  await expect.poll(() => tcp.connectionCount, { timeout: 5_000 }).toBe(300)
})

test('stop ends listening and every connection', async () => {
  const { tcp, listener, happened } = await started('127.0.0.1')
  const { ended } = dial(listener)
  await expect.poll(() => happened).toHaveLength(1)
  await tcp.stop()
  await ended
  const { socket } = dial(listener)
  await new Promise((resolve) => socket.once('close', resolve))
  expect(happened.filter(([kind]) => kind === 'accepted')).toHaveLength(1)
})

type Happened = [kind: string, what: unknown, more?: unknown]

async function started(address: string): Promise<{ tcp: Tcp; listener: Listener; happened: Happened[] }> {
  const happened: Happened[] = []
  const tcp = new Tcp({
    accepted: (flow) => happened.push(['accepted', flow]),
    connected: (connection) => happened.push(['connected', connection]),
    stream: (connection, octets) => happened.push(['stream', connection, octets]),
    closed: (connection, why) => happened.push(['closed', connection, why]),
    trouble: (_, why) => happened.push(['trouble', why]),
  })
  cleanups.push(() => tcp.stop())
  return { tcp, listener: await tcp.listen(address, 0), happened }
}

function dial(listener: Listener): { socket: Socket; text: () => string; ended: Promise<unknown> } {
  const socket = connect(listener.port, listener.address)
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (piece: string) => (text += piece))
  socket.on('error', () => undefined)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  cleanups.push(() => socket.destroy())
  return { socket, text: () => text, ended }
}

function flowTo(listener: Listener, to: Listener, connection: number): Flow {
  return { listener, address: to.address, port: to.port, connection }
}

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function resettingServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.resetAndDestroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise((resolve) => server.close(resolve)))
  return server
}
