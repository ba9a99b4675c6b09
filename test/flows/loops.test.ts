import { expect, test } from 'vitest'
import { Office, scriptWith, usualScript } from './office.ts'

test('the bind command refuses a contact that is the server itself', () => {
  const office = new Office()

  const result = office.exchange.ask({
    name: 'bind',
    table: 'location',
    user: 'a',
    uri: 'sip:b@10.0.0.1',
    expiresSeconds: 60,
  })

  expect(result).toMatchObject({ ok: false, code: 'own-address' })
})

/** Each of two users stands for both: without loop detection one call would double at every turn. */
const pair = `if (uri =~ "^sip:[ab]@") { rewriteuri("sip:a@10.0.0.1"); append_branch("sip:b@10.0.0.1"); t_relay(); break; };`

test('two users who stand for each other: one INVITE makes at most ten, and the caller gets an answer', () => {
  const office = new Office({ script: usualScript(pair) })
  const alice = office.phone('alice')

  const call = alice.call('a')
  office.world.run(5000)

  const own = office.world.packets.filter(
    ({ from, to, octets }) =>
      from.address === '10.0.0.1' && to.address === '10.0.0.1' && octets.startsWith('INVITE'),
  )
  expect(own.length).toBeGreaterThan(0)
  expect(own.length).toBeLessThanOrEqual(10)
  expect(call.final?.status).toBe(482)
  office.world.run(70_000)
  expect(office.exchange.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 })
})

test('the same by names that mean the server: contacts at an alias', () => {
  const office = new Office({ script: usualScript('', '', 'alias="office.example"') })
  office.world.names.set('office.example', [{ address: '10.0.0.1', port: 5060 }])
  const alice = office.phone('alice')
  const a = office.stranger('a', { domain: 'office.example' })
  const b = office.stranger('b', { domain: 'office.example' })
  const both = '<sip:a@office.example>, <sip:b@office.example>'
  const asked = [a.register({ contacts: both }), b.register({ contacts: both })]
  office.world.run(100)

  alice.call('a')
  office.world.run(5000)

  const own = office.world.packets.filter(
    ({ from, to, octets }) =>
      from.address === '10.0.0.1' && to.address === '10.0.0.1' && octets.startsWith('INVITE'),
  )
  expect(asked.map(({ statuses }) => statuses)).toEqual([[200], [200]])
  expect(own.length).toBeLessThanOrEqual(10)
})

test('a user who stands for himself: 482 after one turn', () => {
  const office = new Office({
    script: scriptWith('route { if (method == "ACK") { break; }; rewriteuri("sip:a@10.0.0.1"); t_relay(); }'),
  })
  const alice = office.stranger('alice')

  const call = alice.call('a')
  office.world.run(1000)

  expect(call.statuses.at(-1)).toBe(482)
  expect(office.exchange.counter('requests')).toBeLessThanOrEqual(6)
})

test('a spiral is no loop: a request that comes back for somebody else goes on (RFC 3261 §16.3 step 4)', () => {
  const script = usualScript(
    'if (uri =~ "^sip:first@") { rewriteuri("sip:bob@10.0.0.1"); t_relay(); break; };',
  )
  const office = new Office({ script })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = (call) => call.answer()

  const call = alice.call('first')
  office.world.run(1000)

  expect(call.statuses.at(-1)).toBe(200)
  expect(bob.requests).toHaveLength(1)
})
