import { instant, later } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { NameAddr, SipRequest, SipUri } from '../sip/index.ts'
import {
  findHeader,
  findParameter,
  headerValue,
  isSipUri,
  parseNameAddrs,
  parseSipUri,
  parseUri,
  printHostPort,
  unescape,
  withoutParameter,
} from '../sip/index.ts'
import { contactProblem } from './contact-rules.ts'
import type { Exchange } from './exchange.ts'
import { replyStateless } from './stateless-reply.ts'
import type { Binding, Location } from './location.ts'
import { detached } from '../lib/detached.ts'
import { byHandCallId, isLive, isMemoryOnly, isNated, isPermanent } from './location.ts'
import type { ReceivedSettings } from './received.ts'
import { receivedFor } from './received.ts'
import type { Run } from './run.ts'

/** Parameters of the registrar and usrloc modules that decide here. */
export interface RegistrarSettings extends ReceivedSettings {
  readonly defaultExpires: number
  /** 0–1000; undefined: none. */
  readonly defaultQ: number | undefined
  readonly minExpires: number
  /** 0: no limit. */
  readonly maxExpires: number
  /** 0: no limit. Undefined: `mostContacts`, and with `compatibility=ser09` none. */
  readonly maxContacts: number | undefined
  readonly appendBranches: boolean
  readonly isCaseSensitive: boolean
  readonly usesDomain: boolean
  readonly realmPrefix: string
  readonly natFlag: number
  /** Seconds; 0: no Retry-After. */
  readonly retryAfter: number
}

/** More phones than one person rings at once; each contact makes a branch of every call. */
const mostContacts = 10
/** More Contacts in one REGISTER than any phone lists; reading thousands of them would hold up everybody else. */
const mostListed = 100
/** Longer than any phone asks for; RFC 3261 §20.19 allows 2^32-1 s. */
const longestExpires = 2 ** 32 - 1

interface Wanted {
  readonly contact: NameAddr
  readonly uri: SipUri
  readonly expires: number
  readonly q: number | undefined
}

interface Problem {
  readonly status: number
  readonly reason: string
  readonly error: string
  /** Seconds, where the script sets none. */
  readonly retryAfter?: number
}

/**
 * Takes a REGISTER (RFC 3261 §10.3) and answers it, with `noreply` only where it is refused. With db_mode 1 the answer
 * leaves when the bindings are on disk.
 * @returns 1; 0 where it was refused and answered
 */
export function saveBindings(
  run: Run,
  table: string,
  settings: RegistrarSettings,
  how: 'save' | 'noreply' | 'memory',
): number {
  const { exchange, request } = run
  const user = addressOfRecord(request.to.uri, settings)
  if (user === undefined)
    return refuse(run, settings, problem(400, 'Bad Request', 'To is no SIP URI with a user'))
  const location = exchange.location(table)
  const outcome = update(run, location, user, settings, how === 'memory' ? isMemoryOnly : 0)
  if (outcome !== undefined) {
    exchange.saving.flushUser(table, user)
    return refuse(run, settings, outcome)
  }
  run.disposition = 'replied'
  if (how === 'noreply') {
    exchange.saving.flushUser(table, user)
    return 1
  }
  const lines = run.state.replyLines + contactLine(exchange, location, user)
  if (!exchange.saving.isWriteThrough) {
    exchange.saving.flushUser(table, user)
    replyStateless(run, 200, 'OK', lines)
    return 1
  }
  exchange.saving.whenSaved(table, user, (why) => {
    if (why === undefined) replyStateless(run, 200, 'OK', lines)
    else refuse(run, settings, notKept(run))
  })
  return 1
}

/**
 * Puts the bindings of the current Request-URI in its place (RFC 3261 §16.5).
 * @returns 1; -3 unknown, -5 all expired, -1 no SIP URI with a user
 */
export function lookUpUser(run: Run, table: string, settings: RegistrarSettings): number {
  const { exchange } = run
  const user = addressOfRecord(run.uri, settings)
  if (user === undefined) return -1
  const bindings = exchange.location(table).find(user)
  if (bindings === undefined) return -3
  let isFirst = true
  for (const binding of bindings) {
    if (!isLive(binding, exchange.core.now)) continue
    if ((binding.flags & isNated) !== 0) run.state.flags |= 1 << settings.natFlag
    const uri = withoutHeaders(binding.contact)
    if (isFirst) {
      run.uri = uri
      run.destination = binding.received
      run.q = binding.q
      isFirst = false
      if (!settings.appendBranches) break
    } else run.branches.push({ uri, destination: binding.received, q: binding.q })
  }
  return isFirst ? -5 : 1
}

