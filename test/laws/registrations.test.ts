import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Output } from '../../core/exchange/index.ts'
import { Exchange } from '../../core/exchange/index.ts'
import { instant, later } from '../../core/lib/instant.ts'
import type { Octets } from '../../core/lib/octets.ts'
import { helloWorld } from '../flows/office.ts'
import { createChance } from '../sim/chance.ts'
import { listenersAt, loadProgram } from '../sim/exchange-host.ts'

const listeners = listenersAt('127.0.0.1')
const program = loadProgram(helloWorld)
const phones = ['127.0.0.3', '127.0.0.4', '127.0.0.5']

type Step =
  | { readonly kind: 'register'; readonly phone: number; readonly seconds: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'call' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('register' as const),
    phone: fc.nat({ max: phones.length - 1 }),
    seconds: fc.oneof(fc.integer({ min: 60, max: 600 }), fc.constant(0)),
  }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 200 }) }),
  fc.constant({ kind: 'call' as const }),
)

test('a call goes to exactly the contacts whose registration has not ended', () => {
  let rung = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const bob = new Bob()
      for (const one of [...steps, { kind: 'call' } as const]) {
        const called = bob.take(one)
        if (called === undefined) continue
        rung += called.length
        expect(called).toEqual(bob.live)
      }
    }),
    { numRuns: 1000, seed: 20_261_125 },
  )
  expect(rung).toBeGreaterThan(1000)
})

/** Bob's phones as they are registered, and the exchange that is told the same. */
class Bob {
  readonly #exchange = new Exchange({
    listeners,
    program,
    random: createChance(1),
    hash: (text) => text,
    sha256: (text) => text,
    hmac: (_, text) => text,
    wallClock: () => 0,
    version: 'law',
  })
  readonly #endsAt = new Map<string, number>()
  #now = instant(0)
  #number = 0

  get live(): readonly string[] {
    return phones.filter((address) => (this.#endsAt.get(address) ?? 0) > this.#now)
  }

  /** @returns for a call the addresses that are rung */
  take(step: Step): readonly string[] | undefined {
    this.#number++
    if (step.kind === 'wait') this.#wait(step.seconds)
    if (step.kind === 'register') this.#register(phones[step.phone]!, step.seconds)
    if (step.kind !== 'call') return undefined
    const outputs = this.#send('127.0.0.2', 'INVITE', 'sip:bob@127.0.0.1', 'caller', '')
    const rung = outputs.map((output) => (output.kind === 'send' ? output : undefined))
    return rung
      .filter((output) => output?.octets.startsWith('INVITE ') === true)
      .map((output) => output!.flow.address)
      .sort()
  }

  #wait(seconds: number): void {
    const end = later(this.#now, seconds * 1000)
    for (;;) {
      const { deadline } = this.#exchange
      if (deadline === undefined || deadline > end) break
      this.#now = deadline
      this.#exchange.handle(deadline, { kind: 'tick' })
    }
    this.#now = end
  }

  #register(address: string, seconds: number): void {
    const outputs = this.#send(
      address,
      'REGISTER',
      'sip:127.0.0.1',
      `phone-${address}`,
      `Contact: <sip:bob@${address}:5060>;expires=${seconds}\r\n`,
    )
    expect(outputs.some((output) => output.kind === 'send' && output.octets.startsWith('SIP/2.0 200 '))).toBe(
      true,
    )
    this.#endsAt.set(address, this.#now + seconds * 1000)
  }

  #send(address: string, method: string, uri: Octets, callId: Octets, lines: Octets): readonly Output[] {
    const number = this.#number
    const octets = `${method} ${uri} SIP/2.0\r
Via: SIP/2.0/UDP ${address}:5060;branch=z9hG4bK${number}\r
Max-Forwards: 70\r
From: <sip:bob@127.0.0.1>;tag=t\r
To: <sip:bob@127.0.0.1>\r
Call-ID: ${callId}-${method === 'INVITE' ? number : ''}\r
CSeq: ${number} ${method}\r
${lines}Content-Length: 0\r
\r
`
    const flow = { listener: listeners[0]!, address, port: 5060, connection: undefined }
    return this.#exchange.handle(this.#now, { kind: 'datagram', flow, octets })
  }
}
