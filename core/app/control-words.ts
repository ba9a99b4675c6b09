import type { Command } from '../exchange/index.ts'
import { readStoreWords, storeUsage, type StoreRequest } from './store-words.ts'

/** What the words of `sidetone ctl` ask for; `usage` says what was wrong with them. */
export type ControlRequest =
  | { readonly kind: 'exchange'; readonly command: Command }
  | { readonly kind: 'store'; readonly request: StoreRequest }
  | { readonly kind: 'ended-calls'; readonly count: number }
  | { readonly kind: 'one-call'; readonly callId: string }
  | { readonly kind: 'diagnose'; readonly callId: string }
  | { readonly kind: 'processes' }
  | { readonly kind: 'uptime' }
  | { readonly kind: 'stats' }
  /** The file is written by whoever asks. */
  | {
      readonly kind: 'capture'
      readonly callId: string
      readonly file: string
      readonly seconds: number | undefined
    }
  | { readonly kind: 'record'; readonly isAll: boolean }
  | { readonly kind: 'usage'; readonly message: string }

export const controlUsage = [
  'ul show [USER]               the phones that are registered',
  'ul add USER URI [SECONDS]    a contact by hand; without SECONDS it stays until it is removed',
  'ul rm USER [URI]             takes away all contacts of a user, or one',
  'nat [USER]                   what each phone shows of an address translator, test by test',
  'add USER [PASSWORD [EMAIL]]  a person; without PASSWORD one is made and told',
  'passwd USER [PASSWORD]       a new password, likewise',
  'rm USER                      takes a person away',
  'accounts                     the people that there are',
  'sha256 USER on|off           whether phones of USER must answer with SHA-256',
  'online                       who can be reached',
  'events [WORD…]               the event log, newest first; only lines with every WORD',
  'bans                         who is ignored for guessing passwords',
  'unban ADDRESS                hears that address again',
  'alias show [USER]            other names of people and where they lead',
  'alias add NAME URI           another name; calls to it go to the URI',
  'alias rm NAME [URI]          takes it away',
  ...storeUsage,
  'calls [ended [COUNT]]        the calls that are going on, or the last that have ended',
  'calls show CALL-ID           one call with all that is known of it',
  'capture CALL-ID FILE [SECONDS]',
  '                             a call’s messages and media for Wireshark: SECONDS of them from now on, 5',
  'record on|off                whether the last media of every call stays in memory, so that capture has the past too',
  'doctor CALL-ID               who cannot hear whom in a call, and why',
  'stats                        counters since the start',
  'ps                           the process and where it listens',
  'uptime                       since when it runs',
  'fifo COMMAND…                ul_dump, ul_show_contact, ul_add, ul_rm, ul_rm_contact, ps, uptime, t_stats, sl_stats',
]

const TABLE = 'location'
const ALIASES = 'aliases'
/** A contact added by hand has no refresh; as long as SIP can say (RFC 3261 §20.19). */
const FOR_EVER_SECONDS = 0xffff_ffff

/** serctl's words, as they were typed. */
export function readControlWords(words: readonly string[]): ControlRequest {
  const [first = '', ...rest] = words
  const people = Object.hasOwn(peopleCommands, first) ? peopleCommands[first] : undefined
  if (people !== undefined) return readPeople(people, first, rest)
  const plain = Object.hasOwn(plainRequests, first) ? plainRequests[first] : undefined
  if (plain !== undefined) return alone(rest, plain)
  const read = Object.hasOwn(readers, first) ? readers[first] : undefined
  return read === undefined ? readStore(words, first) : read(rest)
}

const readers: Readonly<Record<string, (rest: readonly string[]) => ControlRequest>> = {
  ul: (rest) => readBindings(TABLE, rest, 'ul'),
  alias: (rest) => asAnotherName(readBindings(ALIASES, rest, 'alias')),
  fifo: readFifo,
  calls: readCalls,
  capture: readCapture,
  record: readRecord,
  nat: readNat,
  doctor: readDoctor,
}

const plainRequests: Readonly<Record<string, ControlRequest>> = {
  stats: { kind: 'stats' },
  ps: { kind: 'processes' },
  uptime: { kind: 'uptime' },
}

