import type { Octets } from '../lib/octets.ts'
import type { Run } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Pattern, Refused, Step } from '../script/index.ts'
import { compilePattern, inFailure, inReply, inRequest } from '../script/index.ts'
import { isSipUri, parseUri, printUri } from '../sip/index.ts'
import { matchesIn, replaceMatches, restOf } from './textops-edits.ts'
import { textopsExtensions } from './textops-extensions.ts'
import { hasField, readFieldName, refuseLines, refuseRemoval, removalsOf } from './textops-headers.ts'
import type { Substitution } from './textops-subst.ts'
import { readSubstitution, substituteInMessage, substituteInText } from './textops-subst.ts'

const anywhere = inRequest | inFailure | inReply
const module = 'module textops'
/** As REG_EXTENDED, REG_ICASE and REG_NEWLINE. */
const byLines = { isNewlineSensitive: true }

const patterns: readonly CommandSpec<Run>[] = [
  {
    name: 'search',
    takes: ['pattern'],
    blocks: anywhere,
    explanation:
      'True if the received message, first line and body included, matches the regular expression {0}.',
    rests: module,
    prepare([text]) {
      const pattern = compilePattern(text ?? '', byLines)
      return 'refused' in pattern ? pattern : (run) => truth(pattern.test(run.message.octets))
    },
  },
  {
    name: 'search_append',
    takes: ['pattern', 'text'],
    blocks: anywhere,
    explanation: 'Puts the text {1} behind the first match of {0} in the headers and the body.',
    rests: module,
    prepare([text, added]) {
      const pattern = compilePattern(text ?? '', byLines)
      return 'refused' in pattern ? pattern : (run) => append(run, pattern, added ?? '')
    },
  },
  {
    name: 'replace',
    takes: ['pattern', 'text'],
    blocks: anywhere,
    explanation: 'Writes {1} in place of the first match of {0} in the headers and the body.',
    rests: module,
    prepare: ([text, insert]) => prepareReplace(text ?? '', insert ?? '', false),
  },
  {
    name: 'replace_all',
    takes: ['pattern', 'text'],
    blocks: anywhere,
    explanation: 'Writes {1} in place of every match of {0} in the headers and the body.',
    rests: module,
    prepare: ([text, insert]) => prepareReplace(text ?? '', insert ?? '', true),
  },
  {
    name: 'subst',
    takes: ['expression'],
    blocks: anywhere,
    explanation: 'Changes the headers and the body by the substitution {0}.',
    rests: module,
    prepare: ([text]) => prepareSubstitution(text ?? '', substituteInMessage),
  },
  {
    name: 'subst_uri',
    takes: ['expression'],
    blocks: anywhere,
    explanation: 'Changes the Request-URI by the substitution {0}; false if nothing in it matches.',
    rests: `${module}; RFC 3261 §19.1.1`,
    prepare: ([text]) => prepareSubstitution(text ?? '', substituteInUri),
  },
  {
    name: 'subst_user',
    takes: ['expression'],
    blocks: anywhere,
    explanation:
      'Changes the user part of the Request-URI by the substitution {0}; false if nothing in it matches.',
    rests: `${module}; RFC 3261 §19.1.1`,
    prepare: ([text]) => prepareSubstitution(text ?? '', substituteInUser),
  },
]