/** Whether somebody is on record under the current Request-URI, expired or not. */
export function isRegistered(run: Run, table: string, settings: RegistrarSettings): boolean {
  const user = addressOfRecord(run.uri, settings)
  return user !== undefined && run.exchange.location(table).find(user) !== undefined
}

/** The key of a record: the user without escapes, with the domain where the script says so. */
export function addressOfRecord(text: Octets, settings: RegistrarSettings): string | undefined {
  const uri = parseSipUri(text)
  if (uri?.user === undefined) return undefined
  const user = settings.isCaseSensitive ? unescape(uri.user) : unescape(uri.user).toLowerCase()
  if (!settings.usesDomain) return user
  const { realmPrefix } = settings
  const domain =
    realmPrefix !== '' && uri.host.startsWith(realmPrefix) ? uri.host.slice(realmPrefix.length) : uri.host
  return `${user}@${domain}`
}

/** The binding is used from memory, but 200 would promise that it outlives a power cut. */
function notKept(run: Run): Problem {
  run.exchange.core.count('registrations not kept')
  return {
    ...problem(503, 'Service Unavailable', 'The registration could not be written to disk'),
    retryAfter: leastRetrySeconds + Math.floor(run.exchange.core.options.random() * leastRetrySeconds),
  }
}

/** Long enough for somebody to free a disk, and spread, so that an office does not come back in one instant. */
const leastRetrySeconds = 10

function update(
  run: Run,
  location: Location,
  user: string,
  settings: RegistrarSettings,
  extraFlags: number,
): Problem | undefined {
  const { request } = run
  const contacts = readContacts(request)
  if (typeof contacts === 'string') return problem(400, 'Bad Request', contacts)
  if (contacts === undefined) return undefined
  if (contacts.length === 1 && contacts[0]?.uri === '*') return removeAll(run, location, user)
  const wanted = readAllWanted(run, contacts, settings)
  if ('status' in wanted) return wanted
  const present = location.find(user) ?? []
  const tooMany = checkCount(run, present, wanted, settings)
  if (tooMany !== undefined) return tooMany
  if (wanted.some(({ contact }) => isStale(run, find(present, contact.uri))))
    return problem(500, 'Server Internal Error', 'Out of order request')
  for (const { uri } of wanted) run.exchange.flowContacts.registered(uri, run.source)
  for (const item of wanted) apply(run, location, user, item, settings, extraFlags)
  return undefined
}

function readAllWanted(
  run: Run,
  contacts: readonly NameAddr[],
  settings: RegistrarSettings,
): Wanted[] | Problem {
  if (contacts.length > mostListed)
    return problem(403, 'Forbidden', `Too many contacts in one request (at most ${mostListed})`)
  const wanted: Wanted[] = []
  for (const contact of contacts) {
    const read = readWanted(run, contact, settings)
    if ('status' in read) return read
    wanted.push(read)
  }
  return wanted
}

/** The Contact values, undefined where the request only asks, or what is wrong with them. */
function readContacts(request: SipRequest): NameAddr[] | undefined | string {
  const header = findHeader(request, 'contact')
  if (header === undefined) return undefined
  if (request.headers.some((other) => other.name === 'contact' && headerValue(other) === '*'))
    return readStar(request)
  const contacts = parseNameAddrs(request.headers, 'contact')
  return typeof contacts === 'string' ? `Contact ${contacts}` : contacts
}

/** `*` stands for all of them, alone and with Expires 0 (RFC 3261 §10.3 step 6). */
function readStar(request: SipRequest): NameAddr[] | string {
  const expires = findHeader(request, 'expires')
  const isAlone = request.headers.filter((header) => header.name === 'contact').length === 1
  if (!isAlone || expires === undefined || Number(headerValue(expires)) !== 0) {
    return '* used in contact and there are other contacts or expires is not zero'
  }
  return [{ display: '', uri: '*', parameters: '', bracketed: false, text: '*' }]
}

