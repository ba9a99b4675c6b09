import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Refused, Step } from '../script/index.ts'
import { isAddress, readAddress4 } from '../lib/ip.ts'
import { built, textOf } from './built.ts'
import { blocksR, blocksRO } from './later-tables.ts'
import { decodeContacts, decodeTarget, encodeContacts } from './mangler-contacts.ts'
import { text } from './tables.ts'

/** Changes addresses and ports where a translator has made them wrong. */
export const mangler: ModuleSpec<Run> = {
  name: 'mangler',
  summary: 'changes addresses and ports in session descriptions and contacts',
  parameters: [text('contact_flds_separator', '*', 'Character between the parts of an encoded contact.')],
  refuse(settings) {
    if (/^[*!$+_-]$/.test(textOf(settings, 'contact_flds_separator'))) return undefined
    return {
      refused:
        'modparam("mangler", "contact_flds_separator", …) must be one character that a user name may hold.',
      remedy: 'Write "*".',
    }
  },
  commands: [
    built(
      'sdp_mangle_ip(network, address)',
      blocksRO,
      'Writes {1} in place of every address of {0} in the session description; false when there is none.',
      'module mangler; RFC 4566 §5.7',
      ([network = '', address = '']) => prepareMangleIp(network, address),
    ),
    built(
      'sdp_mangle_port(offset)',
      blocksRO,
      'Moves the media ports in the session description by {0}; false when there are none.',
      'module mangler; RFC 4566 §5.14',
      ([offset = '']) => prepareManglePort(offset),
    ),
    built(
      'encode_contact(prefix, address)',
      blocksRO,
      'Packs each Contact into a user part that begins with {0}, at the address {1}.',
      'module mangler; RFC 3261 §8.1.1.8',
      ([prefix = '', address = ''], settings) => {
        if (!/^[\w.-]+$/.test(prefix) || !isAddress(address))
          return { refused: 'a prefix and an IP address are needed.', remedy: 'Write ("enc", "192.0.2.1").' }
        const mark = textOf(settings, 'contact_flds_separator')
        return (run) => encodeContacts(run, prefix, address, mark)
      },
    ),
    built(
      'decode_contact()',
      blocksR,
      'Turns a Request-URI that encode_contact made back into the one it stands for.',
      'module mangler',
      (_args, settings) => (run) => decodeTarget(run, textOf(settings, 'contact_flds_separator')),
    ),
    built(
      'decode_contact_header()',
      blocksRO,
      'Turns each Contact that encode_contact made back into the one it stands for.',
      'module mangler',
      (_args, settings) => (run) => decodeContacts(run, textOf(settings, 'contact_flds_separator')),
    ),
  ],
}

function prepareMangleIp(network: string, address: string): Step<Run> | Refused {
  const [, base = '', bits = '32'] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(network) ?? []
  const wanted = readAddress4(base)
  if (wanted === undefined || Number(bits) > 32)
    return { refused: `"${network}" is no network.`, remedy: 'Write it as "10.0.0.0/8".' }
  if (readAddress4(address) === undefined)
    return { refused: `"${address}" is no IPv4 address.`, remedy: 'Write it as "192.0.2.1".' }
  const divisor = 2 ** (32 - Number(bits))
  const isInside = (found: string): boolean => {
    const value = readAddress4(found)
    return value !== undefined && Math.floor(value / divisor) === Math.floor(wanted / divisor)
  }
  return (run) =>
    changeBody(run, /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, (found) =>
      isInside(found) ? address : undefined,
    )
}

function prepareManglePort(offset: string): Step<Run> | Refused {
  const by = Number(offset)
  if (!/^-?\d{1,5}$/.test(offset))
    return { refused: `"${offset}" is no offset.`, remedy: 'Write "10" or "-10".' }
  return (run) =>
    changeBody(run, /(?<=^m=\w{1,20} )\d{1,5}(?=[ /])/gm, (found) => {
      const port = Number(found) + by
      return Number(found) === 0 || port < 1 || port > 65535 ? undefined : String(port)
    })
}

/** Edits what the expression finds in the body; 1 if there was something to change. */
function changeBody(run: Run, expression: RegExp, changeOf: (found: string) => string | undefined): 1 | -1 {
  const { octets } = run.message
  const from = octets.indexOf('\r\n\r\n') + 4
  let count = 0
  for (const match of octets.slice(from).matchAll(expression)) {
    const insert = changeOf(match[0])
    if (insert === undefined) continue
    run.edits.push({ at: from + match.index, remove: match[0].length, insert })
    count++
  }
  return count > 0 ? 1 : -1
}
