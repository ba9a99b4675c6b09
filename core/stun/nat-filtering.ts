import { usualPatience, type StunReply } from './asker.ts'
import { attributeTypes, numberAttribute, type StunAddress } from './attributes.ts'
import type { Filtering, Mapping, NoFiltering } from './nat-findings.ts'
import { elsewhere, filtering, type Probing } from './probing.ts'
import type { Surveyed } from './nat-survey.ts'
import { CHANGE_ADDRESS, CHANGE_PORT } from './responder.ts'

/**
 * RFC 5780 §4.4, from a socket that never asks the second place. Who lets nothing in is told from a server that
 * answers no wish to change by a third socket: that one has asked the second place, so an answer from there gets in.
 */
export function learnFiltering(
  probing: Probing,
  base: Surveyed | undefined,
  mapping: Mapping | undefined,
  done: () => void,
): void {
  const tell = (outcome: Filtering | NoFiltering): void => {
    probing.found(
      outcome === 'endpoint-independent' ||
        outcome === 'address-dependent' ||
        outcome === 'address-and-port-dependent'
        ? { id: 'filtering', outcome, mapping: mapping ?? 'dependent' }
        : { id: 'filtering', outcome },
    )
    done()
  }
  if (base?.other === undefined) return tell('no-second-address')
  const { server, other } = base
  probing.asker.ask({ socket: filtering, to: server }, (opened) => {
    if (opened === undefined) return tell('unproven')
    askToChange(probing, filtering, server, CHANGE_ADDRESS | CHANGE_PORT, (far) => {
      const wide = judge(far, server)
      if (wide === 'other-address') return tell('endpoint-independent')
      if (wide !== 'nothing' && wide !== 'other-port') return tell(wide)
      askToChange(probing, filtering, server, CHANGE_PORT, (near) => {
        const narrow = judge(near, server)
        if (narrow === 'change-ignored' || narrow === 'change-refused') return tell(narrow)
        const claim = narrow === 'other-port' ? 'address-dependent' : 'address-and-port-dependent'
        prove(probing, { server, other }, mapping, (isProven) => {
          tell(isProven ? claim : 'unproven')
        })
      })
    })
  })
}

type Verdict = 'nothing' | 'other-address' | 'other-port' | 'change-ignored' | 'change-refused'

function judge(reply: StunReply | undefined, server: StunAddress): Verdict {
  if (reply === undefined) return 'nothing'
  if (reply.message.class !== 'success') return 'change-refused'
  if (reply.from.address !== server.address) return 'other-address'
  return reply.from.port === server.port ? 'change-ignored' : 'other-port'
}

/**
 * Whether the server does answer from its second place. Behind a translator that depends on the destination the way
 * that the third socket has opened is another one; there it must do that the second place answers at all.
 */
function prove(
  probing: Probing,
  { server, other }: { readonly server: StunAddress; readonly other: StunAddress },
  mapping: Mapping | undefined,
  done: (isProven: boolean) => void,
): void {
  probing.asker.ask({ socket: elsewhere, to: other }, (opened) => {
    if (opened === undefined) return done(false)
    if (mapping !== 'none' && mapping !== 'endpoint-independent') return done(mapping !== undefined)
    askToChange(probing, elsewhere, server, CHANGE_ADDRESS | CHANGE_PORT, (reply) => {
      done(judge(reply, server) === 'other-address')
    })
  })
}

function askToChange(
  probing: Probing,
  socket: number,
  to: StunAddress,
  flags: number,
  done: (reply: StunReply | undefined) => void,
): void {
  const attributes = [numberAttribute(attributeTypes.changeRequest, flags)]
  probing.asker.ask({ socket, to, attributes, patience: { ...usualPatience, rtoMs: 300 } }, done)
}
