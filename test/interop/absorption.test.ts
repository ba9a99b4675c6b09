/**
 * Each datagram of SIP sent 1 + 10 times, and everything said once more in reverse order: the other side
 * must see it once (2xx answers and their ACKs excepted, RFC 6026), and copies get the same octets back.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { answerDigest } from './phone/digest.ts'
import { addressIn, firstOf, newBranch, requestText, responseText, valuesOf } from './phone/text.ts'
import { openWire, type Arrival, type Wire } from './phone/wire.ts'
import { pause } from './processes.ts'
import { registerUsers } from './registrations.ts'
import { AUTH_PASSWORD, AUTH_USER, chosenSubject, startSubject, type Subject } from './subject.ts'

/** Between one copy and the next: ten gaps, 400 ms in all, below T1 so that no honest timer adds to it. */
const GAPS_MS = [0, 0, 1, 4, 10, 20, 40, 75, 100, 150]
const SETTLE_MS = 150

let subject: Subject
let caller: Wire
let callee: Wire
let user: string
/** What each side said in this test, in order. */
let said: { wire: Wire; bytes: string }[]

beforeAll(async () => {
  subject = await startSubject()
})
afterAll(() => subject.stop())
beforeEach(async () => {
  caller = await openWire()
  callee = await openWire()
  said = []
  // A fresh user for each test, or its calls would fork to the sockets of earlier ones.
  user = `desk${newBranch()}`
  await registerUsers([user], callee, subject)
})
afterEach(async () => {
  await Promise.all([caller.close(), callee.close()])
})

test('INVITE', async () => {
  answerWith('INVITE', [[180, 'Ringing']])
  await copies(caller, inviteText())
  expect(sawRequests()).toEqual({ INVITE: 1 })
  expect(caller.count((message) => message.status === 180)).toBeGreaterThanOrEqual(1)
  await replayInReverse()
  expect(sawRequests()).toEqual({ INVITE: 1 })
  expectSameOctets()
})

test('180', async () => {
  const { arrival } = await ringing([])
  await copies(callee, responseText(arrival.message, 180, 'Ringing', { toTag: 'desk' }))
  expect(caller.count((message) => message.status === 180)).toBeGreaterThanOrEqual(1)
  await replayInReverse()
  expect(sawRequests()).toEqual({ INVITE: 1 })
  expectSameOctets()
})

test('200 to an INVITE: each copy passes', async () => {
  const { arrival } = await ringing([[180, 'Ringing']])
  await copies(callee, okText(arrival))
  expect(caller.count((message) => message.status === 200)).toBe(11)
  await replayInReverse()
  expect(sawRequests()).toEqual({ INVITE: 1 })
  expectSameOctets()
})

test('486: one goes up, each copy is acknowledged by the proxy', async () => {
  const { arrival, branch, callId } = await ringing([[180, 'Ringing']])
  acknowledgeRefusal(486, callId, branch)
  await copies(callee, responseText(arrival.message, 486, 'Busy Here', { toTag: 'desk' }))
  expect(caller.count((message) => message.status === 486)).toBe(1)
  expect(callee.count((message) => message.method === 'ACK')).toBe(11)
  expect(new Set(octetsOf(callee, (arrived) => arrived.message.method === 'ACK')).size).toBe(1)
  await replayInReverse()
  expect(sawRequests()['INVITE']).toBe(1)
  expectSameOctets()
})

test('ACK of a 200: each copy passes', async () => {
  const call = await answered()
  callee.forget()
  await copies(caller, call.inDialog('ACK', 1))
  expect(callee.count((message) => message.method === 'ACK')).toBe(11)
  await replayInReverse()
  expect(sawRequests()['INVITE'] ?? 0).toBe(0)
  expectSameOctets()
})

test('BYE', async () => {
  const call = await answered()
  say(caller, call.inDialog('ACK', 1))
  answerWith('BYE', [[200, 'OK']])
  await copies(caller, call.inDialog('BYE', 2))
  expect(sawRequests()['BYE']).toBe(1)
  await replayInReverse()
  expect(sawRequests()).toMatchObject({ INVITE: 1, BYE: 1 })
  expectSameOctets()
})

