import type { Instant } from '../lib/instant.ts'
import { AnswerRate } from './answer-rate.ts'
import {
  addressAttribute,
  attributeTypes,
  errorAttribute,
  findAttribute,
  numberOf,
  unknownAttributes,
  unknownRequired,
  xorMappedAddress,
  type StunAddress,
} from './attributes.ts'
import { addFingerprint, checkFingerprint } from './fingerprint.ts'
import {
  BINDING,
  isStun,
  read16,
  readMessage,
  writeMessage,
  type StunAttribute,
  type StunMessage,
} from './message.ts'

/** Four sockets, two addresses by two ports, that answer for one another (RFC 5780 §3). */
export interface Alternates {
  readonly addresses: readonly [string, string]
  readonly ports: readonly [number, number]
}

export interface StunAnswer {
  /** Our own socket that it leaves from. */
  readonly from: StunAddress
  /** The asker: its address in any case, its port unless it has named another (RFC 5780 §7.5). */
  readonly to: StunAddress
  readonly bytes: Uint8Array
}

/** Why nothing is answered: whoever forges a source must gain nothing from us. */
export type StunSilence = 'not-stun' | 'not-a-request' | 'bad-fingerprint' | 'too-many'

/**
 * CHANGE-REQUEST, RFC 5780 §7.2:
 * ```
 * |0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 A B 0|   A: other address, B: other port
 * ```
 */
export const CHANGE_ADDRESS = 4
export const CHANGE_PORT = 2

/**
 * The server's side of a Binding. It keeps nothing of those who ask. Credentials are not asked for, and those that
 * come are not looked at, as RFC 8489 §12 has it for a basic server. SOFTWARE is left out: an answer must not be much
 * longer than its request.
 */
export class Responder {
  readonly #rate: AnswerRate
  readonly #alternates: Alternates | undefined

  /** Without alternates: XOR-MAPPED-ADDRESS alone, 32 octets, and no word of RFC 3489. */
  constructor(seed: number, alternates?: Alternates) {
    this.#rate = new AnswerRate(seed)
    this.#alternates = alternates
  }

  /** `at`: our socket that was asked. */
  answer(now: Instant, at: StunAddress, source: StunAddress, bytes: Uint8Array): StunAnswer | StunSilence {
    if (!isStun(bytes) && this.#alternates === undefined) return 'not-stun'
    const request = readMessage(bytes)
    if (typeof request === 'string') return 'not-stun'
    if (request.class !== 'request' || request.method !== BINDING) return 'not-a-request'
    const fingerprint = checkFingerprint(request)
    if (fingerprint === 'wrong') return 'bad-fingerprint'
    if (!this.#rate.mayAnswer(now, source.address)) return 'too-many'
    const answer = this.#answered(request, at, source)
    return fingerprint === 'right' ? { ...answer, bytes: addFingerprint(answer.bytes) } : answer
  }

  #answered(request: StunMessage, at: StunAddress, source: StunAddress): StunAnswer {
    const change = numberOf(request, attributeTypes.changeRequest) ?? 0
    const { transactionId } = request
    const unknown = this.#unknownOf(request, change)
    if (unknown.length > 0) {
      const attributes = [errorAttribute({ code: 420, reason: '' }), unknownAttributes(unknown)]
      return {
        from: at,
        to: source,
        bytes: writeMessage({ class: 'error', method: BINDING, transactionId, attributes }),
      }
    }
    const from = this.#originOf(at, change)
    const told = this.#described(request, at, from, source)
    const attributes = [...told, ...paddingFor(request, told)]
    const port = responsePortOf(request) ?? source.port
    return {
      from,
      to: { address: source.address, port },
      bytes: writeMessage({ class: 'success', method: BINDING, transactionId, attributes }),
    }
  }

  /** RFC 5780 §6.1: a server without a second place takes a wish to change for an attribute that it does not know. */
  #unknownOf(request: StunMessage, change: number): number[] {
    // Both together would be padding for somebody who has not asked (RFC 5780 §7.5).
    const isPortGranted =
      this.#alternates !== undefined &&
      findAttribute(request, attributeTypes.padding) === undefined &&
      responsePortOf(request) !== undefined
    const unknown = unknownRequired(request, isPortGranted ? [...known, attributeTypes.responsePort] : known)
    const isAskedInVain = this.#alternates === undefined && (change & (CHANGE_ADDRESS | CHANGE_PORT)) !== 0
    return isAskedInVain ? [...unknown, attributeTypes.changeRequest] : unknown
  }

  #originOf(at: StunAddress, change: number): StunAddress {
    const other = this.#otherOf(at)
    if (other === undefined) return at
    return {
      address: (change & CHANGE_ADDRESS) === 0 ? at.address : other.address,
      port: (change & CHANGE_PORT) === 0 ? at.port : other.port,
    }
  }

  /** The place of which both address and port differ. */
  #otherOf(at: StunAddress): StunAddress | undefined {
    if (this.#alternates === undefined) return undefined
    const { addresses, ports } = this.#alternates
    return {
      address: addresses[0] === at.address ? addresses[1] : addresses[0],
      port: ports[0] === at.port ? ports[1] : ports[0],
    }
  }

  #described(
    { transactionId }: StunMessage,
    at: StunAddress,
    from: StunAddress,
    source: StunAddress,
  ): StunAttribute[] {
    const other = this.#otherOf(at)
    const { mappedAddress, sourceAddress, changedAddress, responseOrigin, otherAddress } = attributeTypes
    const isOld = transactionId.length !== 12
    const mapped = isOld ? addressAttribute(mappedAddress, source) : xorMappedAddress(source, transactionId)
    if (other === undefined) return [mapped]
    return [
      mapped,
      // A router that changes addresses in packets changes this one and leaves the other: so it is found out.
      ...(isOld ? [] : [addressAttribute(mappedAddress, source)]),
      addressAttribute(isOld ? sourceAddress : responseOrigin, from),
      addressAttribute(isOld ? changedAddress : otherAddress, other),
    ]
  }
}

/** RESPONSE-ADDRESS is known, and never followed: it would send an answer to whomever the asker names (RFC 5389 §19). */
const known: readonly number[] = [
  attributeTypes.changeRequest,
  attributeTypes.messageIntegrity,
  attributeTypes.messageIntegritySha256,
  attributeTypes.nonce,
  attributeTypes.padding,
  attributeTypes.realm,
  attributeTypes.responseAddress,
  attributeTypes.username,
]

/** Another port of the asker's own address, so that it can see whether a silent mapping still lives. */
function responsePortOf(request: StunMessage): number | undefined {
  const value = findAttribute(request, attributeTypes.responsePort)
  const port = value?.length === 4 ? read16(value, 0) : 0
  return port < LEAST_RESPONSE_PORT ? undefined : port
}

/** Below are services, which might answer an answer. */
const LEAST_RESPONSE_PORT = 1024

/** RFC 5780 §7.6, but never so much that the answer is longer than the request. */
function paddingFor(request: StunMessage, others: readonly StunAttribute[]): StunAttribute[] {
  if (findAttribute(request, attributeTypes.padding) === undefined) return []
  let taken = 24
  for (const { value } of others) taken += 4 + ((value.length + 3) & ~3)
  if (checkFingerprint(request) === 'right') taken += 8
  const room = request.bytes.length - taken
  return room < 0 ? [] : [{ type: attributeTypes.padding, value: new Uint8Array(room & ~3) }]
}
