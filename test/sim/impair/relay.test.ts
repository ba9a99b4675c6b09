import { createSocket, type Socket } from 'node:dgram'
import { afterEach, expect, test } from 'vitest'
import { startRelay, type ImpairRelay } from './relay.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test('two clients keep apart and each gets its own echo', async () => {
  const relay = await relayToEcho({ seed: 1 })
  const one = await client()
  const other = await client()
  expect(await exchange(one, relay, ['a1', 'a2'])).toEqual(['a1', 'a2'])
  expect(await exchange(other, relay, ['b1'])).toEqual(['b1'])
})

test('loss applies in both directions: 0.5 each way leaves about a quarter', async () => {
  const relay = await relayToEcho({ seed: 42, lossShare: 0.5 })
  const sent = Array.from({ length: 400 }, (_, index) => String(index))
  const back = await exchange(await client(), relay, sent)
  expect(back.length).toBeGreaterThan(60)
  expect(back.length).toBeLessThan(140)
  expect(relay.counts().lost).toBeGreaterThan(200)
})

test('a reordered packet comes after later ones, and none is lost', async () => {
  const relay = await relayToEcho({ seed: 5, reorderShare: 0.3 })
  const sent = Array.from({ length: 60 }, (_, index) => String(index))
  const back = await exchange(await client(), relay, sent)
  expect(back).not.toEqual(sent)
  expect(back.toSorted((a, b) => Number(a) - Number(b))).toEqual(sent)
})

test('duplicates arrive twice', async () => {
  const relay = await relayToEcho({ seed: 5, duplicateShare: 1 })
  expect(await exchange(await client(), relay, ['x'])).toEqual(['x', 'x', 'x', 'x'])
})

async function relayToEcho(forward: Parameters<typeof startRelay>[0]['forward']): Promise<ImpairRelay> {
  const echo = await client()
  echo.on('message', (packet, peer) => echo.send(packet, peer.port, peer.address))
  const relay = await startRelay({ host: '127.0.0.1', port: 0, target: placeOf(echo), forward })
  closing.unshift(relay.close)
  return relay
}

async function client(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  return socket
}

function placeOf(socket: Socket): { host: string; port: number } {
  return { host: '127.0.0.1', port: socket.address().port }
}

async function exchange(socket: Socket, relay: ImpairRelay, texts: readonly string[]): Promise<string[]> {
  const back: string[] = []
  socket.on('message', (packet) => back.push(packet.toString()))
  for (const text of texts) {
    socket.send(text, relay.port, relay.host)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await new Promise((resolve) => setTimeout(resolve, 400))
  return back
}