test('CANCEL', async () => {
  const { arrival, branch, callId } = await ringing([[180, 'Ringing']])
  answerWith('CANCEL', [[200, 'OK']])
  callee.listen(({ message }) => {
    if (message.method !== 'CANCEL' || said.some(({ bytes }) => bytes.startsWith('SIP/2.0 487'))) return
    say(callee, responseText(arrival.message, 487, 'Request Terminated', { toTag: 'desk' }))
  })
  acknowledgeRefusal(487, callId, branch)
  await copies(caller, requestText(caller, 'CANCEL', desk(), { callId, branch, fromTag: 'c' }))
  expect(sawRequests()).toEqual({ INVITE: 1, CANCEL: 1 })
  expect(caller.count((message) => message.status === 200)).toBeGreaterThanOrEqual(1)
  await replayInReverse()
  // Kamailio 5.6.3 cancels again when a 180 comes after the 487.
  expect(sawRequests()).toEqual({ INVITE: 1, CANCEL: subject.name === 'kamailio' ? 2 : 1 })
  expectSameOctets()
})

test.each(['MESSAGE', 'OPTIONS'])('%s', async (method) => {
  answerWith(method, [[200, 'OK']])
  await copies(caller, requestText(caller, method, desk(), { fromTag: 'c' }))
  expect(sawRequests()).toEqual({ [method]: 1 })
  expect(caller.count((message) => message.status === 200)).toBeGreaterThanOrEqual(1)
  await replayInReverse()
  expect(sawRequests()).toEqual({ [method]: 1 })
  expectSameOctets()
})

const logins = [
  { title: 'REGISTER', auth: false },
  { title: 'REGISTER with digest', auth: true },
]

// Sidetone keeps no accounts yet, so that only the peer can be asked for a digest.
test.each(logins.filter(({ auth }) => !auth || chosenSubject() === 'kamailio'))(
  '$title: one binding, the same answer to each copy',
  async ({ auth }) => {
    const server = await startSubject({ auth })
    try {
      await copies(caller, await registerText(server, auth), server)
      const answers = caller.arrivals.filter(({ message }) => message.cseqNumber === 2)
      expect(answers.map(({ message }) => message.status)).toEqual(Array.from({ length: 11 }, () => 200))
      // The seconds left may step down by one within the test.
      const octets = new Set(answers.map(({ bytes }) => bytes.replace(/expires=\d+/, 'expires=')))
      expect([...octets]).toHaveLength(1)
      expect(answers.every(({ message }) => valuesOf(message, 'contact').length === 1)).toBe(true)
    } finally {
      await server.stop()
    }
  },
)

/** A REGISTER with CSeq 2, carrying the digest for the challenge that its forerunner got if `auth`. */
async function registerText(server: Subject, auth: boolean): Promise<string> {
  const uri = `sip:${server.host}:${server.port}`
  const aor = `<sip:${AUTH_USER}@${server.host}:${server.port}>`
  const contact = `<sip:${AUTH_USER}@${caller.host}:${caller.port}>`
  const build = (cseq: number, credentials: string[]): string => {
    const parts = { callId: 'absorb', from: `${aor};tag=d`, to: aor, contact, cseq }
    return requestText(caller, 'REGISTER', uri, { ...parts, extra: ['Expires: 600', ...credentials] })
  }
  if (!auth) return build(2, [])
  caller.send(build(1, []), server)
  const { message } = await caller.waitFor('challenge', ({ status }) => status === 401, 2_000)
  const login = { user: AUTH_USER, password: AUTH_PASSWORD }
  return build(2, [
    `Authorization: ${answerDigest(firstOf(message, 'www-authenticate'), 'REGISTER', uri, login)}`,
  ])
}

function desk(): string {
  return `sip:${user}@${subject.host}:${subject.port}`
}

