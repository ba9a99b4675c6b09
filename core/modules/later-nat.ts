import type { LaterModule } from './later-tables.ts'
import { blocksR, blocksRO, command, text } from './later-tables.ts'

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
