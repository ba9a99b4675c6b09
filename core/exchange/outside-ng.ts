import type { Octets } from '../lib/octets.ts'
import type { Bencoded } from './bencode.ts'
import { parseBencode, printBencode } from './bencode.ts'
import type { OutsideDescription, OutsideResult, OutsideSession } from './outside-session.ts'

/** The commands of rtpengine's ng protocol, without the cookie in front. */

export const pingCommand: Octets = printBencode({ command: 'ping' })

export function describeCommand(description: OutsideDescription): Octets {
  const { session, kind, flags } = description
  const isAnswer = kind === 'answer'
  const tags: Record<string, Bencoded> = isAnswer
    ? { 'from-tag': session.toTag ?? '', 'to-tag': session.fromTag }
    : { 'from-tag': session.fromTag, ...(session.toTag === undefined ? {} : { 'to-tag': session.toTag }) }
  const named: Bencoded[] = []
  if (flags.isAsymmetric) named.push('asymmetric')
  if (flags.trustsDescription) named.push('trust-address')
  else named.push('SIP-source-address')
  const directions = Array.from(flags.directions, (side) => (side === 'i' ? 'internal' : 'external'))
  return printBencode({
    command: isAnswer ? 'answer' : 'offer',
    'call-id': session.callId,
    ...tags,
    sdp: description.text,
    'received-from': [description.source.includes(':') ? 'IP6' : 'IP4', description.source],
    replace: ['origin', 'session-connection'],
    ICE: 'remove',
    flags: named,
    ...(directions.length === 2 ? { direction: directions } : {}),
    ...(flags.advertised === undefined ? {} : { 'media-address': flags.advertised }),
  })
}

export function ngDeleteCommand({ callId, fromTag }: OutsideSession): Octets {
  return printBencode({ command: 'delete', 'call-id': callId, 'from-tag': fromTag })
}

/** Whether it is an answer at all, and to `ping` the right one. */
export function isPong(answer: Octets): boolean {
  return field(answer, 'result') === 'pong'
}

export function readDescription(answer: Octets): OutsideResult {
  if (field(answer, 'result') !== 'ok')
    return { why: `answered ${field(answer, 'error-reason') ?? 'what is no ng answer'}` }
  const text = field(answer, 'sdp')
  if (text === undefined) return { why: 'answered without a description' }
  return { text: `${text.replace(/(\r\n)*$/, '')}\r\na=nortpproxy:yes\r\n` }
}

function field(answer: Octets, name: string): Octets | undefined {
  const value = parseBencode(answer)
  if (value === undefined || typeof value !== 'object' || Array.isArray(value)) return undefined
  const found = (value as Readonly<Record<string, Bencoded>>)[name]
  return typeof found === 'string' ? found : undefined
}