function readWanted(run: Run, contact: NameAddr, settings: RegistrarSettings): Wanted | Problem {
  const uri = parseUri(contact.uri)
  if (uri.scheme === undefined)
    return problem(400, 'Bad Request', `Contact ${'why' in uri ? uri.why : 'is no URI'}`)
  if (!isSipUri(uri)) return problem(400, 'Bad Request', 'Contact is no SIP URI')
  // A binding that leads back here would make every call to it a loop (RFC 5393 §3).
  if (run.exchange.identity.isSocket(uri)) return problem(403, 'Forbidden', 'Contact is this server itself')
  const unfit = run.exchange.isSer09 ? undefined : contactProblem(uri, run.source.address)
  if (unfit !== undefined) return problem(403, 'Forbidden', unfit)
  const q = readQ(findParameter(contact.parameters, 'q'))
  if (q === null) return problem(400, 'Bad Request', 'Contact has a q that is no number from 0 to 1')
  return { contact, uri, expires: readExpires(run.request, contact, settings), q: q ?? settings.defaultQ }
}

/** Seconds: the Contact's parameter, else the header, else the default; what cannot be read counts as the default (RFC 3261 §20.19). */
function readExpires(request: SipRequest, contact: NameAddr, settings: RegistrarSettings): number {
  const parameter = contact.parameters === '' ? undefined : findParameter(contact.parameters, 'expires')
  const header = findHeader(request, 'expires')
  const text = parameter ?? (header === undefined ? undefined : headerValue(header))
  const asked =
    text === undefined || !/^\d{1,10}$/.test(text)
      ? settings.defaultExpires
      : Math.min(Number(text), longestExpires)
  if (asked === 0) return 0
  const raised = Math.max(asked, settings.minExpires)
  return settings.maxExpires === 0 ? raised : Math.min(raised, settings.maxExpires)
}

/** 0–1000; null where it is malformed (RFC 3261 §25.1, `qvalue`). */
function readQ(text: Octets | undefined): number | undefined | null {
  if (text === undefined) return undefined
  if (!/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text)) return null
  return Math.round(Number(text) * 1000)
}

function checkCount(
  run: Run,
  present: readonly Binding[],
  wanted: readonly Wanted[],
  settings: RegistrarSettings,
): Problem | undefined {
  const most = settings.maxContacts ?? (run.exchange.isSer09 ? 0 : mostContacts)
  if (most === 0) return undefined
  if (present.length + wanted.length <= most) return undefined
  const { now } = run.exchange.core
  const kept = new Set(present.filter((binding) => isLive(binding, now)).map(({ contact }) => contact))
  for (const { contact, expires } of wanted) {
    if (expires === 0) kept.delete(contact.uri)
    else kept.add(contact.uri)
  }
  return kept.size > most
    ? problem(403, 'Forbidden', `Too many registered contacts (at most ${most})`)
    : undefined
}

/** RFC 3261 §10.3 step 7. The same CSeq once more is a retransmission and changes nothing; 0.9 looks at neither. */
function isStale(run: Run, binding: Binding | undefined): boolean {
  if (run.exchange.isSer09 || binding?.callId !== run.request.callId) return false
  return run.request.cseq.number < binding.cseq
}

function apply(
  run: Run,
  location: Location,
  user: string,
  wanted: Wanted,
  settings: RegistrarSettings,
  extraFlags: number,
): void {
  const { exchange, request } = run
  const { now } = exchange.core
  const contact = wanted.contact.uri
  const binding = find(location.find(user) ?? [], contact)
  const isRepeated = binding?.callId === request.callId && binding.cseq === request.cseq.number
  if (wanted.expires === 0) {
    if (binding === undefined) return
    location.remove(user, binding)
    exchange.saving.changed(location.name, user, binding)
    exchange.core.emit({ kind: 'unregistered', user, contact, why: 'asked' })
    return
  }
  if (binding !== undefined && isRepeated) return
  exchange.core.emit({ kind: 'registered', user, contact, expiresSeconds: wanted.expires })
  const flags = extraFlags | ((run.state.flags & (1 << settings.natFlag)) !== 0 ? isNated : 0)
  const expiresAt = later(now, wanted.expires * 1000)
  if (binding === undefined) {
    const added: Binding = {
      contact: detached(contact),
      q: wanted.q,
      expiresAt,
      callId: detached(request.callId),
      cseq: request.cseq.number,
      userAgent: exchange.userAgents.shared(userAgentOf(request)),
      received: receivedFor(run, wanted.contact, wanted.uri, settings),
      flags,
      parameters: keptParameters(wanted.contact.parameters),
    }
    location.insert(user, added)
    exchange.phoneNat.note(run, added)
    exchange.saving.changed(location.name, user, added)
    return
  }
  // Before it changes: one that was kept on disk is taken off there where it is kept no longer.
  exchange.saving.changed(location.name, user, binding)
  binding.expiresAt = expiresAt
  binding.q = wanted.q
  const isSamePhone = binding.callId === request.callId
  if (binding.callId !== request.callId) binding.callId = detached(request.callId)
  binding.cseq = request.cseq.number
  binding.received = receivedFor(run, wanted.contact, wanted.uri, settings)
  binding.flags = flags
  exchange.natPing.refreshed(binding, isSamePhone)
  exchange.phoneNat.note(run, binding)
  location.reorder(user, binding)
  exchange.saving.changed(location.name, user, binding)
}

