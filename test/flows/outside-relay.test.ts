import { expect, test } from 'vitest'
import type { Call } from '../sim/call.ts'
import { Office } from './office.ts'

const script = `
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "registrar.so"
loadmodule "usrloc.so"
loadmodule "nathelper.so"
modparam("nathelper", "rtpproxy_sock", "udp:10.0.0.99:7722")
route {
  if (method == "REGISTER") { save("location"); break; };
  record_route();
  if (method == "BYE") { unforce_rtp_proxy(); };
  if (loose_route()) { t_relay(); break; };
  if (method == "ACK" || method == "CANCEL") { t_relay(); break; };
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); break; };
  if (method == "INVITE" && !force_rtp_proxy()) { sl_send_reply("500", "No relay"); break; };
  t_on_reply("1");
  t_relay();
}
onreply_route[1] { force_rtp_proxy(); }
`

test('a call waits for the relay outside and leaves with its places, both ways', () => {
  const office = calling()
  const ports = new Map([
    ['U', 35_000],
    ['L', 35_002],
  ])
  office.exchange.outsideSays = (command) =>
    command === 'V' ? '20040107' : command.startsWith('D') ? '0' : `${ports.get(command.charAt(0))} 10.0.0.99`

  const [alice, bob] = [office.phone('alice'), office.phone('bob')]
  bob.onCall = answersWith(description('10.0.0.3', 4_002))
  const call = alice.call('bob', { lines: sdpType, body: description('10.0.0.2', 4_000) })
  office.world.run(300)
  call.hangUp()
  office.world.run(300)

  expect(bob.requests[0]?.body).toContain('c=IN IP4 10.0.0.99\r\nt=0 0\r\nm=audio 35000 ')
  expect(call.final?.body).toContain('c=IN IP4 10.0.0.99\r\nt=0 0\r\nm=audio 35002 ')
  const commands = office.exchange.asked.map((command) =>
    command.replace(/ \S+/, ' CALL').replace(/ [^ ;]+;1/g, ' TAG;1'),
  )
  expect(commands.slice(0, 3)).toEqual([
    'V',
    'U CALL 10.0.0.2 4000 TAG;1',
    'L CALL 10.0.0.3 4002 TAG;1 TAG;1',
  ])
  expect(commands.filter((command) => command.startsWith('D'))).toHaveLength(1)
})

test('a relay outside that stays silent costs the call a 503, and the next one fails in the script at once', () => {
  const office = calling()
  const [alice, bob] = [office.phone('alice'), office.phone('bob')]
  bob.onCall = answersWith(description('10.0.0.3', 4_002))

  const call = alice.call('bob', { lines: sdpType, body: description('10.0.0.2', 4_000) })
  office.world.run(10_000)
  const next = alice.call('bob', { lines: sdpType, body: description('10.0.0.2', 4_000) })
  office.world.run(300)

  expect([call.statuses.at(-1), next.statuses]).toEqual([503, [500]])
  expect(bob.requests).toEqual([])
})

const sdpType = 'Content-Type: application/sdp\r\n'

function calling(): Office {
  return new Office({ script })
}

function description(address: string, port: number): string {
  return `v=0\r\no=a 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`
}

function answersWith(body: string): (call: Call) => void {
  return (call) => call.answer(body)
}
