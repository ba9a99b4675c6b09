import type { StunAddress } from './attributes.ts'
import { mappedAddressOf } from './attributes.ts'
import type { Mapping } from './nat-findings.ts'
import { asking, type Probing } from './probing.ts'
import { isSamePlace, type Surveyed } from './nat-survey.ts'

/**
 * RFC 5780 §4.3, from one socket: tests II and III at the second place of a server; what independent servers have
 * seen counts too. `done` gets undefined where one place alone was reached.
 */
export function learnMapping(
  probing: Probing,
  answers: readonly Surveyed[],
  done: (mapping: Mapping | undefined) => void,
): void {
  const places = answers.map(({ mapped }) => mapped)
  const tell = (mapping: Mapping | undefined, seen: readonly StunAddress[]): void => {
    probing.found(
      mapping === undefined
        ? { id: 'mapping', outcome: 'one-server' }
        : { id: 'mapping', outcome: mapping, outside: distinct(seen) },
    )
    done(mapping)
  }
  const inside = probing.sockets[asking]
  if (inside !== undefined && places.every((place) => isSamePlace(place, inside))) return tell('none', places)
  const base = answers.find(({ other }) => other !== undefined)
  if (base?.other === undefined) return tell(fromServers(answers), places)
  const { server, mapped, other } = base
  seenAt(probing, { address: other.address, port: server.port }, (second) => {
    if (second === undefined) return tell(fromServers(answers), places)
    const all = [...places, second]
    if (isSamePlace(second, mapped)) return tell(fromAll(all), all)
    seenAt(probing, other, (third) => {
      if (third === undefined) tell('dependent', all)
      else
        tell(isSamePlace(second, third) ? 'address-dependent' : 'address-and-port-dependent', [...all, third])
    })
  })
}

function seenAt(probing: Probing, to: StunAddress, done: (seen: StunAddress | undefined) => void): void {
  probing.asker.ask({ socket: asking, to }, (reply) => {
    const isOwn = reply !== undefined && isSamePlace(reply.from, to)
    done(isOwn ? mappedAddressOf(reply.message) : undefined)
  })
}

/** Servers that are one machine under two names would agree about anything. */
function fromServers(answers: readonly Surveyed[]): Mapping | undefined {
  const hosts = new Set(answers.map(({ server }) => server.address))
  return hosts.size < 2 ? undefined : fromAll(answers.map(({ mapped }) => mapped))
}

function fromAll(places: readonly StunAddress[]): Mapping {
  return distinct(places).length === 1 ? 'endpoint-independent' : 'dependent'
}

function distinct(places: readonly StunAddress[]): StunAddress[] {
  return places.filter((place, index) => places.findIndex((known) => isSamePlace(known, place)) === index)
}
