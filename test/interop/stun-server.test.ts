/** The STUN server of a running appliance: sizes, limits, silence, memory. SIDETONE_FULL=1: a million ports. */
import { createSocket, type Socket } from 'node:dgram'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BINDING, Responder, addFingerprint, writeMessage } from '../../core/stun/index.ts'
import { instant } from '../../core/lib/instant.ts'
import {
  discard,
  freePort,
  needs,
  pause,
  residentBytes,
  startProgram,
  temporaryFolder,
  type RunningProgram,
} from './processes.ts'
import { sidetoneCommand } from './subject.ts'

const isFull = process.env['SIDETONE_FULL'] === '1'
const HOST = '127.0.0.1'
const missing = needs()
const request = writeMessage({
  class: 'request',
  method: BINDING,
  transactionId: new Uint8Array(12),
  attributes: [],
})

describe.skipIf(missing.skip)(`the STUN server${missing.because}`, () => {
  const folder = temporaryFolder('stun-server')
  let sipPort = 0
  let stunPort = 0
  let serve: RunningProgram

  beforeAll(async () => {
    sipPort = await freePort()
    stunPort = await freePort()
    serve = await served(sipPort, stunPort, join(folder, 'data'))
  })

  afterAll(async () => {
    await serve.stop()
    discard(folder)
  })

  test.each(['sip', 'own'] as const)('32 octets for 20, ten a second, on its %s port', async (which) => {
    const port = which === 'sip' ? sipPort : stunPort
    const sizes = await answersTo(
      Array.from({ length: 100 }, () => request),
      port,
    )
    expect(sizes).toEqual(new Array<number>(10).fill(32))
    await pause(1_000)
    expect(await answersTo([request], port)).toEqual([32])
    await pause(1_000)
  })

  test.each(['sip', 'own'] as const)('silence to all that is no request, on its %s port', async (which) => {
    const wrong = [
      changed(0, 0x00, 0x11),
      changed(0, 0x01, 0x01),
      changed(0, 0x01, 0x11),
      changed(2, 0x00, 0x04),
      changed(4, 0x00, 0x00),
      corrupted(addFingerprint(request)),
    ]
    expect(await answersTo(wrong, which === 'sip' ? sipPort : stunPort)).toEqual([])
  })

  test('a port that is taken is told, and the appliance starts all the same', async () => {
    const other = await served(await freePort(), stunPort, join(folder, 'other'))
    expect(other.stderr()).toMatch(
      new RegExp(`STUN is not served on udp:${HOST}:${stunPort}, which is in use by `),
    )
    await other.stop()
  })

  test('three thousand asking ports leave no trace in memory', { timeout: 120_000 }, async () => {
    await askFromPorts(500, stunPort)
    const before = residentBytes(serve.pid)
    await askFromPorts(3_000, stunPort)
    const grownBytes = residentBytes(serve.pid) - before
    console.log(`resident: ${(grownBytes / 1024).toFixed(0)} kB more after 3,000 ports`)
    // The collector may take a page more now and then; coturn 4.6 keeps 67 MB.
    expect(grownBytes).toBeLessThan(4 << 20)
  })
})

test('a million asking ports leave no trace in the machine that decides', () => {
  const responder = new Responder(1)
  const at = { address: '192.0.2.1', port: 3478 }
  const ask = (count: number): number => {
    let answers = 0
    for (let index = 0; index < count; index++) {
      const source = { address: `10.${index >> 16}.${(index >> 8) & 255}.1`, port: 1024 + (index % 64_000) }
      if (typeof responder.answer(instant(index / 100), at, source, request) !== 'string') answers++
    }
    return answers
  }
  ask(10_000)
  const before = heapBytes()
  const answers = ask(isFull ? 1_000_000 : 100_000)
  const grown = heapBytes() - before
  console.log(`${answers} answers, heap ${(grown / 1024).toFixed(0)} kB more`)
  expect(answers).toBeGreaterThan(1_000)
  expect(grown).toBeLessThan(1 << 20)
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapBytes(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function served(sipPort: number, stunPort: number, data: string): Promise<RunningProgram> {
  const [node, bundle] = sidetoneCommand()
  const running = startProgram(
    node,
    [
      ...[...bundle, 'serve', '--data', data, '--listen', `udp:${HOST}:${sipPort}`, '--console', 'off'],
      ...['--stun', `${HOST}:${stunPort}`, '--ready-json'],
    ],
    { limitMs: 300_000 },
  )
  await running.firstLine((line) => (line.startsWith('{') ? line : undefined), 20_000)
  return running
}

/** Sizes of what comes back to one socket within a moment. */
async function answersTo(datagrams: readonly Uint8Array[], port: number): Promise<number[]> {
  const socket = createSocket('udp4')
  const sizes: number[] = []
  socket.on('message', (message) => sizes.push(message.length))
  await Promise.all(datagrams.map((bytes) => sent(socket, bytes, port)))
  await pause(400)
  socket.close()
  return sizes
}

function sent(socket: Socket, bytes: Uint8Array, port: number): Promise<void> {
  return new Promise((resolve) => socket.send(bytes, port, HOST, () => resolve()))
}

async function askFromPorts(count: number, port: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 50) {
    const sockets = Array.from({ length: 50 }, () => createSocket('udp4'))
    await Promise.all(sockets.map((socket) => sent(socket, request, port)))
    for (const socket of sockets) socket.close()
  }
  await pause(300)
}

function changed(place: number, ...octets: number[]): Uint8Array {
  const copy = Uint8Array.from(request)
  copy.set(octets, place)
  return copy
}

function corrupted(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1
  return copy
}
