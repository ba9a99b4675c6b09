import type { Flow } from '../lib/flow.ts'
import { isAddress, isLocal, isUnicast } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import type { NameAddr, SipUri } from '../sip/index.ts'
import { findParameter } from '../sip/index.ts'
import { defaultPort, flowTo, nextHopOf, pickListener } from './next-hop.ts'
import type { Run } from './run.ts'

/** Where the script and its modules leave the address that a phone is really reached at. */
export interface ReceivedSettings {
  /** Number of the attribute that fix_nated_register() fills. */
  readonly receivedAvp: number
  /** Contact parameter that a proxy in front of us fills (its add_rcv_param()). */
  readonly receivedParam: string
}

/**
 * The way to a phone where its Contact is not that way: what the script noted, what a proxy in front of us noted, the
 * connection it registered by, or the packet's source where the Contact names an address outside the office that the
 * packet did not come from.
 */
export function receivedFor(
  run: Run,
  contact: NameAddr,
  uri: SipUri,
  settings: ReceivedSettings,
): Flow | undefined {
  const noted = run.state.attributes?.first(settings.receivedAvp)
  const byScript = typeof noted === 'string' ? flowOf(run, noted) : undefined
  if (byScript !== undefined) return byScript
  const byProxy = contact.parameters === '' ? undefined : notedByProxy(run, contact, settings.receivedParam)
  if (byProxy !== undefined) return byProxy
  const { source } = run
  if (source.connection !== undefined) return source
  if (uri.host === source.address || !isAddress(uri.host) || isLocal(uri.host)) return undefined
  run.exchange.core.count('contacts outside the office')
  return source
}

/** A stranger could have calls and keep-alives sent to anybody by this parameter: only a neighbour is believed. */
function notedByProxy(run: Run, contact: NameAddr, name: string): Flow | undefined {
  const text = findParameter(contact.parameters, name)
  if (text === undefined) return undefined
  const { core } = run.exchange
  if (!run.exchange.isSer09 && !core.areNeighbours(run.source.address, run.source.address)) {
    core.count('received parameters not believed')
    return undefined
  }
  return flowOf(run, text.replace(/^"(.*)"$/, '$1'))
}

function flowOf(run: Run, text: Octets): Flow | undefined {
  const { source, exchange } = run
  const hop = nextHopOf(text)
  if (typeof hop === 'string' || !isUnicast(hop.host)) return undefined
  const port = hop.port ?? defaultPort(hop.transport)
  if (hop.host === source.address && port === source.port) return source
  const listener = pickListener(exchange.core.options.listeners, source.listener, hop.transport, hop.host)
  return listener === undefined ? undefined : flowTo(listener, hop.host, port)
}
