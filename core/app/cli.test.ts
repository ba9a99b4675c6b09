import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
let folder = ''
const running: Running[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidetone-cli-'))
  writeFileSync(join(folder, 'good.cfg'), 'listen=udp:127.0.0.1:0\nroute {\n\tbreak;\n}\n')
  writeFileSync(join(folder, 'bad.cfg'), 'route {\n\tbreak\n}\n')
})
afterEach(() => {
  for (const { kill } of running.splice(0)) kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

test.each([
  ['', 2, /^A command is needed\.\n/],
  ['fly', 2, /knows no command "fly"/],
  ['serve --colour', 2, /Unknown option '--colour'/],
  ['serve --listen tls:127.0.0.1:5061', 2, /tls is not part of this version/],
  ['check', 2, /at least one script/],
  ['nat-test --server a:b', 2, /^--server a:b: write HOST or HOST:PORT, .*\n$/],
  ['nat-test --lifetime soon', 2, /^--lifetime soon: write the longest silence .*\n$/],
  ['doctor', 2, /^doctor needs the Call-ID of one call/],
  ['backup', 2, /^backup needs the name of one file\.\n$/],
  ['backup x --dry-run', 2, /^--dry-run is for restore/],
  ['restore a b', 2, /^restore needs the name of one file\.\n$/],
  ['ctl --data . dance', 2, /no command "dance"/],
  ['ctl --data . ps', 3, /^No Sidetone runs on the data folder [^\n]*\n$/],
  ['check absent.cfg', 1, /^$/],
  ['explain absent.cfg', 1, /can't be read \(ENOENT\)/],
  ['serve --data d --script absent.cfg', 1, /can't be read \(ENOENT\)/],
  ['serve --data d --script bad.cfg', 1, /^The script bad\.cfg has .*\nbad\.cfg:3:1: /],
  [
    'serve --data d --console 0.0.0.0:8060',
    1,
    /^The console can not leave this computer .* 127\.0\.0\.1:8060\.\n$/,
  ],
  ['serve --data d --console [::]:8060', 1, /password and TLS/],
  ['serve --data d --listen udp:192.0.2.77:0', 1, /asks for no passwords and listens on loopback only/],
])('sidetone %s ends with %i', async (words, exitCode, sentence) => {
  const { ended, stderr } = sidetone(words === '' ? [] : words.split(' '))
  expect(await ended).toBe(exitCode)
  expect(stderr()).toMatch(sentence)
})

test('check gives one JSON line for each file', async () => {
  const { ended, stdout } = sidetone(['check', '--json', 'good.cfg', 'bad.cfg', 'absent.cfg'])
  expect(await ended).toBe(1)
  const reports = stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  const error = {
    line: 3,
    column: 1,
    stage: 'syntax',
    code: expect.any(String),
    message: expect.any(String),
    remedy: expect.any(String),
  }
  const warning = {
    line: 3,
    column: 2,
    stage: 'meaning',
    code: 'no-answer',
    message: expect.stringContaining('INVITE, BYE, REGISTER and others'),
    consequence: expect.stringContaining('repeats the request'),
    remedy: expect.stringContaining('sl_send_reply'),
  }
  expect(reports).toEqual([
    { file: 'good.cfg', ok: true, errors: [], warnings: [warning] },
    { file: 'bad.cfg', ok: false, errors: [error], warnings: [] },
    {
      file: 'absent.cfg',
      ok: false,
      errors: [expect.objectContaining({ code: 'unreadable-file' })],
      warnings: [],
    },
  ])
})

test('check ends with 0 when all files can be run; explain tells what a script does', async () => {
  expect(await sidetone(['check', 'good.cfg']).ended).toBe(0)
  const { ended, stdout } = sidetone(['explain', 'good.cfg'])
  expect(await ended).toBe(0)
  expect(stdout()).toMatch(/ 2 {2}.*route/)
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  'serve is ready in one line, answers ctl, keeps its script, ends on %s',
  async (signal) => {
    const serve = sidetone('serve --data d --script good.cfg --ready-json --console off'.split(' '))
    await expect.poll(serve.stdout, { timeout: 5_000 }).toMatch(/\n$/)
    const ready = JSON.parse(serve.stdout()) as { listen: string[]; startupMs: number; pid: number }
    expect(ready).toMatchObject({ ready: true, pid: serve.pid, console: null, token: null })
    expect(ready.listen).toEqual([expect.stringMatching(/^udp:127\.0\.0\.1:\d+$/)])
    expect(ready.startupMs).toBeGreaterThan(0)

    const ps = sidetone('ctl --data d ps --json'.split(' '))
    expect(await ps.ended).toBe(0)
    expect(JSON.parse(ps.stdout())).toMatchObject([{ pid: serve.pid, listen: ready.listen[0] }])

    const second = sidetone('serve --data d --script good.cfg'.split(' '))
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toMatch(/^Another Sidetone already runs on the data folder [^\n]*\n$/)

    writeFileSync(join(folder, 'good.cfg'), 'route {\n\tbreak\n}\n')
    serve.kill('SIGHUP')
    await expect.poll(serve.stderr, { timeout: 5_000 }).toMatch(/good\.cfg:3:1/)
    expect(await sidetone('ctl --data d uptime'.split(' ')).ended).toBe(0)

    const askedAt = performance.now()
    serve.kill(signal)
    expect(await serve.ended).toBe(0)
    expect(performance.now() - askedAt).toBeLessThan(3_000)
    expect(serve.stdout().split('\n')).toHaveLength(2)
  },
)

test('backup and restore work while it runs and while it does not', { timeout: 30_000 }, async () => {
  const run = async (words: string): Promise<Running> => {
    const one = sidetone(words.split(' '))
    expect(`${words}: ${await one.ended} ${one.stderr()}`).toBe(`${words}: 0 `)
    return one
  }
  const serve = sidetone('serve --data d --script good.cfg --ready-json'.split(' '))
  await expect.poll(serve.stdout, { timeout: 5_000 }).toMatch(/\n$/)
  await run('ctl --data d alias add sales sip:101@192.0.2.1')
  await run('backup --data d a.backup')
  await run('ctl --data d alias rm sales')
  await run('restore --data d a.backup')
  expect((await run('ctl --data d alias show')).stdout()).toContain('sip:101@192.0.2.1')
  serve.kill('SIGTERM')
  expect(await serve.ended).toBe(0)
  await run('backup --data d b.backup')
  const dry = await run('restore --data other b.backup --dry-run --json')
  expect(JSON.parse(dry.stdout())).toMatchObject({ restored: false, rows: { aliases: 1 } })
  await run('restore --data other b.backup')
  const refused = sidetone('restore --data other good.cfg'.split(' '))
  expect(await refused.ended).toBe(1)
  expect(refused.stderr()).toMatch(/^\S+good\.cfg is no backup of Sidetone, [^\n]*\n$/)
})

test('without a script the hello world runs on loopback, and says what to type into a phone', async () => {
  const serve = sidetone(
    'serve --data d --listen udp:127.0.0.1:0 --listen tcp:127.0.0.1:0 --console 127.0.0.1:0'.split(' '),
  )
  await expect.poll(serve.stdout, { timeout: 5_000 }).toMatch(/Password/)
  expect(serve.stdout()).toMatch(/Registrar .*127\.0\.0\.1:\d+ .*\n.*\n *Transport: *UDP or TCP\n/)
  expect(serve.stderr()).toMatch(/hello world runs, without passwords, on loopback only/)
  expect(serve.stdout()).toMatch(/Open the window .*\n\n {2}http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{64}\n/)
  serve.kill('SIGTERM')
  expect(await serve.ended).toBe(0)
})

interface Running {
  readonly pid: number | undefined
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<number | null>
  readonly kill: (signal: NodeJS.Signals) => void
}

function sidetone(args: readonly string[]): Running {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (piece: Buffer) => (text.stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (text.stderr += piece.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const started: Running = {
    pid: child.pid,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
    kill: (signal) => void child.kill(signal),
  }
  running.push(started)
  return started
}
