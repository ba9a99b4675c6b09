import {
  attributeTypes,
  errorAttribute,
  findAttribute,
  numberOf,
  textOf,
  unknownAttributes,
  unknownRequired,
  xorMappedAddress,
  type StunAddress,
} from './attributes.ts'
import { addFingerprint, checkFingerprint } from './fingerprint.ts'
import { addIntegrity, checkIntegrity, integrity, type Hmac } from './integrity.ts'
import {
  BINDING,
  isStun,
  readMessage,
  writeMessage,
  type StunAttribute,
  type StunMessage,
} from './message.ts'

/** User name fragment and password, as a description announces them (RFC 8839 §5.4). */
export interface AnnouncedCredentials {
  readonly ufrag: string
  readonly pwd: string
}

export interface CheckOutcome {
  readonly answer: Uint8Array
  /** Whoever sent it knows our password: the address is the peer's. */
  readonly isRight: boolean
  /** The peer takes this pair for media (RFC 8445 §7.3.1.5). */
  readonly isNominated: boolean
}

type Verdict = Pick<CheckOutcome, 'isRight' | 'isNominated'> & {
  readonly attributes: readonly StunAttribute[]
}

/** What may stand in a check and must be understood. */
const known = [
  attributeTypes.username,
  attributeTypes.messageIntegrity,
  attributeTypes.messageIntegritySha256,
  attributeTypes.priority,
  attributeTypes.useCandidate,
]

/**
 * The lite side of ICE (RFC 8445 §2.5): always controlled, with one host candidate. It answers checks and makes none.
 * After a restart the former credentials hold until the peer has nominated under the new ones.
 */
export class IceLite {
  readonly #hmacSha1: Hmac
  #credentials: readonly AnnouncedCredentials[]

  /** @param credentials the newest first */
  constructor(hmacSha1: Hmac, credentials: readonly AnnouncedCredentials[]) {
    this.#hmacSha1 = hmacSha1
    this.#credentials = credentials
  }

  /** Another offer or answer has passed; only one with new credentials is a restart. */
  announce(credentials: readonly AnnouncedCredentials[]): void {
    if (credentials[0]?.ufrag !== this.#credentials[0]?.ufrag) this.#credentials = credentials
  }

  /** Undefined for what is not answered: it is no check, or nobody who knows us has sent it. */
  take(packet: Uint8Array, source: StunAddress): CheckOutcome | undefined {
    const check = readCheck(packet)
    if (check === undefined) return undefined
    const [fragment] = (textOf(check, attributeTypes.username) ?? '').split(':', 1)
    const credentials = this.#credentials.find(({ ufrag }) => ufrag === fragment)
    if (credentials === undefined) return undefined
    const key = keyOf(credentials)
    if (checkIntegrity(check, integrity, key, this.#hmacSha1) !== 'right') return undefined
    const { attributes, isRight, isNominated } = judge(check, source)
    if (isNominated) this.#settle(credentials)
    const { transactionId } = check
    const plain = writeMessage({
      class: isRight ? 'success' : 'error',
      method: BINDING,
      transactionId,
      attributes,
    })
    return {
      answer: addFingerprint(addIntegrity(plain, integrity, key, this.#hmacSha1)),
      isRight,
      isNominated,
    }
  }

  /** What is older than the credentials of a nomination is over. */
  #settle(nominated: AnnouncedCredentials): void {
    this.#credentials = this.#credentials.slice(0, this.#credentials.indexOf(nominated) + 1)
  }
}

/** RFC 8445 §7.1: user name, priority, and both proofs. */
function readCheck(packet: Uint8Array): StunMessage | undefined {
  if (!isStun(packet)) return undefined
  const message = readMessage(packet)
  if (typeof message === 'string' || message.class !== 'request' || message.method !== BINDING)
    return undefined
  const isWhole =
    checkFingerprint(message) === 'right' && numberOf(message, attributeTypes.priority) !== undefined
  return isWhole ? message : undefined
}

function judge(check: StunMessage, source: StunAddress): Verdict {
  const unknown = unknownRequired(check, known)
  if (unknown.length > 0)
    return refusal([errorAttribute({ code: 420, reason: 'Unknown Attribute' }), unknownAttributes(unknown)])
  // A lite agent never takes the other role (RFC 8445 §6.1.1).
  if (findAttribute(check, attributeTypes.iceControlled) !== undefined)
    return refusal([errorAttribute({ code: 487, reason: 'Role Conflict' })])
  return {
    attributes: [xorMappedAddress(source, check.transactionId)],
    isRight: true,
    isNominated: findAttribute(check, attributeTypes.useCandidate) !== undefined,
  }
}

function refusal(attributes: readonly StunAttribute[]): Verdict {
  return { attributes, isRight: false, isNominated: false }
}

function keyOf({ pwd }: AnnouncedCredentials): Uint8Array {
  return Uint8Array.from(pwd, (character) => character.charCodeAt(0))
}
