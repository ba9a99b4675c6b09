import type { Run } from '../exchange/index.ts'
import { fixContact, isAsymmetricClient, natTests, natTestsShowing } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec } from '../script/index.ts'
import { inReply, inRequest } from '../script/index.ts'
import { blocksRFO } from './later-tables.ts'
import { number, text } from './tables.ts'
import { readBits } from './nathelper.ts'
import { relayCommandsOf } from './relay-join.ts'

/** Those of nathelper's tests that this module has: private Contact, source that is not the Via's, private Via. */
const clientNatTests = { 1: natTests[1], 2: natTests[2], 4: natTests[4] }

const commands: readonly CommandSpec<Run>[] = [
  {
    name: 'client_nat_test',
    takes: ['tests'],
    blocks: blocksRFO,
    explanation: 'True if one of the tests {0} shows that the sender is behind an address translator.',
    rests: 'module mediaproxy; RFC 3581 §4',
    prepare([tests], settings) {
      const wanted = readBits(tests, 7, clientNatTests, 'The tests of client_nat_test')
      if (typeof wanted !== 'number') return wanted
      const view = { isLanAware: settings.get('lan_aware') !== 0 }
      return (run) => (natTestsShowing(run, wanted, view) === 0 ? -1 : 1)
    },
  },
  {
    name: 'fix_contact',
    takes: [],
    blocks: inRequest | inReply,
    explanation: 'Writes the source address into the first Contact.',
    rests: 'module mediaproxy; RFC 3261 §8.1.1.8',
    prepare(_args, settings) {
      const path = String(settings.get('sip_asymmetrics') ?? '')
      return (run) => fixContact(run, { keepsPort: isAsymmetricClient(run, path), sparesRightHost: true })
    },
  },
]

export const mediaproxy: ModuleSpec<Run> = {
  name: 'mediaproxy',
  summary: 'finds phones behind address translators, and leads their media through mediaproxy',
  parameters: [
    number(
      'lan_aware',
      1,
      'How private addresses are judged: 1 by whether the phone can be reached there, 0 as in SER 0.9.',
    ),
    text('mediaproxy_socket', '/var/run/proxydispatcher.sock', 'Where the dispatcher of mediaproxy listens.'),
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
      'Most seconds between two packets that keep a translator open; 0 sends none.',
    ),
  ],
  commands: [...commands, ...relayCommandsOf('mediaproxy')],
}
