import { expect, test } from 'vitest'
import { describe as offer, RelayedOffice, relayScript } from './relayed-office.ts'

test.each([
  ['relayed', relayScript()],
  ['not relayed', relayScript({ first: 'isflagset(9)', reply: 'isflagset(9)', inCall: 'isflagset(9)' })],
])('a call that is %s keeps its messages: who, when, copies, sizes and reasons', (_what, script) => {
  const office = new RelayedOffice(script)
  const [alice, bob] = [office.phone('alice'), office.phone('bob')]
  const branch = 'z9hG4bKsame'
  const long = offer(alice.address, 17_000, `a=x:${'y'.repeat(1300)}\r\n`)
  alice.request('INVITE', { body: long, branch })
  alice.request('INVITE', { body: long, branch })
  const invite = bob.lastRequest('INVITE')
  bob.answer(invite, 180)
  bob.answer(invite, 200, offer(bob.address, 18_000))
  const dialog = alice.asCaller()
  alice.within(dialog, 'ACK', 1)
  bob.request('BYE', {
    ...bob.asCallee(invite),
    cseq: 7,
    lines: `${bob.asCallee(invite).lines}Reason: Q.850;cause=16\r\n`,
  })
  alice.answer(alice.lastRequest('BYE'), 200)

  const [call] = office.host.askFor({ name: 'calls', which: 'ended' }) as readonly {
    readonly facts: { readonly messages: readonly Record<string, unknown>[]; readonly descriptions: unknown }
  }[]

  expect(call?.facts.messages).toMatchObject([
    { what: 'INVITE', from: 'caller', cseq: 1, retransmissions: 1, isLargeDatagram: true },
    { what: '180 INVITE', from: 'callee', retransmissions: 0 },
    { what: '200 INVITE', from: 'callee', isLargeDatagram: false },
    { what: 'ACK', from: 'caller' },
    { what: 'BYE', from: 'callee', cseq: 7, reason: 'Q.850;cause=16' },
    { what: '200 BYE', from: 'caller' },
  ])
  expect(call?.facts.messages[0]).toMatchObject({ isSentAsLargeDatagram: true })
  expect(call?.facts.descriptions).toMatchObject([
    { from: 'caller', message: 'INVITE', receivedMedia: [{ address: '10.0.0.2', port: 17_000 }] },
    { from: 'callee', message: '200 INVITE', receivedMedia: [{ address: '10.0.0.3', port: 18_000 }] },
  ])
})