function keptParameters(parameters: Octets): Octets {
  return parameters === '' ? '' : detached(withoutParameter(withoutParameter(parameters, 'expires'), 'q'))
}

function removeAll(run: Run, location: Location, user: string): undefined {
  for (const binding of [...(location.find(user) ?? [])]) {
    location.remove(user, binding)
    run.exchange.saving.changed(location.name, user, binding)
    run.exchange.core.emit({ kind: 'unregistered', user, contact: binding.contact, why: 'asked' })
  }
  return undefined
}

/** Byte for byte, as SER compares them; equal URIs in other words (RFC 3261 §19.1.4) are two bindings. */
function find(bindings: readonly Binding[], contact: Octets): Binding | undefined {
  return bindings.find((binding) => binding.contact === contact)
}

function contactLine(exchange: Exchange, location: Location, user: string): Octets {
  const { now } = exchange.core
  let text = ''
  for (const binding of location.find(user) ?? []) {
    if (!isLive(binding, now)) continue
    text += `${text === '' ? '' : ', '}<${binding.contact}>${printQ(binding.q)};expires=${secondsLeft(binding, now)}${printReceived(binding)}${binding.parameters}`
  }
  return text === '' ? '' : `Contact: ${text}\r\n`
}

function secondsLeft(binding: Binding, now: number): number {
  return (binding.flags & isPermanent) !== 0 ? 0 : Math.max(0, Math.ceil((binding.expiresAt - now) / 1000))
}

function printQ(q: number | undefined): string {
  return q === undefined ? '' : `;q=${String(q / 1000)}`
}

function printReceived({ received }: Binding): string {
  return received === undefined ? '' : `;received="sip:${printHostPort(received.address, received.port)}"`
}

function userAgentOf(request: SipRequest): string {
  const header = findHeader(request, 'user-agent')
  return header === undefined ? 'Unknown' : headerValue(header).slice(0, 128)
}

/** A binding's URI may carry header fields; they are stored, and never become part of a request (RFC 4475 §3.3.14). */
function withoutHeaders(contact: Octets): Octets {
  const query = contact.indexOf('?')
  return query < 0 || contact.indexOf('@') > query ? contact : contact.slice(0, query)
}

function refuse(run: Run, settings: RegistrarSettings, { status, reason, error, retryAfter }: Problem): 0 {
  const seconds = settings.retryAfter > 0 && status >= 500 ? settings.retryAfter : retryAfter
  const retry = seconds === undefined ? '' : `Retry-After: ${seconds}\r\n`
  replyStateless(run, status, reason, `${run.state.replyLines}P-Registrar-Error: ${error}\r\n${retry}`)
  return 0
}

function problem(status: number, reason: string, error: string): Problem {
  return { status, reason, error }
}

/** A binding made by hand; `expiresSeconds` 0 keeps it for good. */
export function bindByHand(
  exchange: Exchange,
  table: string,
  user: string,
  contact: string,
  expiresSeconds: number,
): void {
  const location = exchange.location(table)
  const old = find(location.find(user) ?? [], contact)
  if (old !== undefined) location.remove(user, old)
  const binding: Binding = {
    contact,
    q: undefined,
    expiresAt:
      expiresSeconds === 0
        ? instant(Number.MAX_SAFE_INTEGER)
        : later(exchange.core.now, expiresSeconds * 1000),
    callId: byHandCallId,
    cseq: 0,
    userAgent: 'by hand',
    received: undefined,
    flags: expiresSeconds === 0 ? isPermanent : 0,
    parameters: '',
  }
  location.insert(user, binding)
  exchange.saving.changed(table, user, binding)
}
