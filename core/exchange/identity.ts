import type { Listener } from '../lib/flow.ts'
import type { Endpoint } from '../script/index.ts'
import type { SipUri, Via } from '../sip/index.ts'

/** Who we are: the addresses and names by which a URI or a Via means this exchange (SER's `myself`). */
export class Identity {
  readonly #addresses = new Set<string>()
  readonly #endpoints = new Set<string>()
  readonly #aliases = new Map<string, Set<number | undefined>>()

  constructor(listeners: readonly Listener[], aliases: readonly Endpoint[]) {
    for (const listener of listeners) {
      this.#addresses.add(listener.address)
      this.#endpoints.add(`${listener.address} ${listener.port}`)
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
    if (this.#addresses.has(host) && this.#endpoints.has(`${host} ${port ?? 5060}`)) return true
    const ports = this.#aliases.get(host)
    return ports !== undefined && (ports.has(undefined) || ports.has(port ?? 5060))
  }

  isUri(uri: SipUri): boolean {
    return this.isHostPort(uri.host, uri.port)
  }

  isVia(via: Via): boolean {
    return this.isHostPort(via.host, via.port)
  }

  isAddress(address: string): boolean {
    return this.#addresses.has(address)
  }
}
