import type { LaterModule } from './later-tables.ts'
import { blocksR, blocksRFO, blocksRO, command } from './later-tables.ts'
import { number, text } from './tables.ts'

/** Phones behind address translators, and the relays for their media. */
export const natModules: readonly LaterModule[] = [
  {
    name: 'nathelper',
    summary: 'finds phones behind address translators, and leads their media through rtpproxy',
    parameters: [
      number('natping_interval', 0, 'Seconds between two packets that keep a translator open; 0 sends none.'),
      number(
        'ping_nated_only',
        0,
        '1 sends them only to phones that are marked as being behind a translator.',
      ),
      text(
        'rtpproxy_sock',
        'unix:/var/run/rtpproxy.sock',
        'Where rtpproxy listens: unix:path, udp:host:port or udp6:host:port.',
      ),
      number('rtpproxy_disable', 0, '1 does without rtpproxy.'),
      number('rtpproxy_disable_tout', 60, 'Seconds after which an rtpproxy that fell silent is tried again.'),
      number('rtpproxy_retr', 5, 'How often a command to rtpproxy is sent before it counts as silent.'),
      number('rtpproxy_tout', 1, 'Seconds to wait for each of its answers.'),
      number('received_avp', 42, 'Number of the attribute that carries the source address of a REGISTER.'),
      text('force_socket', undefined, 'Address from which the packets of natping_interval are sent.'),
    ],
    commands: [
      command(
        'nat_uac_test(tests)',
        blocksRFO,
        'True if one of the tests {0} shows that the sender is behind an address translator.',
        'module nathelper; RFC 3581 §4',
      ),
      command(
        'fix_nated_contact()',
        blocksRO,
        'Writes the source address into the first Contact.',
        'module nathelper; RFC 3261 §8.1.1.8',
      ),
      command(
        'fix_nated_register()',
        blocksR,
        'Notes the source address of a REGISTER, for save to keep with the contact.',
        'module nathelper; RFC 3261 §10.3',
      ),
      command(
        'add_rcv_param()',
        blocksR,
        'Adds the source address to each Contact as the parameter received.',
        'module nathelper',
      ),
      command(
        'fix_nated_sdp(changes)',
        blocksRFO,
        'Corrects the session description for a translator, in the ways {0}.',
        'module nathelper; RFC 4566 §5.7',
      ),
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
    parameters: [
      text(
        'mediaproxy_socket',
        '/var/run/proxydispatcher.sock',
        'Where the dispatcher of mediaproxy listens.',
      ),
      text(
        'sip_asymmetrics',
        '/etc/ser/sip-asymmetric-clients',
        'File of patterns for phones that receive signalling at another port than they send from.',
      ),
      text(
        'rtp_asymmetrics',
        '/etc/ser/rtp-asymmetric-clients',
        'File of patterns for phones that receive media at another port than they send from.',
      ),
      number(
        'natping_interval',
        60,
        'Seconds between two packets that keep a translator open; 0 sends none.',
      ),
    ],
    commands: [
      command(
        'client_nat_test(tests)',
        blocksRFO,
        'True if one of the tests {0} shows that the sender is behind an address translator.',
        'module mediaproxy; RFC 3581 §4',
      ),
      command(
        'fix_contact()',
        blocksRO,
        'Writes the source address into the first Contact.',
        'module mediaproxy; RFC 3261 §8.1.1.8',
      ),
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
