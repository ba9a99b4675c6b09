import { afterEach, expect, test } from 'vitest'
import type { Flow, Listener } from '../lib/flow.ts'
import { openUdp, type UdpEvents, type UdpSocket } from './udp.ts'

const sockets: UdpSocket[] = []

afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()))
})

test.each(['127.0.0.1', '127.0.0.53', '::1'])('octets cross %s unchanged', async (address) => {
  const near = await open(address)
  const far = await open(address)
  const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
  near.socket.send(flowTo(near.socket, far.socket.listener), all)
  const [seen] = await far.datagrams(1)
  expect(seen).toEqual({
    flow: { listener: far.socket.listener, address, port: near.socket.listener.port, connection: undefined },
    octets: all,
  })
})

test('a socket of one address does not hear another address', async () => {
  const near = await open('127.0.0.1')
  const far = await open('127.0.0.2')
  const other = await open('127.0.0.3', far.socket.listener.port)
  near.socket.send(flowTo(near.socket, far.socket.listener), 'x')
  await far.datagrams(1)
  expect(other.seen).toEqual([])
})

test('port 0 gives a real port, and a port in use is refused', async () => {
  const { socket } = await open('127.0.0.1')
  expect(socket.listener.port).toBeGreaterThan(1023)
  await expect(open('127.0.0.1', socket.listener.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test.each([
  ['255.255.255.255', 5060, 'not a unicast address'],
  ['224.0.0.1', 5060, 'not a unicast address'],
  ['0.0.0.0', 5060, 'not a unicast address'],
  ['ff02::1', 5060, 'not a unicast address'],
  ['host.example', 5060, 'not a unicast address'],
  ['127.255.255.255', 5060, 'EACCES'],
  ['127.0.0.999', 5060, 'not a unicast address'],
  ['127.0.0.1', 0, 'ERR_SOCKET_BAD_PORT'],
  ['127.0.0.1', 65_536, 'ERR_SOCKET_BAD_PORT'],
])('a datagram to %s port %i fails with %s and the socket lives', async (address, port, why) => {
  const near = await open('127.0.0.1')
  const far = await open('127.0.0.1')
  near.socket.send({ listener: near.socket.listener, address, port, connection: undefined }, 'x')
  await expect.poll(() => near.failures.length).toBe(1)
  expect(near.failures[0]).toMatchObject({ flow: { address, port, listener: near.socket.listener }, why })
  near.socket.send(flowTo(near.socket, far.socket.listener), 'still here')
  expect(await far.datagrams(1)).toMatchObject([{ octets: 'still here' }])
})

test('a datagram too long for UDP fails and the socket lives', async () => {
  const near = await open('127.0.0.1')
  near.socket.send(flowTo(near.socket, near.socket.listener), 'x'.repeat(70_000))
  await expect.poll(() => near.failures.map(({ why }) => why)).toEqual(['EMSGSIZE'])
})

test('datagrams to closed ports do not hurt the socket', async () => {
  const near = await open('127.0.0.1')
  const gone = await openUdp('127.0.0.1', 0, silent())
  const flow = flowTo(near.socket, gone.listener)
  await gone.close()
  for (let count = 0; count < 200; count++) near.socket.send(flow, 'x')
  const far = await open('127.0.0.1')
  near.socket.send(flowTo(near.socket, far.socket.listener), 'y')
  expect(await far.datagrams(1)).toMatchObject([{ octets: 'y' }])
})

test('a burst of 400 datagrams fits into the receive buffer', async () => {
  const near = await open('127.0.0.1')
  const far = await open('127.0.0.1')
  expect(far.socket.receiveBufferBytes).toBeGreaterThanOrEqual(64 << 10)
  for (let count = 0; count < 400; count++)
    near.socket.send(flowTo(near.socket, far.socket.listener), 'x'.repeat(100))
  expect(await far.datagrams(400)).toHaveLength(400)
})

test('sending on a closed socket is a failure, not a throw', async () => {
  const failures: string[] = []
  const socket = await openUdp('127.0.0.1', 0, { ...silent(), sendFailed: (_, why) => failures.push(why) })
  await socket.close()
  socket.send(flowTo(socket, socket.listener), 'x')
  await expect.poll(() => failures).toEqual(['ERR_SOCKET_DGRAM_NOT_RUNNING'])
})

interface Seen {
  flow: Flow
  octets: string
}

async function open(
  address: string,
  port = 0,
): Promise<{
  socket: UdpSocket
  seen: Seen[]
  failures: { flow: Flow; why: string }[]
  datagrams(count: number): Promise<Seen[]>
}> {
  const seen: Seen[] = []
  const failures: { flow: Flow; why: string }[] = []
  const socket = await openUdp(address, port, {
    ...silent(),
    datagram: (flow, octets) => seen.push({ flow, octets }),
    sendFailed: (flow, why) => failures.push({ flow, why }),
  })
  sockets.push(socket)
  const datagrams = async (count: number): Promise<Seen[]> => {
    await expect.poll(() => seen.length, { timeout: 3_000 }).toBeGreaterThanOrEqual(count)
    return seen
  }
  return { socket, seen, failures, datagrams }
}

function silent(): UdpEvents {
  return { datagram: () => undefined, sendFailed: () => undefined, trouble: () => undefined }
}

function flowTo(from: UdpSocket, to: Listener): Flow {
  return { listener: from.listener, address: to.address, port: to.port, connection: undefined }
}
