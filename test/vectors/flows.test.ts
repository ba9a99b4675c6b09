import { expect, test } from 'vitest'
import { bodyOf, flows, headOf } from './index.ts'

test('an INVITE is about 780 octets long', () => {
  const { length } = flows.invite(flows.flow())
  expect(length).toBeGreaterThan(740)
  expect(length).toBeLessThan(820)
})

test.each(flows.seeds().map((octets) => [octets.slice(0, octets.indexOf('\r\n')), octets] as const))(
  '%s tells the true length of its body',
  (_, octets) => {
    expect(headOf(octets)).toMatch(new RegExp(`Content-Length: ${bodyOf(octets).length}$`))
  },
)

test('a CANCEL repeats the branch, tags, Call-ID and CSeq number of its INVITE', () => {
  const of = flows.flow({ branch: 'abc', cseq: 7 })
  const same = (octets: string) => octets.split('\r\n').filter((line) => /^(Via|From|To|Call-ID):/.test(line))
  expect(same(flows.cancel(of))).toEqual(same(flows.invite(of)))
  expect(flows.cancel(of)).toContain('\r\nCSeq: 7 CANCEL\r\n')
})

test('the parts given are the parts found', () => {
  const octets = flows.invite(
    flows.flow({ caller: 'carol', called: 'dave', host: '127.0.0.8', port: 5099, rtpPort: 4000 }),
  )
  expect(octets).toContain('INVITE sip:dave@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.8:5099;')
  expect(octets).toContain('From: "carol" <sip:carol@example.com>;tag=')
  expect(octets).toContain('\r\nm=audio 4000 RTP/AVP ')
})
