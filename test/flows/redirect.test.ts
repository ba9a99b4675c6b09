import { expect, test } from 'vitest'
import { Office, scriptWith } from './office.ts'

test('a redirect names every branch with its q, and nothing is forwarded', () => {
  const script = scriptWith(`route {
    if (method == "ACK") { break; };
    rewriteuri("sip:bob@10.0.0.3");
    append_branch("sip:bob@10.0.0.4;transport=tcp", "0.5");
    append_branch("sip:bob@10.0.0.5");
    sl_send_reply("302", "Moved");
  }`)
  const office = new Office({ script })
  const alice = office.stranger('alice')

  const call = alice.call('bob')
  office.world.run(1000)

  expect(call.final!.octets).toContain(
    '\r\nContact: <sip:bob@10.0.0.3>, <sip:bob@10.0.0.4;transport=tcp>;q=0.5, <sip:bob@10.0.0.5>\r\n',
  )
  expect(office.world.packets.every(({ to }) => to.address === '10.0.0.1' || to.address === '10.0.0.2')).toBe(
    true,
  )
})

test('a 302 of a phone goes back to the caller as it came', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = (call) => call.reject(302, 'Contact: <sip:bob@198.51.100.7>\r\n')

  const call = alice.call('bob')
  office.world.run(1000)

  expect(call.statuses).toEqual([100, 302])
  expect(call.final!.octets).toContain('\r\nContact: <sip:bob@198.51.100.7>\r\n')
})

test('t_reply in a failure route redirects too', () => {
  const script = scriptWith(
    `route { if (method == "ACK") { break; }; t_on_failure("1"); t_relay_to_udp("10.0.0.3", "5060"); }
     failure_route[1] { append_branch("sip:mailbox@10.0.0.9"); t_reply("302", "Moved"); }`,
  )
  const office = new Office({ script })
  const alice = office.stranger('alice')
  const bob = office.stranger('bob')
  bob.onCall = (call) => call.reject(480)

  const call = alice.call('bob')
  office.world.run(1000)

  expect(call.final!.octets).toContain('\r\nContact: <sip:mailbox@10.0.0.9>\r\n')
})
