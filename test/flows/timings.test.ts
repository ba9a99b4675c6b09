/** Timings of the transaction layer as they are seen on the wire; the numbers are those of G6 in the test plan. */
import { expect, test } from 'vitest'
import { answers, Office, rejects, rings } from './office.ts'

test('G6.2: a MESSAGE is sent eleven times in 32 s', () => {
  const { office, alice, bob } = quiet()
  office.world.net.vanish(bob.at.address)

  const from = office.world.packets.length
  const began = office.world.now
  alice.send(message(alice.at.address))
  office.world.run(60_000)

  expect(timesTo(office, from, bob.at.address).map((at) => at - began)).toEqual([
    0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
  ])
  expect(alice.received.slice(1)).toEqual([])
})

test('G6.5: a 486 is sent again until its ACK comes, at most for 32 s', () => {
  const { office, bob } = quiet()
  bob.onCall = rejects(486)
  const mute = office.world.raw('mute', '10.0.0.9')

  const began = office.world.now
  mute.send(inviteFrom('10.0.0.9'))
  office.world.run(60_000)

  const finals = mute.received
    .filter(({ octets }) => octets.startsWith('SIP/2.0 486'))
    .map(({ atMs }) => atMs - began)
  expect(finals).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
})

test('G6.6: timer C ends a call after 181 s with CANCEL and 408, and a 180 sets it anew', () => {
  const { office, alice, bob } = quiet()
  bob.onCall = (call) => {
    call.ring()
    call.phone.after(100_000, () => call.ring(183))
  }
  const began = office.world.now
  const call = alice.call('bob')
  office.world.run(300_000)

  const cancelledAt = bob.received.find(({ octets }) => octets.startsWith('CANCEL'))!.atMs - began
  expect(cancelledAt).toBe(281_000)
  expect(call.statuses).toEqual([100, 180, 183, 408])
})

test('G6.7: 100 Trying is sent at once', () => {
  const { office, alice } = quiet()
  const began = office.world.now
  alice.call('bob')
  office.world.run(199)

  expect(alice.received.slice(1).map(({ atMs, octets }) => [atMs - began, octets.slice(8, 11)])).toEqual([
    [0, '100'],
  ])
})

test('G6.11: a CANCEL before any answer is held until the first one', () => {
  const { office, alice, bob } = quiet()
  bob.onCall = (call) => call.phone.after(3000, () => call.ring())
  const began = office.world.now
  const call = alice.call('bob')
  office.world.run(1000)
  call.cancel()
  office.world.run(5000)

  expect(
    bob.received.filter(({ octets }) => octets.startsWith('CANCEL')).map(({ atMs }) => atMs - began),
  ).toEqual([3000])
})

test('G6.12: a CANCEL after the final answer is answered 200 and goes nowhere', () => {
  const { office, alice, bob } = quiet()
  bob.onCall = rejects(404)
  const call = alice.call('bob')
  office.world.run(100)
  const before = alice.received.length

  alice.send(call.invite.octets.replace('INVITE ', 'CANCEL ').replace('1 INVITE', '1 CANCEL'))
  office.world.run(100)

  expect(alice.received.slice(before).map(({ octets }) => octets.slice(8, 11))).toEqual(['200'])
  expect(bob.countReceived('CANCEL')).toBe(0)
})

test('G6.13: the 2xx of two phones of one fork are both forwarded', () => {
  const { office, alice } = quiet()
  const [first, second] = office.phonesOf('carol', 2)
  first!.onCall = answers(1000)
  second!.onCall = answers(1000)

  const call = alice.call('carol')
  office.world.run(2000)

  expect(call.dialogs.map(({ remoteTag }) => remoteTag)).toHaveLength(2)
})

test('a 180 stops the sending of the INVITE, and the final answer may take its time', () => {
  const { office, alice, bob } = quiet()
  bob.onCall = rings
  alice.call('bob')
  office.world.run(100_000)

  expect(bob.countReceived('INVITE')).toBe(1)
})

interface Quiet {
  readonly office: Office
  readonly alice: ReturnType<Office['phone']>
  readonly bob: ReturnType<Office['phone']>
}

/** A net without delay, so that times are exact. */
function quiet(): Quiet {
  const office = new Office({ delayMs: 0 })
  return { office, alice: office.phone('alice'), bob: office.phone('bob') }
}

function timesTo(office: Office, from: number, address: string): number[] {
  return office.world.packets
    .slice(from)
    .filter(({ to }) => to.address === address)
    .map(({ atMs }) => atMs)
}

function message(address: string): string {
  return `MESSAGE sip:bob@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP ${address};branch=z9hG4bKm\r\nMax-Forwards: 70\r\nFrom: <sip:x@10.0.0.1>;tag=x\r\nTo: <sip:bob@10.0.0.1>\r\nCall-ID: m\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n`
}

function inviteFrom(address: string): string {
  return message(address).replaceAll('MESSAGE', 'INVITE').replace('z9hG4bKm', 'z9hG4bKi')
}
