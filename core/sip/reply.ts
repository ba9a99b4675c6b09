import type { Octets } from '../lib/octets.ts'
import type { Header, Via } from './message.ts'

export interface ReplyParts {
  readonly status: number
  readonly reason: Octets
  /** Tag to add to a To without one; undefined leaves To as it is (100, or nothing known). */
  readonly toTag: string | undefined
  /** Further header lines, each with its CRLF; a Server header among them. */
  readonly lines: Octets
  readonly body?: Octets
}

/**
 * A response of ours (RFC 3261 §8.2.6): Via, From, To, Call-ID and CSeq copied from the request, malformed or not.
 * @param topVia stands in for the first Via header: the received one, stamped
 */
export function printReply(
  headers: readonly Header[],
  topVia: Header | undefined,
  parts: ReplyParts,
): Octets {
  let text: Octets = `SIP/2.0 ${parts.status} ${parts.reason}\r\n`
  let isTopVia = true
  for (const header of headers) {
    switch (header.name) {
      case 'via':
        text += isTopVia && topVia !== undefined ? topVia.line : header.line
        isTopVia = false
        break
      case 'to':
        text += parts.toTag === undefined ? header.line : withTag(header, parts.toTag)
        break
      case 'from':
      case 'call-id':
      case 'cseq':
        text += header.line
    }
  }
  const body = parts.body ?? ''
  return `${text}${parts.lines}Content-Length: ${body.length}\r\n\r\n${body}`
}

function withTag(to: Header, tag: string): Octets {
  return `${to.line.slice(0, -2)};tag=${tag}\r\n`
}

/**
 * The first Via header with `received` and `rport` as RFC 3261 §18.2.1 and RFC 3581 §4 ask for.
 * @param force fill in `rport` though the sender did not ask for it (SER's force_rport)
 */
export function stampVia(header: Header, via: Via, address: string, port: number, force: boolean): Header {
  const asksForPort = via.rport !== undefined || force
  if (!asksForPort && via.host === address && via.received === undefined) return header
  let text = via.text
  if (via.rport !== undefined) text = replaceParameter(text, 'rport', `rport=${port}`)
  else if (force) text += `;rport=${port}`
  const received = `received=${address}`
  if (via.received !== undefined) text = replaceParameter(text, 'received', received)
  else if (asksForPort || via.host !== address) text += `;${received}`
  const at = header.line.indexOf(via.text, header.valueAt)
  if (at < 0) {
    // The value was folded: it is written anew, and what follows it in a list is kept.
    return { name: 'via', line: `Via: ${text}${restOfList(header)}\r\n`, valueAt: 4 }
  }
  return {
    name: 'via',
    line: header.line.slice(0, at) + text + header.line.slice(at + via.text.length),
    valueAt: header.valueAt,
  }
}

/** From the first comma on: a Via value cannot hold one (RFC 3261 §25.1, `via-parm`), quoted values apart. */
function restOfList(header: Header): Octets {
  const comma = header.line.indexOf(',', header.valueAt)
  return comma < 0 ? '' : header.line.slice(comma, -2)
}

function replaceParameter(text: Octets, name: string, replacement: string): Octets {
  const lower = text.toLowerCase()
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
    const before = lower.slice(0, at).trimEnd()
    if (!before.endsWith(';')) continue
    let end = text.indexOf(';', at)
    if (end < 0) end = text.length
    return text.slice(0, at) + replacement + text.slice(end)
  }
  return `${text};${replacement}`
}
