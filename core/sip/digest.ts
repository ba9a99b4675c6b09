import type { Octets } from '../lib/octets.ts'
import { equalsIgnoringCase, isHex, isSpace, isToken, quotedEnd, skipSpace, tokenEnd } from './scan.ts'

/** The algorithms of RFC 8760 §2.2 that are spoken here, best first. */
export type DigestAlgorithm = 'SHA-256' | 'MD5'

/** An Authorization or Proxy-Authorization value of the scheme Digest (RFC 7616 §3.4), quotes undone. */
export interface Credentials {
  readonly username: Octets
  readonly realm: Octets
  readonly nonce: Octets
  readonly uri: Octets
  /** Lower-case hexadecimal, of the length that the algorithm has. */
  readonly response: string
  readonly algorithm: DigestAlgorithm
  /** What it answers when the challenge offered `qop`; undefined in the old form of RFC 2069. */
  readonly qop: Qop | undefined
}

interface Qop {
  /** Eight hexadecimal digits as they came: they are part of what is hashed. */
  readonly nc: string
  readonly count: number
  readonly cnonce: Octets
}

/** Why a value is no Digest that can be checked: `other` belongs to somebody else, `malformed` is to be answered 400. */
export interface NoCredentials {
  readonly kind: 'other' | 'malformed'
  readonly why: string
}

/** RFC 7616 defines 12; a scheme's extensions may add a few. */
const mostParameters = 24
const scheme = 'digest'

export function isCredentials(read: Credentials | NoCredentials): read is Credentials {
  return !('kind' in read)
}

/** Reads one header value, once over, whatever it holds. */
export function parseCredentials(value: Octets): Credentials | NoCredentials {
  const schemeEnd = tokenEnd(value, 0)
  if (schemeEnd === 0) return malformed('has no scheme')
  if (!equalsIgnoringCase(value.slice(0, schemeEnd), scheme))
    return schemeEnd < value.length && isSpace(value.charCodeAt(schemeEnd))
      ? { kind: 'other', why: 'is of another scheme than Digest' }
      : malformed('is a scheme without credentials')
  const parameters = new Map<string, Octets>()
  const problem = readFields(value, schemeEnd, parameters)
  return problem === undefined ? credentialsOf(parameters) : malformed(problem)
}

function readFields(value: Octets, from: number, found: Map<string, Octets>): string | undefined {
  for (let at = from; ;) {
    const nameAt = skipSpace(value, at)
    const nameEnd = tokenEnd(value, nameAt)
    if (nameEnd === nameAt) return 'has a parameter without a name'
    const equals = skipSpace(value, nameEnd)
    if (value.charCodeAt(equals) !== 0x3d) return 'has a parameter without a value'
    const valueAt = skipSpace(value, equals + 1)
    const isQuoted = value.charCodeAt(valueAt) === 0x22
    const valueEnd = isQuoted ? quotedEnd(value, valueAt) : tokenEnd(value, valueAt)
    if (valueEnd <= valueAt) return 'has a parameter whose value is empty or never ends'
    const name = value.slice(nameAt, nameEnd).toLowerCase()
    if (found.has(name)) return `has ${name} twice`
    if (found.size === mostParameters) return `has more than ${mostParameters} parameters`
    found.set(
      name,
      isQuoted ? unquoted(value.slice(valueAt + 1, valueEnd - 1)) : value.slice(valueAt, valueEnd),
    )
    at = skipSpace(value, valueEnd)
    if (at === value.length) return undefined
    if (value.charCodeAt(at) !== 0x2c) return 'has parameters that no comma parts'
    at++
  }
}

