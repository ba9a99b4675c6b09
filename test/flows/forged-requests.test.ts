/** Threat T14: somebody who has overheard a call, tags and all, and sends into it from elsewhere. */
import { expect, test } from 'vitest'
import { alice, bob, SecuredOffice, type Host } from './secured-office.ts'

test.each([
  ['BYE', 407],
  ['INVITE', 407],
  ['UPDATE', 407],
  ['INFO', 407],
  ['CANCEL', 481],
])('T14 a %s in a call of others, with its tags, from elsewhere is answered %i', (method, status) => {
  const office = new SecuredOffice()
  const attacker = office.host('mallory', '10.0.0.66')
  const { caller, callee, callId, tags } = talking(office)
  const forged = { user: 'alice', callId, fromTag: tags.from, toTag: tags.to, cseq: 9 }
  const before = callee.raw.received.length
  expect(attacker.ask(method, { ...forged, uri: 'sip:bob@10.0.0.2:5060', lines: ownRoute })?.status).toBe(
    status,
  )
  expect(callee.raw.received.length).toBe(before)
  expect(office.exchange.stats.calls).toBe(1)
  // The two who have the call end it without a password.
  callee.raw.onDatagram = ({ octets }) => {
    if (octets.startsWith('BYE ')) callee.raw.send(answerTo(octets, '200 OK', ''))
  }
  expect(caller.ask('BYE', { ...forged, uri: 'sip:bob@10.0.0.2:5060', lines: ownRoute })?.status).toBe(200)
  expect(office.exchange.stats.calls).toBe(0)
})

const ownRoute = 'Route: <sip:10.0.0.1;lr>\r\n'

/** What a phone says to a request: its lines up to Contact, with a tag of its own. */
function answerTo(octets: string, status: string, contact: string): string {
  const lines = octets.slice(octets.indexOf('\r\n') + 2).split('\r\n')
  const kept = lines.filter((line) => /^(Via|From|To|Call-ID|CSeq|Record-Route):/.test(line))
  const tagged = kept.map((line) => (/^To: [^;]*$/.test(line) ? `${line};tag=callee` : line))
  return `SIP/2.0 ${status}\r\n${tagged.join('\r\n')}\r\n${contact}Content-Length: 0\r\n\r\n`
}

/** A call between two phones, and what somebody who has overheard it knows. */
function talking(office: SecuredOffice): {
  readonly caller: Host
  readonly callee: Host
  readonly callId: string
  readonly tags: { readonly from: string; readonly to: string }
} {
  const callee = office.registered(bob, '10.0.0.2')
  const caller = office.registered(alice, '10.0.0.3')
  callee.raw.onDatagram = ({ octets }) => {
    if (octets.startsWith('INVITE '))
      callee.raw.send(answerTo(octets, '200 OK', 'Contact: <sip:bob@10.0.0.2:5060>\r\n'))
  }
  expect(caller.log('INVITE', alice, { callId: 'overheard' })?.status).toBe(200)
  const from = /From: [^\r]*;tag=([^;\r]*)/.exec(callee.requests('INVITE')[0] ?? '')?.[1] ?? ''
  return { caller, callee, callId: 'overheard', tags: { from, to: 'callee' } }
}
