/** An office whose exchange has one foot in the LAN and one outside, and phones behind translators. */
import type { ExchangeHost } from '../sim/exchange-host.ts'
import { listenersAt } from '../sim/exchange-host.ts'
import type { NatBoxOptions } from '../sim/nat-box.ts'
import { NatBox } from '../sim/nat-box.ts'
import type { Phone, PhoneOptions } from '../sim/phone.ts'
import { World } from '../sim/world.ts'

const modules = ['sl', 'tm', 'rr', 'maxfwd', 'usrloc', 'registrar', 'textops', 'nathelper', 'mediaproxy']

export const outsideAddress = '203.0.113.1'
export const officeAddress = '192.168.1.1'

/** The guide's NAT chapter without its media, with the given test. */
export function natScript(test = 'nat_uac_test("19")', settings = '', onReply = 'nat_uac_test("1")'): string {
  return `debug=3
${modules.map((name) => `loadmodule "${name}.so"\n`).join('')}
modparam("registrar", "nat_flag", 6)
modparam("mediaproxy", "natping_interval", 0)
${settings}
route {
  if (method != "REGISTER") { record_route(); };
  if (${test}) {
    setflag(6);
    force_rport();
    if (method == "REGISTER") { fix_nated_register(); } else { fix_nated_contact(); };
  };
  if (method == "REGISTER") { save("location"); break; };
  t_on_reply("1");
  if (loose_route()) { t_relay(); break; };
  if (method == "CANCEL" || method == "ACK") { t_relay(); break; };
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); break; };
  if (!t_relay()) { sl_reply_error(); };
}
onreply_route[1] { if (${onReply}) { fix_nated_contact(); }; }
`
}

export class NatOffice {
  readonly world: World
  readonly exchange: ExchangeHost

  constructor(script = natScript(), seed = 1) {
    this.world = new World({ seed })
    this.exchange = this.world.exchange(script, {
      address: outsideAddress,
      listeners: [...listenersAt(outsideAddress), ...listenersAt(officeAddress)],
      subnets: [
        { address: officeAddress, prefixBits: 24 },
        { address: outsideAddress, prefixBits: 24 },
        { address: '127.0.0.1', prefixBits: 8 },
      ],
    })
    this.world.name(officeAddress, 'sidetone')
  }

  /** A phone on the office LAN. */
  inOffice(user: string, last: number, options: Partial<PhoneOptions> = {}): Phone {
    return this.world.phone(user, `192.168.1.${last}`, {
      proxy: { address: officeAddress, port: 5060 },
      ...options,
    })
  }

  /** A phone at home: its private network has the same addresses as the office. */
  atHome(
    user: string,
    box: Partial<NatBoxOptions> = {},
    options: Partial<PhoneOptions> = {},
  ): { readonly phone: Phone; readonly box: NatBox } {
    const address = options.address ?? '192.168.1.113'
    const outside = box.outside ?? '198.51.100.7'
    this.world.name(outside, `${user}-router`)
    const made = this.world.net.translate(new NatBox({ outside, inside: [address], ...box }))
    const proxy = { address: outsideAddress, port: 5060 }
    return {
      phone: this.world.phone(user, address, { proxy, domain: outsideAddress, ...options }),
      box: made,
    }
  }

  register(...phones: readonly Phone[]): void {
    for (const phone of phones) phone.register()
    this.world.run(100)
  }

  rowOf(user: string): NatRow {
    const [row] = this.exchange.askFor({ name: 'bindings', table: 'location', user }) as NatRow[]
    if (row === undefined) throw new Error(`${user} is not registered`)
    return row
  }
}

export interface NatRow {
  readonly contact: string
  readonly received: string | null
  readonly nated: boolean
  readonly keepAlive: {
    readonly method: string
    readonly intervalSeconds: number
    readonly lifetimeAtLeastSeconds: number | null
    readonly lifetimeLessThanSeconds: number | null
    readonly lastPingSecondsAgo: number | null
    readonly lastAnswerSecondsAgo: number | null
    readonly roundTripMs: number | null
    readonly unanswered: number
  } | null
}