function credentialsOf(parameters: ReadonlyMap<string, Octets>): Credentials | NoCredentials {
  const need = (name: string): Octets => parameters.get(name) ?? ''
  for (const name of ['username', 'realm', 'nonce', 'uri', 'response'])
    if (!parameters.has(name)) return malformed(`has no ${name}`)
  const algorithm = algorithmOf(parameters.get('algorithm'))
  if (algorithm === undefined) return { kind: 'other', why: `uses the algorithm ${need('algorithm')}` }
  const response = need('response').toLowerCase()
  if (response.length !== (algorithm === 'MD5' ? 32 : 64) || !isHexText(response))
    return malformed(`has a response that is no ${algorithm}`)
  const qop = qopOf(parameters)
  if (typeof qop === 'string') return malformed(qop)
  return {
    username: need('username'),
    realm: need('realm'),
    nonce: need('nonce'),
    uri: need('uri'),
    response,
    algorithm,
    qop,
  }
}

/** RFC 7616 §3.4: where it is absent, MD5 is meant. */
function algorithmOf(name: Octets | undefined): DigestAlgorithm | undefined {
  if (name === undefined || equalsIgnoringCase(name, 'MD5')) return 'MD5'
  return equalsIgnoringCase(name, 'SHA-256') ? 'SHA-256' : undefined
}

/** `qop` may stand in quotes: many phones copy it from the challenge as it is. */
function qopOf(parameters: ReadonlyMap<string, Octets>): Qop | undefined | string {
  const qop = parameters.get('qop')
  if (qop === undefined) return undefined
  if (!equalsIgnoringCase(qop, 'auth')) return 'has a qop other than auth'
  const nc = parameters.get('nc') ?? ''
  if (nc.length !== 8 || !isHexText(nc)) return 'has an nc that is not eight hexadecimal digits'
  const cnonce = parameters.get('cnonce')
  if (cnonce === undefined) return 'has a qop and no cnonce'
  return { nc, count: parseInt(nc, 16), cnonce }
}

function isHexText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isHex(text.charCodeAt(i))) return false
  return true
}

function unquoted(text: Octets): Octets {
  return text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text
}

function malformed(why: string): NoCredentials {
  return { kind: 'malformed', why }
}

/**
 * The response that the right password gives, RFC 7616 §3.4.1.
 * @param hash of the credentials' algorithm, in hexadecimal
 * @param ha1 hash of `user:realm:password`
 */
export function expectedResponse(
  credentials: Credentials,
  method: string,
  ha1: string,
  hash: (text: Octets) => string,
): string {
  const { nonce, qop, uri } = credentials
  const ha2 = hash(`${method}:${uri}`)
  return qop === undefined
    ? hash(`${ha1}:${nonce}:${ha2}`)
    : hash(`${ha1}:${nonce}:${qop.nc}:${qop.cnonce}:auth:${ha2}`)
}

/** Compares without telling by its time where two texts part. */
export function isSameDigest(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

export interface Challenge {
  readonly realm: Octets
  readonly nonce: Octets
  readonly hasQop: boolean
  readonly isStale: boolean
  /** Best first: whoever answers takes the first that it can (RFC 8760 §2.4). */
  readonly algorithms: readonly DigestAlgorithm[]
}

/** One header line for each algorithm (RFC 8760 §2.3), all with one nonce. */
export function printChallenge(
  name: 'WWW-Authenticate' | 'Proxy-Authenticate',
  challenge: Challenge,
): Octets {
  const { realm, nonce, hasQop, isStale, algorithms } = challenge
  const rest = `${hasQop ? ', qop="auth"' : ''}${isStale ? ', stale=true' : ''}`
  let lines = ''
  for (const algorithm of algorithms)
    lines += `${name}: Digest realm="${quotable(realm)}", nonce="${nonce}", algorithm=${algorithm}${rest}\r\n`
  return lines
}

function quotable(text: Octets): Octets {
  return text.includes('"') || text.includes('\\') ? text.replace(/["\\]/g, '\\$&') : text
}

/** Whether a text can be a user name in credentials and in the user part of a URI as it stands. */
export function isPlainUserName(text: string): boolean {
  return text.length <= 64 && isToken(text, 0, text.length) && !/["'%`]/.test(text)
}
