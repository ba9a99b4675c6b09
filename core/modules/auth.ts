import type { Run } from '../exchange/index.ts'
import {
  allAlgorithms,
  appendIdentity,
  consumeCredentials,
  hasFullNumber,
  readAlgorithms,
} from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { refuseLines } from './textops-headers.ts'
import { number, text } from './tables.ts'

const longestExpireSeconds = 86_400

/** Digest authentication (RFC 7616, RFC 8760): challenges, and what is done with credentials that were right. */
export const auth: ModuleSpec<Run> = {
  name: 'auth',
  summary: 'asks for passwords and keeps the books of challenges',
  parameters: [
    text('secret', undefined, 'Text that seals nonces beside the key of this system, which it keeps anyway.'),
    number('nonce_expire', 300, 'Seconds for which a challenge is good.'),
    text('rpid_prefix', '', 'What stands before the URI in a Remote-Party-ID.'),
    text(
      'rpid_suffix',
      ';party=calling;id-type=subscriber;screen=yes',
      'What stands behind the URI in a Remote-Party-ID.',
    ),
    text('realm_prefix', '', 'Beginning that is taken off a realm, such as "sip.".'),
    text('realm', '', 'Realm where a command names none. Empty: the host in From or To, as in SER.'),
    text(
      'algorithms',
      allAlgorithms,
      'What is offered, best first: SHA-256, MD5 or both, parted by a comma.',
    ),
  ],
  refuse(settings) {
    const algorithms = String(settings.get('algorithms') ?? allAlgorithms)
    if (readAlgorithms(algorithms) === undefined)
      return {
        refused: `modparam("auth", "algorithms", "${algorithms}") names something other than SHA-256 and MD5.`,
        remedy: `Write "${allAlgorithms}", or one of the two.`,
      }
    const seconds = Number(settings.get('nonce_expire') ?? 0)
    return seconds >= 1 && seconds <= longestExpireSeconds
      ? undefined
      : {
          refused: `modparam("auth", "nonce_expire", ${seconds}) is no time that a challenge can be good for.`,
          remedy: `Write 1 to ${longestExpireSeconds} seconds, such as 300.`,
        }
  },
  commands: [
    challenge(
      'www_challenge',
      'www',
      'Answers 401 and asks for a password for {0}; the block ends here.',
      '§22.2',
    ),
    challenge(
      'proxy_challenge',
      'proxy',
      'Answers 407 and asks for a password for {0}; the block ends here.',
      '§22.3',
    ),
    {
      name: 'consume_credentials',
      takes: [],
      blocks: inRequest,
      explanation: 'Takes the credentials that were checked here out of the message that goes on.',
      rests: 'RFC 3261 §22.3, module auth',
      prepare: () => consumeCredentials,
    },
    {
      name: 'is_rpid_user_e164',
      takes: [],
      blocks: inRequest,
      explanation: 'True if the number for the Remote-Party-ID is written in full, with + and country code.',
      rests: 'module auth; ITU-T E.164',
      prepare: () => hasFullNumber,
    },
    {
      name: 'append_rpid_hf',
      takes: [],
      blocks: inRequest,
      explanation: 'Adds a Remote-Party-ID with the number that the user account holds.',
      rests: 'module auth',
      prepare: (_args, settings) => {
        const prefix = String(settings.get('rpid_prefix') ?? '')
        const suffix = String(settings.get('rpid_suffix') ?? '')
        return refuseAround(prefix, suffix) ?? ((run) => appendIdentity(run, prefix, suffix))
      },
    },
    {
      name: 'append_rpid_hf',
      takes: ['prefix', 'suffix'],
      blocks: inRequest,
      explanation: 'Adds a Remote-Party-ID made of {0}, the number of the user account and {1}.',
      rests: 'module auth',
      prepare: ([prefix = '', suffix = '']) =>
        refuseAround(prefix, suffix) ?? ((run) => appendIdentity(run, prefix, suffix)),
    },
  ],
}

function challenge(
  name: string,
  asker: 'www' | 'proxy',
  explanation: string,
  section: string,
): CommandSpec<Run> {
  return {
    name,
    takes: ['realm', 'qop'],
    blocks: inRequest,
    explanation,
    rests: `RFC 3261 ${section}, RFC 7616 §3.3, module auth`,
    prepare([realm = '', qop = '']) {
      if (qop !== '0' && qop !== '1')
        return {
          refused: `${name} takes "0" or "1" as its second argument, not "${qop}".`,
          remedy: 'Write "1": it keeps overheard credentials from being used again.',
        }
      return (run) => run.exchange.logins.challenge(run, asker, realm, qop === '1')
    },
  }
}

function refuseAround(prefix: string, suffix: string): ReturnType<typeof refuseLines> {
  return refuseLines(`Remote-Party-ID: ${prefix}<sip:1@localhost>${suffix}\r\n`)
}
