import { usualPatience } from './asker.ts'
import { attributeTypes, findAttribute, type StunAddress } from './attributes.ts'
import type { Mapping } from './nat-findings.ts'
import { asking, elsewhere, type Probing } from './probing.ts'
import type { Surveyed } from './nat-survey.ts'

/** RFC 5780 §4.5: whether our own outside address leads back in. */
export function learnHairpin(
  probing: Probing,
  { mapped }: Surveyed,
  mapping: Mapping | undefined,
  done: () => void,
): void {
  if (mapping === 'none') {
    probing.found({ id: 'hairpin', outcome: 'no-translator' })
    return done()
  }
  probing.asker.ask({ socket: elsewhere, to: mapped, patience: { ...usualPatience, copies: 3 } }, (reply) => {
    const isBack = reply?.message.class === 'request' && reply.socket === asking
    probing.found({ id: 'hairpin', outcome: isBack ? 'works' : 'fails' })
    done()
  })
}

/** Octets of IP and UDP before a STUN message. */
const HEADERS_BYTES = 28
/** In three fragments or two; all that an Ethernet frame takes; what passes any tunnel. */
const FRAGMENTED_BYTES = 2000
const FULL_BYTES = 1500
const SHORT_BYTES = 1200

/** The biggest packet that comes through both ways: answers carry as much PADDING as requests (RFC 5780 §7.6). */
export function learnSize(probing: Probing, server: StunAddress, done: () => void): void {
  const tell = (outcome: 'whole' | 'no-fragments' | 'short' | 'unknown', bytes: number): void => {
    probing.found({ id: 'size', outcome, bytes })
    done()
  }
  const passed = new Set<number>()
  let open = 3
  for (const bytes of [SHORT_BYTES, FULL_BYTES, FRAGMENTED_BYTES]) {
    returns(probing, server, bytes, (isBack) => {
      if (isBack) passed.add(bytes)
      if (--open > 0) return
      if (passed.has(FRAGMENTED_BYTES)) tell('whole', FRAGMENTED_BYTES)
      else if (passed.has(FULL_BYTES)) tell('no-fragments', FULL_BYTES)
      else tell(passed.has(SHORT_BYTES) ? 'short' : 'unknown', SHORT_BYTES)
    })
  }
}

function returns(
  probing: Probing,
  to: StunAddress,
  packetBytes: number,
  done: (isBack: boolean) => void,
): void {
  const padding = new Uint8Array(packetBytes - HEADERS_BYTES - 24)
  const attributes = [{ type: attributeTypes.padding, value: padding }]
  probing.asker.ask(
    { socket: asking, to, attributes, patience: { ...usualPatience, copies: 3 } },
    (reply) => {
      done(
        reply !== undefined &&
          (findAttribute(reply.message, attributeTypes.padding)?.length ?? 0) > padding.length / 2,
      )
    },
  )
}
