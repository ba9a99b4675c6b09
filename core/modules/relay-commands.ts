import type { Facing, MediaWish, Run } from '../exchange/index.ts'
import { isAsymmetricClient, relayMedia, releaseMedia } from '../exchange/index.ts'
import { isAddress } from '../lib/ip.ts'
import type { CommandSpec, Refused } from '../script/index.ts'
import { inFailure, inReply, inRequest } from '../script/index.ts'

interface Flags {
  readonly isAsymmetric: boolean
  readonly isTrusted: boolean
  readonly isForced: boolean
  readonly isLookup: boolean
  readonly facing: readonly [Facing | undefined, Facing | undefined]
}

/** nathelper's commands that lead media through a relay. */
export const nathelperRelayCommands: readonly CommandSpec<Run>[] = [
  forceRtpProxy([], 'Leads the media of this call through the relay.'),
  forceRtpProxy(['flags'], 'Leads the media of this call through the relay, with the flags {0}.'),
  forceRtpProxy(
    ['flags', 'address'],
    'Leads the media of this call through the relay, with the flags {0}, and tells phones outside the address {1}.',
  ),
  {
    name: 'unforce_rtp_proxy',
    takes: [],
    blocks: inRequest | inFailure | inReply,
    explanation: 'Ends the relaying of this call and frees its ports.',
    rests: 'module nathelper',
    prepare: () => releaseMedia,
  },
]

/** The same of mediaproxy, which leaves no mark in the description. */
export const mediaproxyRelayCommands: readonly CommandSpec<Run>[] = [
  {
    name: 'use_media_proxy',
    takes: [],
    blocks: inRequest | inReply,
    explanation: 'Leads the media of this call through the relay.',
    rests: 'module mediaproxy; RFC 8866 §5.7',
    prepare(_args, settings) {
      const path = String(settings.get('rtp_asymmetrics') ?? '')
      return (run) => {
        const wish = { ...mediaproxyWish, isAsymmetric: isAsymmetricClient(run, path) }
        return relayMedia(run, { wish, isForced: false })
      }
    },
  },
  {
    name: 'end_media_session',
    takes: [],
    blocks: inRequest | inFailure | inReply,
    explanation: 'Ends the relaying of this call and frees its ports.',
    rests: 'module mediaproxy',
    prepare: () => releaseMedia,
  },
]

const mediaproxyWish: MediaWish = {
  by: 'mediaproxy',
  isAsymmetric: false,
  isTrusted: false,
  isLookup: false,
  facing: [undefined, undefined],
  address: undefined,
}

function forceRtpProxy(takes: readonly string[], explanation: string): CommandSpec<Run> {
  return {
    name: 'force_rtp_proxy',
    takes,
    blocks: inRequest | inReply,
    explanation,
    rests: 'module nathelper; RFC 8866 §5.7, RFC 3264',
    prepare([text = '', address]) {
      const flags = readFlags(text)
      if ('refused' in flags) return flags
      if (address !== undefined && !isAddress(address)) {
        return {
          refused: `"${address}" is no IP address.`,
          remedy: 'Write the address that phones outside reach this server by, such as "203.0.113.5".',
        }
      }
      const { isAsymmetric, isTrusted, isForced, isLookup, facing } = flags
      const wish: MediaWish = { by: 'nathelper', isAsymmetric, isTrusted, isLookup, facing, address }
      return (run) => relayMedia(run, { wish, isForced })
    },
  }
}

/** `i` and `e` in their order: the side of the sender, then of the receiver; one alone is for both. */
function readFlags(text: string): Flags | Refused {
  const unknown = /[^aieflr]/i.exec(text)
  if (unknown !== null) {
    return {
      refused: `There is no flag "${unknown[0]}".`,
      remedy:
        'Use a (asymmetric), i (internal), e (external), f (force), l (only a known session), r (trust the address).',
    }
  }
  const flags = text.toLowerCase()
  const sides = (flags.match(/[ie]/g) ?? []).map((flag): Facing => (flag === 'i' ? 'internal' : 'external'))
  return {
    isAsymmetric: flags.includes('a'),
    isTrusted: flags.includes('r'),
    isForced: flags.includes('f'),
    isLookup: flags.includes('l'),
    facing: [sides[0], sides[1] ?? sides[0]],
  }
}
