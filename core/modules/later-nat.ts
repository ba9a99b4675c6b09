import type { LaterModule } from './later-tables.ts'
import { blocksR, blocksRFO, blocksRO, command, text } from './later-tables.ts'

/** What leads media through relays; the rest of these two modules is built. */
export const relayModules: readonly LaterModule[] = [
  {
    name: 'nathelper',
    summary: 'finds phones behind address translators, and leads their media through rtpproxy',
    parameters: [],
    commands: [
      command(
        'force_rtp_proxy()',
        blocksRO,
        'Leads the media of this call through rtpproxy.',
        'module nathelper; RFC 4566 §5.7',
      ),
      command(
        'force_rtp_proxy(flags)',
        blocksRO,
        'Leads the media of this call through rtpproxy, with the flags {0}.',
        'module nathelper; RFC 4566 §5.7',
      ),
      command(
        'force_rtp_proxy(flags, address)',
        blocksRO,
        'Leads the media of this call through rtpproxy, with the flags {0}, and offers {1} as its address.',
        'module nathelper; RFC 4566 §5.7',
      ),
      command('unforce_rtp_proxy()', blocksRFO, 'Tells rtpproxy that this call is over.', 'module nathelper'),
    ],
  },
  {
    name: 'mediaproxy',
    summary: 'finds phones behind address translators, and leads their media through mediaproxy',
    parameters: [],
    commands: [
      command(
        'use_media_proxy()',
        blocksRO,
        'Leads the media of this call through mediaproxy.',
        'module mediaproxy; RFC 4566 §5.7',
      ),
      command(
        'end_media_session()',
        blocksRFO,
        'Tells mediaproxy that this call is over.',
        'module mediaproxy',
      ),
    ],
  },
]

/** Changes of addresses in transit. */
export const natModules: readonly LaterModule[] = [
  {
    name: 'mangler',
    summary: 'changes addresses and ports in session descriptions and contacts',
    parameters: [text('contact_flds_separator', '*', 'Character between the parts of an encoded contact.')],
    commands: [
      command(
        'sdp_mangle_ip(network, address)',
        blocksRO,
        'Writes {1} in place of every address of {0} in the session description.',
        'module mangler; RFC 4566 §5.7',
      ),
      command(
        'sdp_mangle_port(port)',
        blocksRO,
        'Moves the media ports in the session description by {0}.',
        'module mangler; RFC 4566 §5.14',
      ),
      command(
        'encode_contact(prefix, address)',
        blocksRO,
        'Packs each Contact into a user part that begins with {0}, at the address {1}.',
        'module mangler; RFC 3261 §8.1.1.8',
      ),
      command(
        'decode_contact()',
        blocksR,
        'Turns a Request-URI that encode_contact made back into the one it stands for.',
        'module mangler',
      ),
      command(
        'decode_contact_header()',
        blocksRO,
        'Turns each Contact that encode_contact made back into the one it stands for.',
        'module mangler',
      ),
    ],
  },
]
