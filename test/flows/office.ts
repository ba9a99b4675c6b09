/** A simulated office: the shipped script, or one made of a few lines, and phones that are registered. */
import { readFileSync } from 'node:fs'
import type { ExchangeHost, ExchangeHostOptions } from '../sim/exchange-host.ts'
import type { Call } from '../sim/call.ts'
import type { Phone, PhoneOptions } from '../sim/phone.ts'
import type { WorldOptions } from '../sim/world.ts'
import { World } from '../sim/world.ts'

export const helloWorld = readFileSync(
  new URL('../../resources/scripts/hello-world.cfg', import.meta.url),
  'latin1',
)

const modules = ['sl', 'tm', 'rr', 'maxfwd', 'usrloc', 'registrar', 'textops', 'uri']

/** A whole script: the usual modules, then the globals and blocks that are given. */
export function scriptWith(routes: string, settings = ''): string {
  return `debug=3\n${modules.map((name) => `loadmodule "${name}.so"\n`).join('')}${settings}\n${routes}\n`
}

/** Takes registrations and relays to what `lookup` finds; `before` runs first for requests outside dialogs. */
export function usualScript(before: string, more = '', settings = ''): string {
  return scriptWith(
    `route {
  if (method == "REGISTER") { save("location"); break; };
  if (loose_route()) { t_relay(); break; };
  if (method == "CANCEL" || method == "ACK") { t_relay(); break; };
  ${before}
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); break; };
  if (!t_relay()) { sl_reply_error(); };
}
${more}`,
    settings,
  )
}

export interface OfficeOptions extends WorldOptions {
  readonly script?: string
  readonly exchange?: Partial<ExchangeHostOptions>
}

export class Office {
  readonly world: World
  readonly exchange: ExchangeHost
  #hosts = 1

  constructor(options: OfficeOptions = {}) {
    const { script = helloWorld, exchange = {}, ...world } = options
    this.world = new World(world)
    this.exchange = this.world.exchange(script, exchange)
  }

  /** A phone at the next address of 10.0.0.0/24, registered. */
  phone(user: string, options: Partial<PhoneOptions> = {}): Phone {
    const phone = this.stranger(user, options)
    phone.register()
    this.world.run(100)
    return phone
  }

  stranger(user: string, options: Partial<PhoneOptions> = {}): Phone {
    this.#hosts++
    return this.world.phone(user, `10.0.0.${this.#hosts}`, options)
  }

  /** Several phones registered by one user, at addresses of their own. */
  phonesOf(user: string, count: number): Phone[] {
    return Array.from({ length: count }, (_, at) => {
      this.#hosts++
      const address = `10.0.0.${this.#hosts}`
      this.world.name(address, `${user}${at + 1}`)
      const phone = this.world.phone(user, address)
      phone.register()
      this.world.run(100)
      return phone
    })
  }

  /** Everything that happens in `story`, and until `ms` have passed, as a ladder. */
  ladder(story: () => void, ms: number): string {
    const from = this.world.packets.length
    story()
    this.world.run(ms)
    return this.world.ladder(from)
  }
}

export function answers(afterMs = 20): (call: Call) => void {
  return (call) => {
    call.ring()
    call.phone.after(afterMs, () => call.answer())
  }
}

export function rejects(status: number, lines = ''): (call: Call) => void {
  return (call) => call.reject(status, lines)
}

export function rings(call: Call): void {
  call.ring()
}