function readDoctor([callId, ...more]: readonly string[]): ControlRequest {
  return callId === undefined || more.length > 0
    ? usage('write doctor CALL-ID')
    : { kind: 'diagnose', callId }
}

function readPeople(people: PeopleCommand, first: string, rest: readonly string[]): ControlRequest {
  const command = people.counts.includes(rest.length) ? people.read(rest) : undefined
  return command === undefined
    ? usage(`write ${first} ${people.usage}`.trimEnd())
    : { kind: 'exchange', command }
}

function readStore(words: readonly string[], first: string): ControlRequest {
  const request = readStoreWords(words)
  if (typeof request === 'object') return { kind: 'store', request }
  return usage(request ?? whyUnknown(first))
}

function whyUnknown(word: string): string {
  if (word === '') return 'ctl needs a command'
  return LATER.has(word)
    ? `ctl ${word} is not part of this version`
    : `ctl knows no command ${JSON.stringify(word)}`
}

const LATER = new Set(['acl', 'moni', 'ping'])

interface PeopleCommand {
  readonly usage: string
  /** How many words may follow. */
  readonly counts: readonly number[]
  /** Undefined where the words are wrong. */
  readonly read: (words: readonly string[]) => Command | undefined
}

const upToFour = [0, 1, 2, 3, 4]

/** The words about people and what has happened to them, in serctl's spelling where it has one. */
const peopleCommands: Readonly<Record<string, PeopleCommand>> = {
  add: {
    usage: 'USER [PASSWORD [EMAIL]]',
    counts: [1, 2, 3],
    read: ([user = '', password, email = '']) => ({ name: 'add-account', user, password, email }),
  },
  passwd: {
    usage: 'USER [PASSWORD]',
    counts: [1, 2],
    read: ([user = '', password]) => ({ name: 'change-password', user, password }),
  },
  rm: { usage: 'USER', counts: [1], read: ([user = '']) => ({ name: 'remove-account', user }) },
  sha256: {
    usage: 'USER on|off',
    counts: [2],
    read: ([user = '', wish]) =>
      wish === 'on' || wish === 'off'
        ? { name: 'require-sha256', user, isRequired: wish === 'on' }
        : undefined,
  },
  accounts: { usage: '', counts: [0], read: () => ({ name: 'accounts' }) },
  online: { usage: '', counts: [0], read: () => ({ name: 'online', table: TABLE }) },
  events: { usage: '[WORD…]', counts: upToFour, read: (words) => ({ name: 'notices', words }) },
  bans: { usage: '', counts: [0], read: () => ({ name: 'bans' }) },
  unban: { usage: 'ADDRESS', counts: [1], read: ([address = '']) => ({ name: 'unban', address }) },
}

function readBindings(table: string, words: readonly string[], word: string): ControlRequest {
  const [verb = '', user, uri, seconds] = words
  if (verb === 'show' && words.length <= 2) return showBindings(table, user)
  if (verb === 'add' && words.length <= 4) return addBinding(table, user, uri, seconds)
  if (verb === 'rm' && words.length <= 3) return removeBinding(table, user, uri)
  return usage(`write ${word} show [USER], ${word} add USER URI [SECONDS] or ${word} rm USER [URI]`)
}

const usualEndedCalls = 200
const mostEndedCalls = 10_000

function asAnotherName(request: ControlRequest): ControlRequest {
  return request.kind === 'exchange' && request.command.name === 'bind'
    ? { kind: 'exchange', command: { ...request.command, isAnotherName: true } }
    : request
}

function readNat([user, ...rest]: readonly string[]): ControlRequest {
  return alone(rest, { kind: 'exchange', command: { name: 'phone-nat', table: TABLE, user } })
}

function readCalls(words: readonly string[]): ControlRequest {
  const [which, what] = words
  if (which === undefined) return { kind: 'exchange', command: { name: 'calls', which: 'going-on' } }
  if (which === 'show' && what !== undefined && words.length === 2) return { kind: 'one-call', callId: what }
  const count = /^\d{1,5}$/.test(what ?? '') ? Number(what) : usualEndedCalls
  if (which === 'ended' && words.length <= 2 && (what === undefined || String(count) === what))
    return { kind: 'ended-calls', count: Math.min(count, mostEndedCalls) }
  return usage('write calls, calls ended [COUNT] or calls show CALL-ID')
}

