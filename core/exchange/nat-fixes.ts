import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { SipUri } from '../sip/index.ts'
import { parseSipUri, printHostPort, printUri, uriParameter, withoutParameter } from '../sip/index.ts'
import { isFlowName } from './flow-contacts.ts'
import type { DescriptionLine, PlacedDescription } from './message-places.ts'
import { contactsOf, descriptionOf, firstContactOf } from './message-places.ts'
import type { Run } from './run.ts'

/** What fix_nated_sdp can change; the bits add up. */
export const descriptionFixes = {
  1: 'asks the other side to let it begin (a=direction:active)',
  2: 'writes the source address into the connection lines',
  4: 'marks the description as one that needs no relay any more',
  8: 'writes the source address into the origin line',
} as const

export const allDescriptionFixes = 15

export interface ContactFix {
  /** Its own port stays: the phone receives at another port than it sends from. */
  readonly keepsPort: boolean
  /** A Contact that names the source address already stays as it is. */
  readonly sparesRightHost: boolean
}

/**
 * Has the first Contact name the way that the message came by, so that requests within the dialog find back.
 * @returns -1 where there is no Contact that can be changed, or it was changed already
 */
export function fixContact(run: Run, fix: ContactFix): 1 | -1 {
  const contact = firstContactOf(run.message)
  const uri = contact === undefined ? undefined : parseSipUri(contact.uri)
  if (contact === undefined || uri === undefined) return -1
  if (run.exchange.isSer09 && !isForDatagrams(uri)) return -1
  // Its flow is known by that very name, and a reload of the page gives it another.
  if (isFlowName(uri)) return -1
  if (fix.sparesRightHost && uri.host === run.source.address) return 1
  const isRepeated = run.edits.some(({ at, remove }) => at === contact.uriAt && remove === contact.uri.length)
  if (isRepeated) return -1
  const port = fix.keepsPort ? uri.port : run.source.port
  const parameters = parametersBy(run.source, uri)
  const insert = printUri({ ...uri, host: run.source.address, port, parameters })
  run.edits.push({ at: contact.uriAt, remove: contact.uri.length, insert })
  return 1
}

/** The way that the message came by as a URI, as SER writes it into attributes and parameters. */
export function sourceUri(source: Flow): Octets {
  const { transport } = source.listener
  const named = transport === 'udp' ? '' : `;transport=${transport}`
  return `sip:${printHostPort(source.address, source.port)}${named}`
}

/** Adds the source to each Contact, for a registrar behind us. @returns -1 where there is none */
export function addReceivedParameter(run: Run): 1 | -1 {
  const contacts = contactsOf(run.message)
  const insert = `;received="${sourceUri(run.source)}"`
  for (const { endAt } of contacts) run.edits.push({ at: endAt, remove: 0, insert })
  return contacts.length > 0 ? 1 : -1
}

/** @returns -1 where the message describes no session */
export function fixDescription(run: Run, fixes: number): 1 | -1 {
  const description = descriptionOf(run.message)
  if (description === undefined) return -1
  let lines = (fixes & 1) === 0 ? '' : 'a=direction:active\r\n'
  if ((fixes & 8) !== 0) fixOrigin(run, description)
  if ((fixes & 2) !== 0) {
    const old = fixConnections(run, description)
    if (old !== undefined) lines += `a=oldmediaip:${old}\r\n`
  }
  if ((fixes & 4) !== 0) lines += 'a=nortpproxy:yes\r\n'
  if (lines === '') return 1
  const endsLine = run.message.octets.charAt(description.endAt - 1) === '\n'
  run.edits.push({ at: description.endAt, remove: 0, insert: endsLine ? lines : `\r\n${lines}` })
  return 1
}

/** A held stream (RFC 3264 §8.4) stays held. @returns the first address that gave way */
function fixConnections(run: Run, description: PlacedDescription): Octets | undefined {
  let old: Octets | undefined
  for (const line of description.lines) {
    if (line.type !== 'c') continue
    const address = /^IN IP[46] ([^ /]+)/i.exec(line.value)?.[1]
    if (address === undefined || address === '0.0.0.0' || address === '::') continue
    old ??= address
    rewrite(run, line, networkAddress(run.source.address))
  }
  return old
}

/** RFC 4566 §5.2: name, session and version stay. */
function fixOrigin(run: Run, description: PlacedDescription): void {
  const line = description.lines.find(({ type }) => type === 'o')
  const kept = line === undefined ? null : /^(\S+ \S+ \S+) IN IP[46] \S+/i.exec(line.value)
  if (line !== undefined && kept !== null)
    rewrite(run, line, `${kept[1] ?? ''} ${networkAddress(run.source.address)}`)
}

function networkAddress(address: string): string {
  return `IN IP${address.includes(':') ? 6 : 4} ${address}`
}

function rewrite(run: Run, line: DescriptionLine, insert: Octets): void {
  run.edits.push({ at: line.at + 2, remove: line.value.length, insert })
}

/** 0.9 touches no Contact of a stream. */
function isForDatagrams(uri: SipUri): boolean {
  const transport = uri.parameters === '' ? undefined : uriParameter(uri, 'transport')
  return uri.scheme === 'sip' && (transport === undefined || transport.toLowerCase() === 'udp')
}

/** Behind a translator a phone can be reached by the very flow alone that it keeps open (RFC 5626 §3.3), so its transport is named. */
function parametersBy(source: Flow, uri: SipUri): Octets {
  const { transport } = source.listener
  if (uri.scheme === 'sips' || uriParameter(uri, 'transport')?.toLowerCase() === transport)
    return uri.parameters
  const others = withoutParameter(uri.parameters, 'transport')
  return isStream(transport) ? `${others};transport=${transport}` : others
}
