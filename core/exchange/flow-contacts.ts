import type { Flow } from '../lib/flow.ts'
import { isWebSocket } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { SipMessage, SipUri } from '../sip/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { firstContactOf } from './message-places.ts'

/** Several for each of the connections that there may be. */
const mostNames = 16_000

/**
 * The connections behind Contacts that name no place: a page in a browser has none, and writes a name of its own under
 * `.invalid` (RFC 7118 §5). Whoever has such a name is reached by the connection that it came by last (RFC 5626 §5.3),
 * also for calls that have begun on another one.
 */
export class FlowContacts {
  readonly #flows = new Map<string, Flow>()
  readonly #names = new Map<number, string>()
  readonly #isOpen: (flow: Flow) => boolean

  constructor(isOpen: (flow: Flow) => boolean) {
    this.#isOpen = isOpen
  }

  get size(): number {
    return this.#flows.size
  }

  /** A call brings its Contact. A name that is in use on an open connection goes over to no other this way. */
  came(message: SipMessage, flow: Flow): void {
    if (!isWebSocket(flow.listener.transport)) return
    if (message.kind === 'request' && message.method === 'REGISTER') return
    const contact = firstContactOf(message)
    const uri = contact === undefined ? undefined : parseSipUri(contact.uri)
    if (uri === undefined || !isFlowName(uri)) return
    const present = this.#flows.get(keyOf(uri))
    if (present === undefined || !this.#isOpen(present)) this.#put(keyOf(uri), flow)
  }

  /** The registrar has let it in: the connection takes the place of the one before, whose end may not be known yet. */
  registered(uri: SipUri, flow: Flow): void {
    if (isWebSocket(flow.listener.transport) && isFlowName(uri)) this.#put(keyOf(uri), flow)
  }

  /** Undefined where the URI is no such name; an unknown one has no flow, and its name is nowhere else to be asked for. */
  find(text: Octets): Flow | undefined {
    if (!text.includes(ending)) return undefined
    const uri = parseSipUri(text)
    return uri === undefined ? undefined : this.#flows.get(keyOf(uri))
  }

  /** The way to whoever had that connection: itself while it is open. */
  successor(flow: Flow): Flow {
    if (flow.connection === undefined || this.#isOpen(flow)) return flow
    const name = this.#names.get(flow.connection)
    return (name === undefined ? undefined : this.#flows.get(name)) ?? flow
  }

  #put(key: string, flow: Flow): void {
    if (flow.connection === undefined) return
    this.#flows.delete(key)
    this.#flows.set(key, flow)
    this.#names.delete(flow.connection)
    this.#names.set(flow.connection, key)
    dropOldest(this.#flows)
    dropOldest(this.#names)
  }
}

const ending = '.invalid'

/** RFC 2606 §2: no host has such a name. */
export function isFlowName(uri: SipUri): boolean {
  return uri.host.toLowerCase().endsWith(ending)
}

function keyOf(uri: SipUri): string {
  return `${uri.user ?? ''}@${uri.host.toLowerCase()}`
}

function dropOldest(map: Map<string | number, unknown>): void {
  if (map.size <= mostNames) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
