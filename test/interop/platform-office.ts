/**
 * An office and a telephone in a network of their own, whose addresses come and go under them. Runs in a namespace,
 * as root, and prints what it saw as one line of JSON.
 */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Appliance } from '../../core/app/appliance.ts'
import { openRelayPorts } from '../../core/app/media.ts'
import { startMovingAppliance } from '../../core/app/moving-appliance.ts'
import { openLog } from '../../core/io/index.ts'
import { openPhone } from './phone/phone.ts'
import { pause } from './processes.ts'

const OLD = '192.0.2.10'
const NEW = '198.51.100.31'
const PORT = 5060
const LIMIT_MS = 20_000

const folder = mkdtempSync(join(tmpdir(), 'sidetone-platform-'))
const lines: string[] = []
const log = openLog({ level: 'info', form: 'json', write: (line) => void lines.push(line) })

const script = `port=${PORT}
loadmodule "sl.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("usrloc", "db_mode", 1)
route { if (method=="REGISTER") { save("location"); } else { sl_send_reply("404", "Not Found"); }; }
`

function address(what: 'add' | 'del', which: string): void {
  execFileSync('ip', ['address', what, `${which}/24`, 'dev', 'lab'])
}

/** Milliseconds until it holds. */
async function untilTrue(holds: () => boolean | Promise<boolean>): Promise<number> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > LIMIT_MS)
      throw new Error(`never: ${holds.toString()}\n${lines.join('')}`)
    await pause(20)
  }
  return Math.round(performance.now() - startedAt)
}

/** Whether a REGISTER to that address is answered with 200 within half a second. */
async function isAnswered(host: string): Promise<boolean> {
  const phone = await openPhone({ user: '101', outbound: { host, port: PORT }, domain: { host, port: PORT } })
  const status = await Promise.race([phone.register().catch(() => 0), pause(500)])
  await phone.close()
  return status === 200
}

async function lostAndFound(appliance: Appliance): Promise<Record<string, unknown>> {
  const before = await isAnswered(OLD)
  address('del', OLD)
  const toldMs = await untilTrue(() => appliance.missingAddresses.includes(OLD))
  // The system wakes up while the address is away: opening fails again and again, and must go on.
  void appliance.resumed()
  await pause(3_000)
  address('add', OLD)
  const backMs = await untilTrue(() => isAnswered(OLD))
  const isTold = appliance.missingAddresses.length > 0
  return {
    before,
    toldMs,
    backMs,
    isStillMissing: isTold && (await untilTrue(() => appliance.missingAddresses.length === 0)) > 1_500,
  }
}

/** Another program takes the port while the sockets are closed. */
async function takenMeanwhile(appliance: Appliance): Promise<Record<string, unknown>> {
  address('del', OLD)
  await untilTrue(() => appliance.missingAddresses.includes(OLD))
  void appliance.resumed()
  await pause(2_000)
  address('add', OLD)
  const thief = createSocket('udp4')
  await new Promise<void>((resolve) =>
    thief.bind({ address: OLD, port: PORT, exclusive: true }, () => resolve()),
  )
  const isTold = await untilTrue(() => lines.some((line) => line.includes('EADDRINUSE')))
  const whileTaken = await isAnswered(OLD)
  thief.close()
  return { isTold: isTold >= 0, whileTaken, freeMs: await untilTrue(() => isAnswered(OLD)) }
}

/** The computer is carried to another network: another address, another subnet. */
async function moved(appliance: Appliance): Promise<Record<string, unknown>> {
  const before = await isAnswered(OLD)
  address('del', OLD)
  await pause(1_500)
  address('add', NEW)
  const movedMs = await untilTrue(() => isAnswered(NEW))
  await untilTrue(() => appliance.listeners[0]?.address === NEW)
  const kept = await appliance.control(['ul', 'show'])
  return {
    before,
    movedMs,
    listen: appliance.listeners.map(({ address: one }) => one),
    // The one from before, and the one that found the new address.
    isKept: kept.ok && (kept.value as unknown[]).length >= 2,
  }
}

const roles = { 'lost-and-found': lostAndFound, 'taken-meanwhile': takenMeanwhile, moved }
const role = process.argv[2] as keyof typeof roles
writeFileSync(join(folder, 'ser.cfg'), script)
const appliance = await startMovingAppliance({
  folder: join(folder, 'data'),
  script: join(folder, 'ser.cfg'),
  // The interface by its name follows its addresses; an address of its own stays what it is.
  listen: [{ transport: undefined, host: role === 'moved' ? 'lab' : OLD, port: PORT }],
  openMedia: openRelayPorts,
  log,
})
try {
  process.stdout.write(`${JSON.stringify(await roles[role](appliance))}\n`)
} finally {
  await appliance.stop()
  rmSync(folder, { recursive: true })
}
process.exit(0)
