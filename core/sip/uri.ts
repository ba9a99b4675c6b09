import type { Octets } from '../lib/octets.ts'
import { findParameter } from './parameters.ts'
import {
  isDigit,
  isDigits,
  isHex,
  isHostText,
  isParameterText,
  isQueryText,
  isUserText,
  readDigits,
} from './scan.ts'

/** A SIP or SIPS URI, RFC 3261 §19.1.1. Escapes are kept as they came. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  /** Undefined where there is no `@`. */
  readonly user: Octets | undefined
  readonly password: Octets | undefined
  /** Lower case, IPv6 without brackets. */
  readonly host: string
  readonly port: number | undefined
  /** From the first `;` on, or empty. */
  readonly parameters: Octets
  /** From the `?` on, or empty. */
  readonly headers: Octets
}

/** A URI of another scheme, taken whole: `tel:`, `urn:` … */
export interface OtherUri {
  readonly scheme: string
  readonly rest: Octets
}

export interface BadUri {
  readonly scheme: undefined
  readonly why: string
}

export type Uri = SipUri | OtherUri | BadUri

export function isSipUri(uri: Uri): uri is SipUri {
  return uri.scheme === 'sip' || uri.scheme === 'sips'
}

export function parseUri(text: Octets): Uri {
  const colon = text.indexOf(':')
  if (colon < 1) return bad('has no scheme')
  const scheme = readScheme(text, colon)
  if (scheme === undefined) return bad('has no valid scheme')
  if (scheme !== 'sip' && scheme !== 'sips') return parseOther(text, scheme, colon + 1)
  return parseSip(text, scheme, colon + 1)
}

/** A SIP URI, or undefined where the text is none. */
export function parseSipUri(text: Octets): SipUri | undefined {
  const uri = parseUri(text)
  return isSipUri(uri) ? uri : undefined
}

export function printUri(uri: SipUri): Octets {
  return `${uri.scheme}:${printUserInfo(uri)}${printHostPort(uri.host, uri.port)}${uri.parameters}${uri.headers}`
}

/** `host[:port]`, with brackets round an IPv6 address. */
export function printHostPort(host: string, port: number | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === undefined ? name : `${name}:${port}`
}

export function uriParameter(uri: SipUri, name: string): Octets | undefined {
  return findParameter(uri.parameters, name)
}

/** Undoes `%HH`; a `%` that is no escape stays. */
export function unescape(text: Octets): Octets {
  if (!text.includes('%')) return text
  let result = ''
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) === 0x25 && isHex(text.charCodeAt(i + 1)) && isHex(text.charCodeAt(i + 2))) {
      result += String.fromCharCode(parseInt(text.slice(i + 1, i + 3), 16))
      i += 2
    } else result += text.charAt(i)
  }
  return result
}

function parseOther(text: Octets, scheme: string, from: number): Uri {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code === 0x3c || code === 0x3e || code === 0x22 || code >= 0x7f) {
      return bad('holds a character that no URI may hold')
    }
  }
  return { scheme, rest: text.slice(from) }
}

function parseSip(text: Octets, scheme: 'sip' | 'sips', from: number): Uri {
  const at = text.indexOf('@', from)
  const hostAt = at < 0 ? from : at + 1
  const query = text.indexOf('?', hostAt)
  const parametersEnd = query < 0 ? text.length : query
  const semicolon = text.indexOf(';', hostAt)
  const hostPortEnd = semicolon >= 0 && semicolon < parametersEnd ? semicolon : parametersEnd
  if (at === from) return bad('has an empty user part')
  if (at >= 0 && !isUserText(text, from, at))
    return bad('has a character in its user part that must be escaped')
  const endpoint = readHostPort(text, hostAt, hostPortEnd)
  if (typeof endpoint === 'string') return bad(endpoint)
  if (!isParameterText(text, hostPortEnd, parametersEnd)) return bad('has a malformed parameter')
  if (!isQueryText(text, parametersEnd, text.length)) return bad('has a malformed header part')
  const colon = colonBetween(text, from, at)
  return {
    scheme,
    user: at < 0 ? undefined : text.slice(from, colon < 0 ? at : colon),
    password: colon < 0 ? undefined : text.slice(colon + 1, at),
    host: endpoint.host,
    port: endpoint.port,
    parameters: text.slice(hostPortEnd, parametersEnd),
    headers: text.slice(parametersEnd),
  }
}

/** -1 where there is none. */
function colonBetween(text: Octets, from: number, to: number): number {
  const colon = to < 0 ? -1 : text.indexOf(':', from)
  return colon < to ? colon : -1
}

export interface HostPort {
  readonly host: string
  readonly port: number | undefined
}

/** Reads `host[:port]` of a URI or a Via; the answer is a sentence where it is malformed. */
export function readHostPort(text: Octets, from: number, to: number): HostPort | string {
  if (text.charCodeAt(from) === 0x5b) return readBracketed(text, from, to)
  const colon = text.indexOf(':', from)
  const hostEnd = colon >= 0 && colon < to ? colon : to
  if (!isHostText(text, from, hostEnd)) return 'has no valid host'
  return readPort(text, text.slice(from, hostEnd).toLowerCase(), hostEnd, to)
}

function readBracketed(text: Octets, from: number, to: number): HostPort | string {
  const close = text.indexOf(']', from)
  if (close < 0 || close >= to) return 'has an IPv6 address that is not closed by a bracket'
  if (!isAddress6Text(text, from + 1, close)) return 'has a malformed IPv6 address'
  return readPort(text, text.slice(from + 1, close).toLowerCase(), close + 1, to)
}

function readPort(text: Octets, host: string, at: number, to: number): HostPort | string {
  if (at === to) return { host, port: undefined }
  if (text.charCodeAt(at) !== 0x3a || !isDigits(text, at + 1, to)) return 'has a malformed port'
  const port = readDigits(text, at + 1, to, 65535) ?? 0
  return port > 0 ? { host, port } : 'has a port that is not from 1 to 65535'
}

/** Three colons in a row are tolerated as RFC 5118 §4.10 advises. */
function isAddress6Text(text: Octets, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (!isHex(code) && code !== 0x3a && code !== 0x2e) return false
  }
  return to > from
}

function readScheme(text: Octets, end: number): string | undefined {
  if (end === 3 && text.startsWith('sip')) return 'sip'
  const scheme = text.slice(0, end).toLowerCase()
  if (!isLetter(scheme.charCodeAt(0))) return undefined
  for (let i = 1; i < end; i++) {
    const code = scheme.charCodeAt(i)
    if (!isLetter(code) && !isDigit(code) && !schemeMarks.includes(scheme.charAt(i))) return undefined
  }
  return scheme
}

const schemeMarks = '+-.'

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

function printUserInfo(uri: SipUri): Octets {
  if (uri.user === undefined) return ''
  return uri.password === undefined ? `${uri.user}@` : `${uri.user}:${uri.password}@`
}

function bad(why: string): BadUri {
  return { scheme: undefined, why }
}
