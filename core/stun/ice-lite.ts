import {
  isIntact,
  readIceCheck,
  writeIceAnswer,
  type IceAnswer,
  type IceCheck,
  type StunHashes,
} from './ice-check.ts'
import { octetsOfAddress } from './ice-address.ts'

/** User name fragment and password, as a description announces them (RFC 8839 §5.4). */
export interface AnnouncedCredentials {
  readonly ufrag: string
  readonly pwd: string
}

export interface CheckSource {
  readonly address: string
  readonly port: number
}

export interface CheckOutcome {
  readonly answer: Uint8Array
  /** Whoever sent it knows our password: the address is the peer's. */
  readonly isRight: boolean
  /** The peer takes this pair for media (RFC 8445 §7.3.1.5). */
  readonly isNominated: boolean
}

/**
 * The lite side of ICE (RFC 8445 §2.5): always controlled, with one host candidate. It answers checks and makes none.
 * After a restart the former credentials hold until the peer has nominated under the new ones.
 */
export class IceLite {
  readonly #hashes: StunHashes
  #credentials: readonly AnnouncedCredentials[]

  /** @param credentials the newest first */
  constructor(hashes: StunHashes, credentials: readonly AnnouncedCredentials[]) {
    this.#hashes = hashes
    this.#credentials = credentials
  }

  /** Another offer or answer has passed; only one with new credentials is a restart. */
  announce(credentials: readonly AnnouncedCredentials[]): void {
    if (credentials[0]?.ufrag !== this.#credentials[0]?.ufrag) this.#credentials = credentials
  }

  /** Undefined for what is not answered: it is no check, or nobody who knows us has sent it. */
  take(packet: Uint8Array, source: CheckSource): CheckOutcome | undefined {
    const check = readIceCheck(packet, this.#hashes)
    if (check === undefined) return undefined
    const [fragment] = check.username.split(':', 1)
    const credentials = this.#credentials.find(({ ufrag }) => ufrag === fragment)
    if (credentials === undefined || !isIntact(packet, check, credentials.pwd, this.#hashes)) return undefined
    const verdict = answerTo(check, source)
    if (verdict === undefined) return undefined
    const isRight = verdict.kind === 'success'
    const isNominated = isRight && check.isNominating
    if (isNominated) this.#settle(credentials)
    return { answer: writeIceAnswer(packet, verdict, credentials.pwd, this.#hashes), isRight, isNominated }
  }

  /** What is older than the credentials of a nomination is over. */
  #settle(nominated: AnnouncedCredentials): void {
    this.#credentials = this.#credentials.slice(0, this.#credentials.indexOf(nominated) + 1)
  }
}

function answerTo(check: IceCheck, { address, port }: CheckSource): IceAnswer | undefined {
  if (check.unknown.length > 0) return { kind: 'error', code: 420, unknown: check.unknown }
  // A lite agent never takes the other role (RFC 8445 §6.1.1).
  if (check.isControlled) return { kind: 'error', code: 487, unknown: [] }
  const octets = octetsOfAddress(address)
  return octets === undefined ? undefined : { kind: 'success', address: octets, port }
}
