/** Threat T13: neither the octets nor the time of an answer tell a stranger which numbers there are. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { answerDigest } from './phone/digest.ts'
import { firstOf, requestText, type PhoneMessage } from './phone/text.ts'
import { openWire, type Wire } from './phone/wire.ts'
import { discard, temporaryFolder } from './processes.ts'
import { AUTH_USER, startSubject, type Subject } from './subject.ts'

const tries = 1_000
/** From the eighth wrong password on an address is slowed. */
const guessesOfOneAddress = 6
const mostDifferenceMs = 1
const withPasswords = readFileSync(
  new URL('../../resources/scripts/with-passwords.cfg', import.meta.url),
  'latin1',
)

let subject: Subject | undefined
let folder = ''
const wires: Wire[] = []

afterEach(async () => {
  await Promise.all(wires.splice(0).map((wire) => wire.close()))
  await subject?.stop()
  discard(folder)
})

interface Asked {
  readonly answer: PhoneMessage
  readonly text: string
  readonly elapsedMs: number
}

test(`T13 ${tries} guesses at a number that exists and ${tries} at one that does not are answered alike`, async () => {
  folder = temporaryFolder('script')
  const script = join(folder, 'ser.cfg')
  writeFileSync(script, withPasswords)
  subject = await startSubject({ auth: true, script }, 'sidetone')
  const stranger = 'digest-usex'
  const challenges = new Map<string, number[]>()
  const guesses = new Map<string, number[]>()
  const texts = new Set<string>()
  // The first of all are slower, whoever they are for: code is compiled.
  for (let at = -200; at < (tries * 2) / guessesOfOneAddress; at++) {
    const wire = await openWire(`127.1.${(at + 200) >> 8}.${(at + 200) & 0xff}`)
    wires.push(wire)
    for (let guess = 0; guess < guessesOfOneAddress; guess++) {
      const user = (at + guess) % 2 === 0 ? AUTH_USER : stranger
      const asked = await ask(wire, subject, user, undefined)
      const guessed = await ask(wire, subject, user, asked.answer)
      if (at < 0) continue
      note(challenges, user, asked.elapsedMs)
      note(guesses, user, guessed.elapsedMs)
      texts.add(alike(asked.text, user)).add(alike(guessed.text, user))
    }
    await wires.pop()?.close()
  }
  const off = [challenges, guesses].map((times) =>
    Math.abs(mean(times.get(AUTH_USER)!) - mean(times.get(stranger)!)),
  )
  process.stdout.write(
    `T13: ${guesses.get(stranger)!.length} and ${guesses.get(AUTH_USER)!.length} guesses; means differ by ${off.map((ms) => ms.toFixed(3)).join(' and ')} ms\n`,
  )
  expect(guesses.get(stranger)!.length).toBeGreaterThanOrEqual(tries)
  expect([...texts]).toHaveLength(1)
  expect(Math.max(...off)).toBeLessThan(mostDifferenceMs)
})

async function ask(
  wire: Wire,
  { host, port }: Subject,
  user: string,
  challenge: PhoneMessage | undefined,
): Promise<Asked> {
  const uri = `sip:${host}:${port}`
  const aor = `<sip:${user}@${host}:${port}>`
  const extra =
    challenge === undefined
      ? []
      : [
          `Authorization: ${answerDigest(firstOf(challenge, 'www-authenticate'), 'REGISTER', uri, { user, password: 'guess-guess-guess' })}`,
        ]
  wire.forget()
  const contact = `<sip:${user}@${wire.host}:${wire.port}>`
  const cseq = challenge === undefined ? 1 : 2
  const startedAt = performance.now()
  wire.send(requestText(wire, 'REGISTER', uri, { cseq, from: `${aor};tag=t`, to: aor, contact, extra }), {
    host,
    port,
  })
  const { message, bytes } = await wire.waitFor('answer', ({ status }) => status >= 200, 5_000)
  return { answer: message, text: bytes, elapsedMs: performance.now() - startedAt }
}

function note(times: Map<string, number[]>, user: string, ms: number): void {
  const known = times.get(user)
  if (known === undefined) times.set(user, [ms])
  else known.push(ms)
}

/** The middle nine tenths: one pause of the machine is longer than all that is measured. */
function mean(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const cut = Math.floor(sorted.length / 20)
  const middle = sorted.slice(cut, sorted.length - cut)
  return middle.reduce((sum, value) => sum + value, 0) / middle.length
}

function alike(text: string, user: string): string {
  return text
    .replaceAll(user, 'USER')
    .replace(/nonce="[^"]*"/g, 'nonce')
    .replace(/(branch|tag|rport|received)=[^;\r]*/g, '$1')
    .replace(/Call-ID: [^\r]*/, 'Call-ID')
    .replace(/Via: [^\r]*/, 'Via')
    .replace(/CSeq: \d/, 'CSeq')
}