function inviteText(callId = newBranch(), branch = newBranch()): string {
  const contact = `<sip:caller@${caller.host}:${caller.port}>`
  return requestText(caller, 'INVITE', desk(), { callId, branch, fromTag: 'c', contact })
}

function okText(invite: Arrival): string {
  const contact = `<sip:desk@${callee.host}:${callee.port}>`
  return responseText(invite.message, 200, 'OK', { toTag: 'desk', contact })
}

function say(wire: Wire, bytes: string): void {
  said.push({ wire, bytes })
  wire.send(bytes, subject)
}

async function copies(wire: Wire, bytes: string, to: Subject = subject): Promise<void> {
  said.push({ wire, bytes })
  for (const gapMs of [0, ...GAPS_MS]) {
    await pause(gapMs)
    wire.send(bytes, to)
  }
  await pause(SETTLE_MS)
}

/** ACKs of 2xx pass by design, so they are left out of what is said again. */
async function replayInReverse(): Promise<void> {
  for (const { wire, bytes } of [...said].reverse()) {
    if (bytes.startsWith('ACK')) continue
    wire.send(bytes, subject)
    await pause(2)
  }
  await pause(SETTLE_MS)
}

/** The callee answers the first request of that method so; copies get the last answer again. */
function answerWith(method: string, answers: readonly (readonly [number, string])[]): void {
  callee.listen(({ message }) => {
    if (message.method !== method) return
    for (const [status, reason] of answers) {
      say(callee, responseText(message, status, reason, { toTag: 'desk' }))
    }
  })
}

function acknowledgeRefusal(status: number, callId: string, branch: string): void {
  caller.listen(({ message }) => {
    if (message.status !== status) return
    say(
      caller,
      requestText(caller, 'ACK', desk(), { callId, branch, fromTag: 'c', to: firstOf(message, 'to') }),
    )
  })
}

async function ringing(
  answers: readonly (readonly [number, string])[],
): Promise<{ arrival: Arrival; branch: string; callId: string }> {
  const branch = newBranch()
  const callId = newBranch()
  answerWith('INVITE', answers)
  say(caller, inviteText(callId, branch))
  const arrival = await callee.waitFor('INVITE', (message) => message.method === 'INVITE', 2_000)
  for (const [status] of answers) {
    await caller.waitFor(String(status), (message) => message.status === status, 2_000)
  }
  return { arrival, branch, callId }
}

async function answered(): Promise<{ inDialog: (method: string, cseq: number) => string }> {
  const { arrival, callId } = await ringing([[180, 'Ringing']])
  say(callee, okText(arrival))
  const ok = (await caller.waitFor('200', (message) => message.status === 200, 2_000)).message
  const routes = valuesOf(ok, 'record-route').reverse()
  return {
    inDialog: (method, cseq) =>
      requestText(caller, method, addressIn(firstOf(ok, 'contact')), {
        ...{ callId, cseq, routes, fromTag: 'c' },
        to: firstOf(ok, 'to'),
      }),
  }
}

/** How many requests of each method the callee saw, ACKs left out. */
function sawRequests(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { message } of callee.arrivals) {
    if (message.method === '' || message.method === 'ACK') continue
    counts[message.method] = (counts[message.method] ?? 0) + 1
  }
  return counts
}

function octetsOf(wire: Wire, pick: (arrival: Arrival) => boolean): string[] {
  return wire.arrivals.filter(pick).map((arrival) => arrival.bytes)
}

function expectSameOctets(): void {
  const variants = new Map<string, Set<string>>()
  for (const { message, bytes } of caller.arrivals) {
    const kind = `${message.status} ${message.cseqMethod}`
    const known = variants.get(kind) ?? new Set()
    variants.set(kind, known.add(bytes))
  }
  const differing = [...variants].filter(([, octets]) => octets.size > 1)
  expect(differing.map(([kind, octets]) => [kind, ...octets])).toEqual([])
}