const fields: readonly CommandSpec<Run>[] = [
  {
    name: 'append_hf',
    takes: ['lines'],
    blocks: anywhere,
    explanation: 'Adds {0} behind the last header of the message that goes on.',
    rests: `${module}; RFC 3261 §7.3`,
    prepare: ([lines]) =>
      prepareLines(lines ?? '', (run, text) => {
        run.lines += text
      }),
  },
  {
    name: 'append_urihf',
    takes: ['beginning', 'end'],
    blocks: inRequest | inFailure,
    explanation: 'Adds a header made of {0}, the Request-URI and {1} to the message that goes on.',
    rests: `${module}; RFC 3261 §7.3`,
    prepare: ([beginning, end]) =>
      refuseLines(`${beginning ?? ''}sip:somebody@example.com${end ?? ''}`) ??
      ((run) => {
        run.lines += `${beginning ?? ''}${run.uri}${end ?? ''}`
        return 1
      }),
  },
  {
    name: 'append_to_reply',
    takes: ['lines'],
    blocks: inRequest,
    explanation: 'Adds {0} to the answers that this server itself gives to the request.',
    rests: `${module}; RFC 3261 §8.2.6`,
    prepare: ([lines]) => prepareLines(lines ?? '', addToReply),
  },
  {
    name: 'remove_hf',
    takes: ['name'],
    blocks: anywhere,
    explanation: 'Takes every header {0} out of the message that goes on; false if there is none.',
    rests: `${module}; RFC 3261 §7.3`,
    prepare([text]) {
      const name = readFieldName(text ?? '')
      return typeof name === 'string' ? (refuseRemoval(name) ?? ((run) => remove(run, name))) : name
    },
  },
  {
    name: 'is_present_hf',
    takes: ['name'],
    blocks: anywhere,
    explanation: 'True if the received message has a header {0}.',
    rests: `${module}; RFC 3261 §7.3`,
    prepare([text]) {
      const name = readFieldName(text ?? '')
      return typeof name === 'string' ? (run) => truth(hasField(run, name)) : name
    },
  },
  {
    name: 'append_time',
    takes: [],
    blocks: inRequest,
    explanation: 'Adds the present date to the answers that this server itself gives to the request.',
    rests: `${module}; RFC 3261 §20.17`,
    prepare: () => (run) => {
      // Date.prototype.toUTCString is laid down by ECMAScript in just the form of SIP-date (RFC 3261 §25.1).
      addToReply(run, `Date: ${new Date(run.exchange.core.options.wallClock()).toUTCString()}\r\n`)
      return 1
    },
  },
]

/** Looks into the text of messages and changes it. */
export const textops: ModuleSpec<Run> = {
  name: 'textops',
  summary: 'looks for text in messages, changes it, and adds and removes headers',
  parameters: [],
  commands: [...patterns, ...fields, ...textopsExtensions],
}

function truth(claim: boolean): 1 | -1 {
  return claim ? 1 : -1
}

function append(run: Run, pattern: Pattern, text: Octets): 1 | -1 {
  const rest = restOf(run)
  const [match] = matchesIn(pattern, rest.text, false)
  if (match === undefined) return -1
  run.edits.push({ at: rest.at + match.index + (match[0] as string).length, remove: 0, insert: text })
  return 1
}

function prepareReplace(text: string, insert: Octets, isGlobal: boolean): Step<Run> | Refused {
  const pattern = compilePattern(text, byLines)
  return 'refused' in pattern ? pattern : (run) => replaceMatches(run, pattern, isGlobal, () => insert)
}

function prepareSubstitution(
  text: string,
  substitute: (run: Run, substitution: Substitution) => 1 | -1,
): Step<Run> | Refused {
  const substitution = readSubstitution(text)
  return 'refused' in substitution ? substitution : (run) => substitute(run, substitution)
}

function substituteInUri(run: Run, substitution: Substitution): 1 | -1 {
  const uri = substituteInText(substitution, run.uri, run.uri)
  return uri === undefined ? -1 : retarget(run, uri)
}

/** An emptied user takes its `@` along. */
function substituteInUser(run: Run, substitution: Substitution): 1 | -1 {
  const target = run.sipTarget
  if (target?.user === undefined) return -1
  const user = substituteInText(substitution, target.user, run.uri)
  return user === undefined
    ? -1
    : retarget(run, printUri({ ...target, user: user === '' ? undefined : user }))
}

/** Only a URI can stand in a start line: anything else could smuggle lines into the request. */
function retarget(run: Run, text: Octets): 1 | -1 {
  const uri = parseUri(text)
  if (uri.scheme === undefined || (isSipUri(uri) && uri.headers !== ''))
    return run.fail(479, 'Bad Request-URI')
  run.uri = text
  return 1
}

function prepareLines(text: Octets, add: (run: Run, text: Octets) => void): Step<Run> | Refused {
  return (
    refuseLines(text) ??
    ((run) => {
      add(run, text)
      return 1
    })
  )
}

function addToReply(run: Run, text: Octets): void {
  run.state.replyLines += text
}

function remove(run: Run, name: string): 1 | -1 {
  const edits = removalsOf(run, name)
  run.edits.push(...edits)
  return truth(edits.length > 0)
}
