import type { Flow, Transport } from '../lib/flow.ts'
import { instant, later } from '../lib/instant.ts'
import type { StoredContact, StoredState } from './changes.ts'
import type { Exchange } from './exchange.ts'
import type { Binding } from './location.ts'
import { isPermanent } from './location.ts'
import { pickListener } from './next-hop.ts'

/** A connection of an earlier run: it is never open, and a new one to the same peer takes its place. */
const lostConnection = 0

/** Takes what the store has into memory; what came in meanwhile is newer and stays. */
export function loadBindings(exchange: Exchange, state: StoredState, isWhole: boolean): void {
  if (isWhole) exchange.forgetLocations()
  for (const { table, contact } of state.contacts) {
    if (!exchange.saving.keeps(contact) || exchange.saving.isUnsaved(table, contact.user)) continue
    const location = exchange.location(table)
    if (location.find(contact.user)?.some((binding) => binding.contact === contact.contact) === true) continue
    location.insert(contact.user, bindingOf(exchange, contact))
  }
}

function bindingOf(exchange: Exchange, stored: StoredContact): Binding {
  const { core } = exchange
  const leftMs = stored.expiresAtUnixMs - core.options.wallClock()
  return {
    contact: stored.contact,
    q: stored.q,
    expiresAt:
      (stored.flags & isPermanent) !== 0 ? instant(Number.MAX_SAFE_INTEGER) : later(core.now, leftMs),
    callId: stored.callId,
    cseq: stored.cseq,
    userAgent: exchange.userAgents.shared(stored.userAgent),
    received: stored.received === undefined ? undefined : flowOf(exchange, stored.received),
    flags: stored.flags,
    parameters: stored.parameters,
  }
}

const transports: readonly Transport[] = ['udp', 'tcp', 'tls', 'ws', 'wss']

/** The way to `transport:address:port` from here; undefined where no listener of ours leads there any more. */
function flowOf(exchange: Exchange, text: string): Flow | undefined {
  const first = text.indexOf(':')
  const last = text.lastIndexOf(':')
  const transport = transports.find((known) => known === text.slice(0, first))
  const address = text.slice(first + 1, last)
  const port = Number(text.slice(last + 1))
  if (transport === undefined || last <= first || !(port > 0 && port < 65_536)) return undefined
  const listener = pickListener(exchange.core.options.listeners, undefined, transport, address)
  if (listener === undefined) return undefined
  return { listener, address, port, connection: transport === 'udp' ? undefined : lostConnection }
}
