/** Hold, 45 s of silence and resume behind a translator that forgets after 30 s, in virtual time. */
import { expect, test } from 'vitest'
import { NatBox, type Dependence } from '../sim/nat-box.ts'
import { rtp } from '../sim/media/packets.ts'
import { RelayedCall, bobPlace, relayAddress } from '../sim/media/relayed-call.ts'

const dependences: readonly Dependence[] = ['endpoint', 'address', 'address-and-port']
const kinds = dependences.flatMap((mapping) =>
  dependences.flatMap((filtering) =>
    [true, false].map((refreshesInbound) => ({ mapping, filtering, refreshesInbound })),
  ),
)
const phone = { address: '192.168.1.5', port: 4000 }
const outside = '198.51.100.10'
/** The relay's port that faces the phone. */
const relayPlace = { address: relayAddress, port: 40_000 }

test.each(kinds)(
  'mapping by $mapping, filtering by $filtering, refreshed from outside: $refreshesInbound',
  (kind) => {
    const box = new NatBox({ outside, inside: [phone.address], timeoutMs: 30_000, ...kind })
    const call = new RelayedCall({ a: { rtp: phone, plausible: [outside] } })
    let sequence = 0
    const both = (rounds: number): number => {
      let heard = 0
      for (let round = 0; round < rounds; round++) {
        sequence++
        const from = box.translate(call.now, phone, relayPlace)
        call.arrive('a', from, rtp({ ssrc: 7, sequence, timestamp: sequence * 160 }))
        const hop = call.arrive('b', bobPlace, rtp({ ssrc: 8, sequence, timestamp: sequence * 160 }))
        if (hop !== undefined && box.admit(call.now, relayPlace, hop.port) !== undefined) heard++
        call.pass(20)
      }
      return heard
    }
    expect(both(100)).toBeGreaterThan(95)

    call.describe({ a: { mayReceive: false }, b: { maySend: false } })
    let kept = 0
    for (let second = 0; second < 45; second++) {
      const before = call.outputs.length
      call.pass(1000)
      for (const output of call.outputs.slice(before))
        if (output.kind === 'keep-alive' && output.hop.address === outside)
          if (box.admit(call.now, relayPlace, output.hop.port) !== undefined) kept++
    }
    call.describe({ a: { mayReceive: true }, b: { maySend: true } })

    expect(kept).toBeGreaterThan(0)
    // Before the phone has said a word: only a mapping that lives lets anything in.
    const hop = call.arrive('b', bobPlace, rtp({ ssrc: 8, sequence: ++sequence }))
    const reached = hop === undefined ? undefined : box.admit(call.now, relayPlace, hop.port)
    if (kind.refreshesInbound) expect([reached, box.mappingsMade]).toEqual([phone, 1])
    expect(both(200)).toBeGreaterThan(150)
    expect(box.mappingsMade).toBe(kind.refreshesInbound ? 1 : 2)
  },
)
