import type { Run } from '../exchange/index.ts'
import {
  addReceivedParameter,
  allDescriptionFixes,
  allNatTests,
  descriptionFixes,
  fixContact,
  fixDescription,
  natTests,
  natTestsShowing,
  sourceUri,
} from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Refused, Settings } from '../script/index.ts'
import { inReply, inRequest } from '../script/index.ts'
import { blocksRFO } from './later-tables.ts'
import { nathelperParameters, refuseNathelperSettings } from './nathelper-parameters.ts'
import { relayCommandsOf } from './relay-join.ts'

const commands: readonly CommandSpec<Run>[] = [
  {
    name: 'nat_uac_test',
    takes: ['tests'],
    blocks: blocksRFO,
    explanation: 'True if one of the tests {0} shows that the sender is behind an address translator.',
    rests: 'module nathelper; RFC 3581 §4',
    prepare([text], settings) {
      const wanted = readBits(text, allNatTests, natTests, 'The tests of nat_uac_test')
      if (typeof wanted !== 'number') return wanted
      const view = { isLanAware: settings.get('lan_aware') !== 0 }
      return (run) => (natTestsShowing(run, wanted, view) === 0 ? -1 : 1)
    },
  },
  {
    name: 'fix_nated_contact',
    takes: [],
    blocks: inRequest | inReply,
    explanation: 'Writes the source address into the first Contact.',
    rests: 'module nathelper; RFC 3261 §8.1.1.8',
    prepare: () => (run) => fixContact(run, { keepsPort: false, sparesRightHost: false }),
  },
  {
    name: 'fix_nated_register',
    takes: [],
    blocks: inRequest,
    explanation: 'Notes the source address of a REGISTER, for save to keep with the contact.',
    rests: 'module nathelper; RFC 3261 §10.3',
    prepare(_args, settings) {
      const attribute = Number(settings.get('received_avp'))
      return (run) => {
        run.attributes.add(attribute, sourceUri(run.source))
        return 1
      }
    },
  },
  {
    name: 'add_rcv_param',
    takes: [],
    blocks: inRequest,
    explanation: 'Adds the source address to each Contact as the parameter received.',
    rests: 'module nathelper',
    prepare: () => addReceivedParameter,
  },
  {
    name: 'fix_nated_sdp',
    takes: ['changes'],
    blocks: blocksRFO,
    explanation: 'Corrects the session description for a translator, in the ways {0}.',
    rests: 'module nathelper; RFC 4566 §5.7',
    prepare([text]) {
      const fixes = readBits(text, allDescriptionFixes, descriptionFixes, 'The changes of fix_nated_sdp')
      return typeof fixes === 'number' ? (run) => fixDescription(run, fixes) : fixes
    },
  },
]

/** Finds phones behind address translators, keeps the way to them open, and corrects what they say of themselves. */
export const nathelper: ModuleSpec<Run> = {
  name: 'nathelper',
  summary: 'finds phones behind address translators, and leads their media through rtpproxy',
  parameters: nathelperParameters,
  refuse: (settings: Settings) => refuseNathelperSettings(settings),
  commands: [...commands, ...relayCommandsOf('nathelper')],
}

/** A sum of named bits; the refusal lists the names. */
export function readBits(
  text: string | undefined,
  all: number,
  names: Readonly<Record<number, string>>,
  what: string,
): number | Refused {
  const bits = Number(text)
  if (/^\d{1,5}$/.test(text ?? '') && bits > 0 && bits <= all) return bits
  const known = Object.entries(names).map(([bit, name]) => `${bit} ${name}`)
  return {
    refused: `${what} must be a sum of bits from 1 to ${all}, not "${text ?? ''}".`,
    remedy: `Add up those that you want: ${known.join('; ')}.`,
  }
}