/** Shorter than the silence after which the control socket hangs up. */
const MOST_CAPTURE_SECONDS = 20

function readCapture([callId, file, seconds, ...more]: readonly string[]): ControlRequest {
  if (callId === undefined || file === undefined || more.length > 0)
    return usage('write capture CALL-ID FILE [SECONDS]')
  const wanted = seconds === undefined ? undefined : /^\d{1,2}$/.test(seconds) ? Number(seconds) : NaN
  if (wanted !== undefined && !(wanted <= MOST_CAPTURE_SECONDS))
    return usage(`SECONDS is a whole number up to ${MOST_CAPTURE_SECONDS}`)
  return { kind: 'capture', callId, file, seconds: wanted }
}

function readRecord([wish, ...more]: readonly string[]): ControlRequest {
  return (wish === 'on' || wish === 'off') && more.length === 0
    ? { kind: 'record', isAll: wish === 'on' }
    : usage('write record on or record off')
}

/** The names that SER 0.9 gave the same things on its command pipe; `counts`: how many words may follow. */
const fifoCommands: Readonly<Record<string, FifoCommand>> = {
  ul_dump: { usage: '[TABLE]', counts: [0, 1], read: ([table = TABLE]) => showBindings(table, undefined) },
  ul_show_contact: {
    usage: 'TABLE USER',
    counts: [2],
    read: ([table = TABLE, user]) => showBindings(table, user),
  },
  ul_add: {
    usage: 'TABLE USER URI [SECONDS]',
    counts: [3, 4],
    read: ([table = TABLE, user, uri, seconds]) => addBinding(table, user, uri, seconds),
  },
  ul_rm: {
    usage: 'TABLE USER',
    counts: [2],
    read: ([table = TABLE, user]) => removeBinding(table, user, undefined),
  },
  ul_rm_contact: {
    usage: 'TABLE USER URI',
    counts: [3],
    read: ([table = TABLE, user, uri]) => removeBinding(table, user, uri),
  },
  ps: { usage: '', counts: [0], read: () => ({ kind: 'processes' }) },
  uptime: { usage: '', counts: [0], read: () => ({ kind: 'uptime' }) },
  t_stats: { usage: '', counts: [0], read: () => ({ kind: 'stats' }) },
  sl_stats: { usage: '', counts: [0], read: () => ({ kind: 'stats' }) },
}

interface FifoCommand {
  readonly usage: string
  readonly counts: readonly number[]
  readonly read: (words: readonly string[]) => ControlRequest
}

function readFifo([verb = '', ...rest]: readonly string[]): ControlRequest {
  const command = Object.hasOwn(fifoCommands, verb) ? fifoCommands[verb] : undefined
  if (command === undefined) return usage(`fifo ${verb} has no equivalent here`)
  if (!command.counts.includes(rest.length)) return usage(`write fifo ${verb} ${command.usage}`.trimEnd())
  return command.read(rest)
}

function showBindings(table: string, user: string | undefined): ControlRequest {
  return { kind: 'exchange', command: { name: 'bindings', table, user } }
}

function addBinding(table: string, user?: string, uri?: string, seconds?: string): ControlRequest {
  if (user === undefined || uri === undefined) return usage('a user and a SIP URI are needed')
  // SER's zero means for ever.
  const wanted = seconds === undefined || seconds === '0' ? String(FOR_EVER_SECONDS) : seconds
  const expiresSeconds = /^\d{1,10}$/.test(wanted) ? Number(wanted) : NaN
  if (!(expiresSeconds <= FOR_EVER_SECONDS))
    return usage(`SECONDS is a whole number up to ${FOR_EVER_SECONDS}`)
  return { kind: 'exchange', command: { name: 'bind', table, user, uri, expiresSeconds } }
}

function removeBinding(table: string, user?: string, uri?: string): ControlRequest {
  if (user === undefined) return usage('a user is needed')
  return { kind: 'exchange', command: { name: 'unbind', table, user, uri } }
}

function alone(rest: readonly string[], request: ControlRequest): ControlRequest {
  return rest.length === 0 ? request : usage(`${JSON.stringify(rest[0])} is one word too many`)
}

function usage(message: string): ControlRequest {
  return { kind: 'usage', message }
}
