/** RTP bleed and injection (T40 to T42) against a call, in virtual time: the plain half of the twelve runs. */
import { expect, test } from 'vitest'
import { rtp } from '../sim/media/packets.ts'
import { alicePlace, bobPlace, RelayedCall } from '../sim/media/relayed-call.ts'

const attackers = ['192.0.2.61', '192.0.2.62', '192.0.2.63']
const ATTACK_SSRC = 0xbad
const PACKETS = 1_500
const LATE_PACKETS = 250

const layouts = {
  'SDP true': { a: {}, b: {} },
  NAT: {
    a: { rtp: { address: '192.168.1.5', port: 4000 }, plausible: ['192.168.1.5', alicePlace.address] },
    b: { rtp: { address: '10.0.0.5', port: 6000 }, plausible: ['10.0.0.5', bobPlace.address] },
  },
}

test.each([
  { layout: 'SDP true', spray: 'early' },
  { layout: 'SDP true', spray: 'late' },
  { layout: 'NAT', spray: 'early' },
  { layout: 'NAT', spray: 'late' },
] as const)(
  '$layout, $spray spray: nothing stolen, nothing injected, everything heard',
  ({ layout, spray }) => {
    const call = new RelayedCall(layouts[layout])
    const phones =
      layout === 'NAT'
        ? { a: { ...alicePlace, port: 31_337 }, b: { ...bobPlace, port: 32_123 } }
        : { a: alicePlace, b: bobPlace }
    let sprayed = 0
    const sprayAll = (round: number): void => {
      for (const [index, address] of attackers.entries()) {
        for (const side of ['a', 'b'] as const) {
          for (const component of ['rtp', 'rtcp'] as const) {
            sprayed++
            call.arrive(
              side,
              { address, port: 10_000 + index },
              rtp({ ssrc: ATTACK_SSRC, sequence: round }),
              component,
            )
          }
        }
      }
    }
    if (spray === 'early') {
      for (let round = 0; round < 50; round++) {
        sprayAll(round)
        call.pass(20)
      }
    }
    for (let i = 0; i < PACKETS; i++) {
      if (spray === 'early' || i > LATE_PACKETS) sprayAll(i)
      call.arrive('a', phones.a, rtp({ ssrc: 7, sequence: i, timestamp: i * 160 }))
      call.arrive('b', phones.b, rtp({ ssrc: 8, sequence: i, timestamp: i * 160 }))
      call.pass(20)
    }
    const stolen = call.passed.filter(({ hop }) => attackers.includes(hop.address))
    const injected = call.passed.filter(
      ({ packet }) => new DataView(packet.buffer).getUint32(8) === ATTACK_SSRC,
    )
    expect({ stolen: stolen.length, injected: injected.length, isSprayed: sprayed > 1_000 }).toEqual({
      stolen: 0,
      injected: 0,
      isSprayed: true,
    })
    for (const phone of [phones.a, phones.b]) {
      const heard = call.passed.filter(({ hop }) => hop.address === phone.address && hop.port === phone.port)
      expect(heard.length).toBeGreaterThanOrEqual(PACKETS * 0.999)
    }
    const { a, b } = call.end()
    expect((a.dropped.stranger ?? 0) + (b.dropped.stranger ?? 0)).toBe(sprayed)
  },
)
