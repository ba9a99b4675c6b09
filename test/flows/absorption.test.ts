/** G8 of the test plan: every message comes eleven times, and once more out of order; what follows happens once. */
import { expect, test } from 'vitest'
import type { Octets } from '../../core/lib/octets.ts'
import type { RawHost } from '../sim/raw-host.ts'
import { Office } from './office.ts'

const copies = 10
/** From the first copy to the last: below T1, so that no copy of ours mixes in. */
const spreadMs = 400

interface Scene {
  readonly office: Office
  readonly caller: RawHost
  readonly called: RawHost
  /** The INVITE as it reached the called side. */
  readonly invite: Octets
}

test('INVITE: one goes on, every copy gets the last answer again', () => {
  const { office, caller, called } = scene()

  const answers = repeat(office, caller, () => caller.send(invite))

  expect(methodsAt(called)).toEqual(['INVITE'])
  expect(new Set(answers).size).toBe(1)
  expect(answers).toHaveLength(1 + copies)
})

test('REGISTER: one binding, and the same answer each time', () => {
  const { office, caller } = scene()

  const answers = repeat(office, caller, () =>
    caller.send(
      message('REGISTER', 'sip:10.0.0.1', {
        to: 'sip:carol@10.0.0.1',
        lines: 'Contact: <sip:carol@10.0.0.8>\r\n',
      }),
    ),
  )

  expect(office.exchange.bindings('carol')).toHaveLength(1)
  expect(new Set(answers).size).toBe(1)
  expect(
    office.exchange.events.filter((event) => event.kind === 'registered' && event.user === 'carol'),
  ).toHaveLength(1)
})

test('MESSAGE: one goes on', () => {
  const { office, caller, called } = scene()

  repeat(office, caller, () => caller.send(message('MESSAGE', 'sip:bob@10.0.0.1')))

  expect(methodsAt(called)).toEqual(['MESSAGE'])
})

test('OPTIONS to the server: the same answer each time', () => {
  const { office, caller } = scene()

  const answers = repeat(office, caller, () => caller.send(message('OPTIONS', 'sip:10.0.0.1')))

  expect(answers).toHaveLength(1 + copies)
  expect(new Set(answers).size).toBe(1)
})

test('BYE: one goes on, and its answer is repeated', () => {
  const { office, caller, called } = talking()
  const before = called.received.length

  repeat(office, caller, () =>
    caller.send(
      message('BYE', 'sip:bob@10.0.0.3', { cseq: 2, toTag: 'far', lines: 'Route: <sip:10.0.0.1;lr>\r\n' }),
    ),
  )

  expect(methodsAt(called, before)).toEqual(['BYE'])
})

test('ACK of a 2xx: each copy goes on (RFC 6026), to the phone and nowhere else', () => {
  const { office, caller, called } = talking()
  const before = called.received.length

  repeat(office, caller, () =>
    caller.send(message('ACK', 'sip:bob@10.0.0.3', { toTag: 'far', lines: 'Route: <sip:10.0.0.1;lr>\r\n' })),
  )

  expect(methodsAt(called, before)).toEqual(Array.from({ length: 1 + copies }, () => 'ACK'))
})

test('CANCEL: one leaves, each copy is answered 200', () => {
  const { office, caller, called } = ringing()
  const before = called.received.length

  const answers = repeat(office, caller, () =>
    caller.send(invite.replace('INVITE ', 'CANCEL ').replace('1 INVITE', '1 CANCEL')),
  )

  expect(methodsAt(called, before)).toEqual(['CANCEL'])
  expect(answers.map((octets) => octets.slice(8, 11))).toEqual(
    Array.from({ length: 1 + copies }, () => '200'),
  )
})

test('180: each copy is passed on, and nothing else happens', () => {
  const { office, caller, called, invite: taken } = scene(true)

  repeat(office, called, () => called.send(answerTo(taken, 180)))

  expect(statusesAt(caller).filter((status) => status === '180')).toHaveLength(1 + copies)
  expect(methodsAt(called)).toEqual(['INVITE'])
})

test('200: each copy is passed on (RFC 6026), and the call is answered once', () => {
  const { office, caller, called, invite: taken } = scene(true)

  repeat(office, called, () => called.send(answerTo(taken, 200)))

  expect(statusesAt(caller).filter((status) => status === '200')).toHaveLength(1 + copies)
  expect(office.exchange.events.filter(({ kind }) => kind === 'call-answered')).toHaveLength(1)
})

