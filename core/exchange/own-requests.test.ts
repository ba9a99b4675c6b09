import { expect, test } from 'vitest'
import { World } from '../../test/sim/world.ts'
import { usualScript } from '../../test/flows/office.ts'
import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import { parseMessage } from '../sip/index.ts'
import type { OwnAnswer, OwnRequest } from './own-requests.ts'
import { OwnRequests } from './own-requests.ts'
import { Core } from './core.ts'
import { Wakes } from './wakes.ts'
import { instant } from '../lib/instant.ts'
import { rfcTimers } from '../sip/index.ts'
import { loadProgram } from '../../test/sim/exchange-host.ts'

test('a request is well formed, and its answer is told once though it comes twice', () => {
  const desk = new Desk()

  desk.ask()
  const sent = desk.sent()
  const request = parseMessage(sent)
  expect(request).toMatchObject({ kind: 'request', method: 'OPTIONS', uri: 'sip:bob@10.0.0.2' })
  desk.answer(sent, 200)
  desk.answer(sent, 200)

  expect(desk.answers.map(({ status }) => status)).toEqual([200])
  expect(desk.own.size).toBe(1)
  desk.pass(5_000)
  expect(desk.own.size).toBe(0)
})

test('a provisional answer is not the answer', () => {
  const desk = new Desk()
  desk.ask()

  desk.answer(desk.sent(), 100)

  expect(desk.answers).toEqual([])
})

test.each([
  ['udp', 11],
  ['tcp', 1],
] as const)('over %s nobody answers: it is sent %i times, then counts as 408', (transport, times) => {
  const desk = new Desk(transport)
  desk.ask()

  desk.pass(32_000)

  expect(desk.sendings).toBe(times)
  expect(desk.answers).toMatchObject([{ status: 408, response: undefined, afterMs: 32_000 }])
  expect(desk.own.size).toBe(0)
})

test('a broken way counts as 503', () => {
  const desk = new Desk()
  desk.ask()

  desk.own.flowBroke((flow) => flow.port === 5060)

  expect(desk.answers).toMatchObject([{ status: 503 }])
  expect(desk.own.size).toBe(0)
})

test('an answer with the branch of one and the method of another belongs to neither', () => {
  const desk = new Desk()
  desk.ask()
  const sent = desk.sent().replace('1 OPTIONS', '1 BYE')

  expect(desk.answer(sent, 200)).toBe(false)
  expect(desk.answers).toEqual([])
})

test('within a dialog it speaks in the name of one of the two', () => {
  const desk = new Desk()
  const dialog = { callId: 'c1', from: '<sip:a@x>;tag=1', to: '<sip:b@y>;tag=2', cseq: 7, routes: '' }

  desk.ask({ method: 'BYE', dialog })

  expect(parseMessage(desk.sent())).toMatchObject({
    method: 'BYE',
    callId: 'c1',
    fromTag: '1',
    toTag: '2',
    cseq: { number: 7, method: 'BYE' },
  })
})

test('above the limit a request is refused and nothing leaves', () => {
  const desk = new Desk()
  for (let count = 0; count < 20_000; count++) desk.ask()
  const before = desk.sendings

  expect(desk.ask()).toBe(false)
  expect(desk.sendings).toBe(before)
})

test('a phone answers the OPTIONS of a whole exchange', () => {
  const world = new World()
  const host = world.exchange(usualScript(''))
  world.phone('bob', '10.0.0.2')
  const answers: OwnAnswer[] = []
  const [listener] = host.exchange.core.options.listeners
  host.exchange.core.out = []
  host.exchange.ownRequests.ask(
    wanted({ listener: listener!, address: '10.0.0.2', port: 5060, connection: undefined }),
    (answer) => answers.push(answer),
  )
  for (const output of host.exchange.core.out)
    if (output.kind === 'send')
      world.net.send(host.exchange.core.options.listeners[0]!, output.flow, output.octets)
  world.run(100)

  expect(answers).toMatchObject([{ status: 200, source: { address: '10.0.0.2' } }])
  expect(host.counter('dropped stray-response')).toBe(0)
})

class Desk {
  readonly own: OwnRequests
  readonly answers: OwnAnswer[] = []
  readonly #core: Core
  readonly #wakes = new Wakes()
  readonly #flow: Flow

  constructor(transport: 'udp' | 'tcp' = 'udp') {
    const listener = { transport, address: '10.0.0.1', port: 5060 }
    const connection = isStream(transport) ? 2 : undefined
    this.#flow = { listener, address: '10.0.0.2', port: 5060, connection }
    this.#core = new Core({
      listeners: [listener],
      program: loadProgram(usualScript('')),
      random: () => 0.5,
      hash: (text) => text,
      sha256: (text) => text,
      hmac: (_, text) => text,
      wallClock: () => 0,
      version: 'test',
    })
    this.own = new OwnRequests(this.#core, this.#wakes, () => rfcTimers)
  }

  ask(parts: Partial<OwnRequest> = {}): boolean {
    return this.own.ask({ ...wanted(this.#flow), ...parts }, (answer) => this.answers.push(answer))
  }

  get sendings(): number {
    return this.#core.out.filter(({ kind }) => kind === 'send').length
  }

  /** The last that left. */
  sent(): string {
    const output = this.#core.out.findLast(({ kind }) => kind === 'send')
    return output?.kind === 'send' ? output.octets : ''
  }

  answer(request: string, status: number): boolean {
    const head = request.slice(request.indexOf('\r\n') + 2)
    const response = parseMessage(`SIP/2.0 ${status} So\r\n${head}`)
    return response.kind === 'response' && this.own.receive(this.#flow, response)
  }

  pass(ms: number): void {
    const end = this.#core.now + ms
    for (let next = this.#wakes.soonest; next !== undefined && next <= end; next = this.#wakes.soonest) {
      this.#core.now = next
      this.#wakes.wakeDue(next)
    }
    this.#core.now = instant(end)
  }
}

function wanted(flow: Flow): OwnRequest {
  return {
    method: 'OPTIONS',
    uri: 'sip:bob@10.0.0.2',
    flow,
    dialog: undefined,
    lines: 'Accept: application/sdp\r\n',
    body: '',
    timers: undefined,
  }
}
