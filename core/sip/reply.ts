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
 * The first Via header with `received` and `rport` as RFC 3261 §18.2.1 and RFC 3581 §4 ask for; the rest of its line,
 * folds included, stays as it came.
 * @param force fill in `rport` though the sender did not ask for it (SER's force_rport)
 */
export function stampVia(header: Header, via: Via, address: string, port: number, force: boolean): Header {
  const asksForPort = via.rport !== undefined || force
  const needsReceived = asksForPort || via.host !== address || via.received !== undefined
  if (!needsReceived) return header
  const end = endOfFirst(header)
  let value = header.line.slice(header.valueAt, end)
  if (via.received !== undefined) value = withoutParameterText(value, 'received')
  if (via.rport !== undefined) value = withoutParameterText(value, 'rport')
  const rport = asksForPort ? `;rport=${port}` : ''
  const line = `${header.line.slice(0, header.valueAt)}${value}${rport};received=${address}${header.line.slice(end)}`
  return { name: 'via', line, valueAt: header.valueAt }
}

/** End of the first value: a Via can hold a comma only between its values (RFC 3261 §25.1, `via-parm`). */
function endOfFirst(header: Header): number {
  const { line } = header
  const comma = line.indexOf(',', header.valueAt)
  let end = comma < 0 ? line.length - 2 : comma
  while (end > header.valueAt && line.charCodeAt(end - 1) <= 0x20) end--
  return end
}

function withoutParameterText(text: Octets, name: string): Octets {
  const bareAt = text.indexOf(`;${name};`)
  // The usual spelling: in lower case, without a value, and once (a second one makes the Via malformed nowhere).
  if (bareAt >= 0) return text.slice(0, bareAt) + text.slice(bareAt + name.length + 1)
  if (text.endsWith(`;${name}`)) return text.slice(0, text.length - name.length - 1)
  const lower = text.toLowerCase()
  for (let at = lower.indexOf(';'); at >= 0; at = lower.indexOf(';', at + 1)) {
    const next = lower.indexOf(';', at + 1)
    const end = next < 0 ? text.length : next
    const parameter = lower.slice(at + 1, end).trim()
    const isIt =
      parameter === name || (parameter.startsWith(name) && '= \t'.includes(parameter.charAt(name.length)))
    if (isIt) return text.slice(0, at) + text.slice(end)
  }
  return text
}