test('486: one is passed on, each copy gets its ACK', () => {
  const { office, caller, called, invite: taken } = scene(true)
  const before = called.received.length

  repeat(office, called, () => called.send(answerTo(taken, 486)))

  expect(statusesAt(caller).filter((status) => status === '486')).toHaveLength(1)
  expect(methodsAt(called, before)).toEqual(Array.from({ length: 1 + copies }, () => 'ACK'))
})

test('in reverse order: ACK, 200 and INVITE of one call make one INVITE, and the stray ones vanish', () => {
  const { office, caller, called } = scene()
  const stray = answerTo(invite, 200).replace('SIP/2.0/UDP 10.0.0.9', 'SIP/2.0/UDP 10.0.0.1')

  caller.send(message('ACK', 'sip:bob@10.0.0.3', { toTag: 'far' }))
  called.send(stray)
  caller.send(invite)
  office.world.run(100)

  expect(methodsAt(called).filter((method) => method === 'INVITE')).toHaveLength(1)
  expect(statusesAt(caller)).toEqual(['100'])
})

const invite = message('INVITE', 'sip:bob@10.0.0.1', { lines: 'Contact: <sip:caller@10.0.0.9>\r\n' })

/** Caller and called side as hosts that do nothing by themselves; bob is bound to the called one. */
function scene(isCalling = false): Scene {
  const office = new Office({ delayMs: 0 })
  const caller = office.world.raw('caller', '10.0.0.9')
  const called = office.world.raw('called', '10.0.0.3')
  office.exchange.ask({
    name: 'bind',
    table: 'location',
    user: 'bob',
    uri: 'sip:bob@10.0.0.3',
    expiresSeconds: 0,
  })
  if (isCalling) caller.send(invite)
  office.world.run(1)
  return { office, caller, called, invite: called.received[0]?.octets ?? '' }
}

function ringing(): Scene {
  const made = scene(true)
  made.called.send(answerTo(made.invite, 180))
  made.office.world.run(1)
  return made
}

function talking(): Scene {
  const made = ringing()
  made.called.send(answerTo(made.invite, 200))
  made.office.world.run(1)
  return made
}

/** Eleven times within `spreadMs`. @returns what came back to that host */
function repeat(office: Office, host: RawHost, send: () => void): Octets[] {
  const before = host.received.length
  for (let copy = 0; copy <= copies; copy++) {
    send()
    office.world.run(spreadMs / copies)
  }
  return host.received.slice(before).map(({ octets }) => octets)
}

function methodsAt(host: RawHost, from = 0): string[] {
  return host.received
    .slice(from)
    .map(({ octets }) => octets.slice(0, octets.indexOf(' ')))
    .filter((word) => word !== 'SIP/2.0')
}

function statusesAt(host: RawHost): string[] {
  return host.received
    .filter(({ octets }) => octets.startsWith('SIP/2.0 '))
    .map(({ octets }) => octets.slice(8, 11))
}

interface Parts {
  readonly to?: string
  readonly toTag?: string
  readonly cseq?: number
  readonly lines?: string
}

function message(
  method: string,
  uri: string,
  { to = 'sip:bob@10.0.0.1', toTag, cseq = 1, lines = '' }: Parts = {},
): Octets {
  const tag = toTag === undefined ? '' : `;tag=${toTag}`
  const branch = `z9hG4bK${method}${toTag ?? ''}`
  return `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=${branch}\r\nMax-Forwards: 70\r\nFrom: <sip:caller@10.0.0.1>;tag=near\r\nTo: <${to}>${tag}\r\nCall-ID: one\r\nCSeq: ${cseq} ${method}\r\n${lines}Content-Length: 0\r\n\r\n`
}

/** A response of the called side to a request that reached it. */
function answerTo(request: Octets, status: number): Octets {
  const copied = request
    .split('\r\n')
    .filter((line) => /^(via|from|to|call-id|cseq|record-route):/i.test(line))
  const lines = copied.map((line) => (line.startsWith('To:') ? `${line};tag=far` : line))
  return `SIP/2.0 ${status} X\r\n${lines.join('\r\n')}\r\nContact: <sip:bob@10.0.0.3>\r\nContent-Length: 0\r\n\r\n`
}
