import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAppliance } from './ctl.ts'
import { openControlSocket, type AnswerCall, type ControlSocket } from './control-socket.ts'
import { openDataFolder } from './data-folder.ts'

let folder = ''
const sockets: ControlSocket[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidetone-control-'))
})
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()))
  rmSync(folder, { recursive: true })
})

test('words are answered', async () => {
  await open()
  expect(await askAppliance(folder, ['ul', 'show'])).toEqual({ ok: true, value: ['ul', 'show'] })
})

test('an answer of some megabytes arrives whole', async () => {
  await open(() => Promise.resolve({ ok: true, value: 'ä'.repeat(3_000_000) }))
  expect(await askAppliance(folder, [])).toEqual({ ok: true, value: 'ä'.repeat(3_000_000) })
})

test('a throw while answering is told and the socket lives', async () => {
  await open((words) =>
    words.length === 0 ? Promise.reject(new Error('oh')) : Promise.resolve({ ok: true, value: 1 }),
  )
  expect(await askAppliance(folder, [])).toEqual({ ok: false, code: 'bug', message: 'oh' })
  expect(await askAppliance(folder, ['x'])).toEqual({ ok: true, value: 1 })
})

test('only the owner may open the socket, and a folder that we make is shut to others', async () => {
  const made = openDataFolder(join(folder, 'deep', 'er'))
  expect(statSync(made).mode & 0o777).toBe(0o700)
  const socket = await openControlSocket(made, () => Promise.resolve({ ok: true, value: 1 }))
  sockets.push(socket)
  expect(statSync(socket.path).mode & 0o777).toBe(0o600)
})

test('a folder that was there keeps its rights', () => {
  expect(openDataFolder(folder)).toBe(folder)
  expect(() => openDataFolder('/dev/null/x')).toThrow(/data folder .* can't be used/)
})

test('the socket of a dead process is replaced', async () => {
  const path = join(folder, 'control.sock')
  const dying = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', dying])
  expect(existsSync(path)).toBe(true)
  await open()
  expect(await askAppliance(folder, ['x'])).toEqual({ ok: true, value: ['x'] })
})

test('a second appliance on the same folder is refused and the first goes on', async () => {
  await open()
  await expect(open()).rejects.toThrow(/already runs on the data folder/)
  expect(await askAppliance(folder, ['x'])).toEqual({ ok: true, value: ['x'] })
})

test('a file in the way is replaced, a path too long is refused', async () => {
  writeFileSync(join(folder, 'control.sock'), '')
  await open()
  const long = join(folder, 'x'.repeat(100))
  await expect(openControlSocket(long, () => Promise.reject(new Error()))).rejects.toThrow(/too long/)
})

test('nobody there: exit code 3', async () => {
  await expect(askAppliance(folder, ['ps'])).rejects.toMatchObject({ exitCode: 3 })
  const socket = await open()
  await socket.close()
  await expect(askAppliance(folder, ['ps'])).rejects.toMatchObject({ exitCode: 3 })
  expect(existsSync(socket.path)).toBe(false)
})

test.each([
  ['nonsense\n', '{"ok":false,"code":"malformed","message":"This is no control call."}\n'],
  ['{"words":["a"]}\n{"words":["b"]}\n', '{"ok":true,"value":["a"]}\n{"ok":true,"value":["b"]}\n'],
  ['x'.repeat(20_000), ''],
  [`${'x'.repeat(20_000)}\n`, ''],
])('the octets %j', async (sent, expected) => {
  const { path } = await open()
  let text = ''
  const client = connect(path)
  client.on('data', (piece) => (text += piece.toString()))
  client.on('error', () => undefined)
  const closed = new Promise((resolve) => client.once('close', resolve))
  client.write(sent)
  if (expected === '') await closed
  else await expect.poll(() => text).toBe(expected)
  client.destroy()
})

async function open(
  answer: AnswerCall = (words) => Promise.resolve({ ok: true, value: words }),
): Promise<ControlSocket> {
  const socket = await openControlSocket(folder, answer)
  sockets.push(socket)
  return socket
}
