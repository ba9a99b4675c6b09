/**
 * What a DTLS 1.2 client sends (RFC 6347), put in order before the server sees it: handshake messages whole, each in
 * its turn, and nothing that a stranger could have written once it matters.
 *
 *    record     | type | version (2) | epoch (2) | number (6) | length (2) | fragment …
 *    handshake  | type | length (3) | message (2) | offset (3) | fragment length (3) | …
 */

const types = { handshake: 22 } as const
export const handshakes = {
  clientHello: 1,
  certificate: 11,
  certificateVerify: 15,
  clientKeyExchange: 16,
} as const

const RECORD_BYTES = 13
const HANDSHAKE_BYTES = 12
const VERSIONS: ReadonlySet<number> = new Set([0xfeff, 0xfefd])
/** A ClientHello with keys for the time after quantum computers has 1.5 kB; a chain of certificates some more. */
const LONGEST_MESSAGE_BYTES = 16_384
/** Two hellos, certificate, key exchange, its proof: no client sends further messages in the clear. */
const MOST_MESSAGES = 5
/** Encrypted records that overtook the message that their keys come from. */
const MOST_HELD = 4

/** One handshake message as its client sent it, whole. */
export interface HandshakeMessage {
  readonly type: number
  readonly number: number
  /** With its header, as if it had never been in pieces (RFC 6347 §4.2.6). */
  readonly octets: Buffer
}

/** To be given to the server: a message in the clear, or a record under its keys. */
export type Ordered =
  | { readonly kind: 'message'; readonly message: HandshakeMessage; readonly record: Buffer }
  | { readonly kind: 'sealed'; readonly record: Buffer }

interface Partial {
  readonly type: number
  readonly octets: Buffer
  readonly isThere: Uint8Array
  missing: number
}

export class DtlsOrder {
  /** The handshake is done: what is in the clear is refused. */
  isConnected = false
  /** What was not passed on, for whoever counts. */
  refused = 0
  readonly #partial = new Map<number, Partial>()
  readonly #complete = new Map<number, HandshakeMessage>()
  readonly #held: Buffer[] = []
  #next = 0
  #isKeyed = false

  take(datagram: Buffer): Ordered[] {
    const ordered: Ordered[] = []
    for (let at = 0; at + RECORD_BYTES <= datagram.length;) {
      const end = at + RECORD_BYTES + datagram.readUInt16BE(at + 11)
      if (end > datagram.length || !VERSIONS.has(datagram.readUInt16BE(at + 1))) {
        this.refused++
        break
      }
      this.#takeRecord(datagram.subarray(at, end), ordered)
      at = end
    }
    return ordered
  }

  #takeRecord(record: Buffer, ordered: Ordered[]): void {
    const epoch = record.readUInt16BE(3)
    // Alerts in the clear prove nothing; ChangeCipherSpec is implied by the epoch. Both are passed over.
    if (record[0] !== types.handshake) return
    if (epoch === 1) this.#takeSealed(record, ordered)
    else if (epoch !== 0 || this.isConnected) this.refused++
    else this.#takeClear(record, ordered)
  }

  #takeSealed(record: Buffer, ordered: Ordered[]): void {
    if (this.#isKeyed) ordered.push({ kind: 'sealed', record })
    else if (this.#held.length < MOST_HELD) this.#held.push(record)
  }

  #takeClear(record: Buffer, ordered: Ordered[]): void {
    for (let at = RECORD_BYTES; at < record.length;) {
      const end =
        at + HANDSHAKE_BYTES <= record.length ? at + HANDSHAKE_BYTES + record.readUIntBE(at + 9, 3) : Infinity
      if (end > record.length || !this.#takeFragment(record.subarray(at, end))) {
        this.refused++
        return
      }
      at = end
    }
    this.#deliver(record, ordered)
  }

  /** @returns false for what no client sends */
  #takeFragment(fragment: Buffer): boolean {
    const type = fragment[0] as number
    const length = fragment.readUIntBE(1, 3)
    const number = fragment.readUInt16BE(4)
    const offset = fragment.readUIntBE(6, 3)
    const piece = fragment.subarray(HANDSHAKE_BYTES)
    if (!isExpected(type, number) || length > LONGEST_MESSAGE_BYTES || offset + piece.length > length)
      return false
    if (number < this.#next - 1) return true
    let partial = this.#partial.get(number)
    if (partial === undefined) {
      partial = beginPartial(type, length, number)
      this.#partial.set(number, partial)
    }
    if (partial.type !== type || partial.isThere.length !== length) return false
    addPiece(partial, offset, piece)
    if (partial.missing === 0) {
      this.#partial.delete(number)
      this.#complete.set(number, { type, number, octets: partial.octets })
    }
    return true
  }

  /**
   * In the order of their numbers. The last one that was delivered may come again, which asks for the answer to it
   * once more; one before that is stale.
   */
  #deliver(record: Buffer, ordered: Ordered[]): void {
    const again = this.#complete.get(this.#next - 1)
    if (again?.type === handshakes.clientHello) this.#push(again, record, ordered)
    this.#complete.delete(this.#next - 1)
    for (let message = this.#complete.get(this.#next); message !== undefined;) {
      this.#complete.delete(this.#next++)
      this.#push(message, record, ordered)
      if (message.type === handshakes.certificateVerify) this.#release(ordered)
      message = this.#complete.get(this.#next)
    }
  }

  #push(message: HandshakeMessage, record: Buffer, ordered: Ordered[]): void {
    const head = Buffer.from(record.subarray(0, RECORD_BYTES))
    head.writeUInt16BE(message.octets.length, 11)
    ordered.push({ kind: 'message', message, record: Buffer.concat([head, message.octets]) })
  }

  #release(ordered: Ordered[]): void {
    this.#isKeyed = true
    for (const record of this.#held.splice(0)) ordered.push({ kind: 'sealed', record })
  }
}

/** A client's messages have fixed places, for we always ask for its certificate (RFC 6347 §4.2.4). */
function isExpected(type: number, number: number): boolean {
  const places = [
    handshakes.clientHello,
    handshakes.clientHello,
    handshakes.certificate,
    handshakes.clientKeyExchange,
    handshakes.certificateVerify,
  ]
  return number < MOST_MESSAGES && places[number] === type
}

function beginPartial(type: number, length: number, number: number): Partial {
  const octets = Buffer.alloc(HANDSHAKE_BYTES + length)
  octets[0] = type
  octets.writeUIntBE(length, 1, 3)
  octets.writeUInt16BE(number, 4)
  octets.writeUIntBE(length, 9, 3)
  return { type, octets, isThere: new Uint8Array(length), missing: length }
}

function addPiece(partial: Partial, offset: number, piece: Buffer): void {
  piece.forEach((octet, n) => {
    const at = offset + n
    if (partial.isThere[at] === 1) return
    partial.isThere[at] = 1
    partial.octets[HANDSHAKE_BYTES + at] = octet
    partial.missing--
  })
}
