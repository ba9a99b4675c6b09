import type { Octets } from '../lib/octets.ts'
import type { TextEdit } from './description.ts'

/** Where a description stands in a body. */
export interface DescriptionPart {
  readonly at: number
  readonly length: number
  /** The digits of the part's own Content-Length, where it has one. */
  readonly lengthField: { readonly at: number; readonly length: number } | undefined
}

/** More parts than any phone sends. */
const mostParts = 32

/**
 * The session description of a message: its whole body, or the first such part of a multipart one (RFC 5621 §3.1).
 * @param type value of Content-Type; empty where there is none
 */
export function findDescription(type: Octets, body: Octets): DescriptionPart | undefined {
  if (body === '') return undefined
  const media = mediaType(type)
  if (media === 'application/sdp' || (media === '' && body.startsWith('v=')))
    return { at: 0, length: body.length, lengthField: undefined }
  if (!media.startsWith('multipart/')) return undefined
  const boundary = boundaryOf(type)
  return boundary === undefined ? undefined : findPart(body, `--${boundary}`)
}

/** Edits of the description as edits of the body: the part's own length follows (RFC 3261 §7.4.2 has none to set). */
export function editsOfPart(part: DescriptionPart, edits: readonly TextEdit[]): TextEdit[] {
  const moved = edits.map((edit) => ({ ...edit, at: edit.at + part.at }))
  const { lengthField } = part
  if (lengthField === undefined || edits.length === 0) return moved
  let { length } = part
  for (const edit of edits) length += edit.insert.length - edit.remove
  return [...moved, { at: lengthField.at, remove: lengthField.length, insert: String(length) }]
}

function findPart(body: Octets, delimiter: Octets): DescriptionPart | undefined {
  let at = nextDelimiter(body, delimiter, 0)
  for (let count = 0; at !== undefined && count < mostParts; count++) {
    if (body.startsWith('--', at + delimiter.length)) return undefined
    const headAt = body.indexOf('\n', at) + 1
    const next = nextDelimiter(body, delimiter, at + delimiter.length)
    if (headAt === 0 || next === undefined) return undefined
    const part = readPart(body, headAt, next)
    if (part !== undefined) return part
    at = next
  }
  return undefined
}

/** A delimiter stands at the beginning of a line (RFC 2046 §5.1.1). */
function nextDelimiter(body: Octets, delimiter: Octets, from: number): number | undefined {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1))
    if (at === 0 || body.charAt(at - 1) === '\n') return at
  return undefined
}

/** @param next where the delimiter behind it begins; the line end before that belongs to it */
function readPart(body: Octets, headAt: number, next: number): DescriptionPart | undefined {
  let type = ''
  let lengthField: DescriptionPart['lengthField']
  for (let at = headAt; at < next;) {
    const feed = body.indexOf('\n', at)
    const end = feed < 0 || feed >= next ? next : feed + 1
    const line = body.slice(at, end).trimEnd()
    if (line === '') return makePart(body, end, next, type, lengthField)
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (name === 'content-type' || name === 'c') type = line.slice(colon + 1)
    if (name === 'content-length' || name === 'l') {
      const digits = /\d+$/.exec(line)
      if (digits !== null) lengthField = { at: at + digits.index, length: digits[0].length }
    }
    at = end
  }
  return undefined
}

function makePart(
  body: Octets,
  at: number,
  next: number,
  type: Octets,
  lengthField: DescriptionPart['lengthField'],
): DescriptionPart | undefined {
  if (mediaType(type) !== 'application/sdp') return undefined
  let end = next - 1
  if (body.charAt(end - 1) === '\r') end--
  return end > at ? { at, length: end - at, lengthField } : undefined
}

function mediaType(value: Octets): string {
  return value.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function boundaryOf(type: Octets): Octets | undefined {
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? []
  return quoted ?? plain
}
