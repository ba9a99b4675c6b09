import type { Octets } from '../lib/octets.ts'
import { readHead } from './head.ts'
import type { Header, Malformed } from './message.ts'
import { headerValue } from './message.ts'
import { readUnsigned } from './scan.ts'

/** As large as a datagram can be; a longer message on a stream is refused. */
export const longestMessage = 65_535

export type Frame =
  | { readonly kind: 'message'; readonly octets: Octets }
  /** Double CRLF, to be answered by one (RFC 5626 §3.5.1). */
  | { readonly kind: 'keep-alive' }
  /** The stream cannot be read on: answer, then close. */
  | { readonly kind: 'broken'; readonly malformed: Malformed }

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 §18.3). Chunks may be cut anywhere.
 * Nothing is searched twice: the work is linear in what arrives, however small the pieces.
 */
export class Framer {
  #held: Octets = ''
  #tail: Octets = ''
  /** Length of the message whose head is complete; 0 while the head is not. */
  #wanted = 0
  #isBroken = false

  /** True while part of a message is waiting for its rest. */
  get isHolding(): boolean {
    return this.#held.length > 0
  }

  /** What waits, for an answer when its time is up. */
  get held(): Octets {
    return this.#held
  }

  push(chunk: Octets): Frame[] {
    const frames: Frame[] = []
    let rest = chunk
    while (rest !== '' && !this.#isBroken) {
      if (this.#held === '') {
        rest = skipLines(rest, frames)
        if (rest === '') break
      }
      rest = this.#wanted === 0 ? this.#takeHead(rest, frames) : this.#takeBody(rest, frames)
    }
    return frames
  }

  /** Collects up to the empty line. @returns what is left of the chunk behind the head */
  #takeHead(chunk: Octets, frames: Frame[]): Octets {
    if (this.#held === '' && isNoSip(chunk.charCodeAt(0))) {
      this.#held = chunk
      this.#break(frames, 'is no SIP', undefined)
      return ''
    }
    const seam = this.#tail + chunk
    const found = seam.indexOf('\r\n\r\n')
    if (found < 0) {
      this.#held += chunk
      this.#tail = seam.slice(-3)
      if (this.#held.length > longestMessage) this.#break(frames, 'is longer than 65,535 octets', 513)
      return ''
    }
    const used = found + 4 - this.#tail.length
    this.#held += chunk.slice(0, used)
    this.#tail = ''
    const length = readLength(this.#held)
    if (typeof length === 'number' && this.#held.length + length > longestMessage) {
      this.#break(frames, 'is longer than 65,535 octets', 513)
      return ''
    }
    if (typeof length !== 'number') {
      this.#isBroken = true
      frames.push({ kind: 'broken', malformed: length })
      return ''
    }
    this.#wanted = this.#held.length + length
    if (length === 0) this.#emit(frames)
    return chunk.slice(used)
  }

  #takeBody(chunk: Octets, frames: Frame[]): Octets {
    const missing = this.#wanted - this.#held.length
    this.#held += chunk.slice(0, missing)
    if (this.#held.length === this.#wanted) this.#emit(frames)
    return chunk.slice(missing)
  }

  #emit(frames: Frame[]): void {
    frames.push({ kind: 'message', octets: this.#held })
    this.#held = ''
    this.#wanted = 0
  }

  #break(frames: Frame[], why: string, status: number | undefined): void {
    this.#isBroken = true
    const { headers } = headOf(this.#held)
    frames.push({
      kind: 'broken',
      malformed: { kind: 'malformed', where: 'stream', why, status, headers, breaksFraming: true },
    })
  }
}

/** No message begins with a control or with an octet outside ASCII: TLS, say, or noise. */
function isNoSip(first: number): boolean {
  return first < 0x21 || first > 0x7e
}

/** Empty lines between messages; two in a row are a keep-alive. */
function skipLines(text: Octets, frames: Frame[]): Octets {
  let at = 0
  while (text.charCodeAt(at) === 0x0d || text.charCodeAt(at) === 0x0a) at++
  if (text.startsWith('\r\n\r\n')) frames.push({ kind: 'keep-alive' })
  return text.slice(at)
}

function headOf(text: Octets): { line: Octets; headers: Header[] } {
  const end = text.indexOf('\r\n')
  return end < 0
    ? { line: text, headers: [] }
    : { line: text.slice(0, end), headers: readHead(text, end + 2).headers }
}

function readLength(head: Octets): number | Malformed {
  const { line, headers } = headOf(head)
  const lengths = headers.filter((header) => header.name === 'content-length').map(headerValue)
  const first = lengths[0]
  const length = first === undefined ? undefined : readUnsigned(first, Number.MAX_SAFE_INTEGER)
  if (length !== undefined && lengths.length === 1) return length
  const why =
    first === undefined ? 'is missing, and a stream cannot do without it' : 'is no single number of octets'
  const isRequest = line.toUpperCase().endsWith(' SIP/2.0') && !line.startsWith('ACK ')
  return {
    kind: 'malformed',
    where: 'content-length',
    why,
    status: isRequest ? 400 : undefined,
    headers,
    breaksFraming: true,
  }
}
