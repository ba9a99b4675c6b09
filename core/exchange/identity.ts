import type { Listener } from '../lib/flow.ts'
import type { Endpoint } from '../script/index.ts'
import type { SipUri, Via } from '../sip/index.ts'

/** Who we are: the addresses and names by which a URI or a Via means this exchange (SER's `myself`). */
export class Identity {
  /** Ports by address. */
  readonly #sockets = new Map<string, Set<number>>()
  readonly #aliases = new Map<string, Set<number | undefined>>()

  constructor(listeners: readonly Listener[], aliases: readonly Endpoint[]) {
    for (const listener of listeners) {
      const ports = this.#sockets.get(listener.address) ?? new Set()
      ports.add(listener.port)
      this.#sockets.set(listener.address, ports)
    }
    for (const alias of aliases) {
      const host = alias.host.toLowerCase()
      const ports = this.#aliases.get(host) ?? new Set()
      ports.add(alias.port)
      this.#aliases.set(host, ports)
    }
  }

  /** An absent port means 5060; an alias without a port fits any (ser-language §3.2). */
  isHostPort(host: string, port: number | undefined): boolean {
    if (this.#sockets.get(host)?.has(port ?? 5060) === true) return true
    const ports = this.#aliases.get(host)
    return ports !== undefined && (ports.has(undefined) || ports.has(port ?? 5060))
  }

  isUri(uri: SipUri): boolean {
    return this.isHostPort(uri.host, uri.port)
  }

  isVia(via: Via): boolean {
    return this.isHostPort(via.host, via.port)
  }

  /** One of our sockets by its address, not by a name that stands for us. */
  isSocket(uri: SipUri): boolean {
    return this.#sockets.get(uri.host)?.has(uri.port ?? 5060) === true
  }

  isAddress(address: string): boolean {
    return this.#sockets.has(address)
  }
}
