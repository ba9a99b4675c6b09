import type { PayloadFormat } from './orders.ts'

/** What can be told of a payload. Numbers, because one is looked up for every packet. */
export const payloadRoles = {
  notAgreed: 0,
  pcmu: 1,
  pcma: 2,
  g722: 3,
  comfortNoise: 4,
  dtmf: 5,
  opaque: 6,
} as const
export type PayloadRole = (typeof payloadRoles)[keyof typeof payloadRoles]

const roleOfEncoding: Readonly<Record<string, PayloadRole>> = {
  pcmu: payloadRoles.pcmu,
  pcma: payloadRoles.pcma,
  g722: payloadRoles.g722,
  cn: payloadRoles.comfortNoise,
  'telephone-event': payloadRoles.dtmf,
}

/** What holds while nothing is agreed (RFC 3551 §6), and for comfort noise always: few phones list it (RFC 3389 §4). */
const staticFormats: readonly PayloadFormat[] = [
  { type: 0, encoding: 'pcmu', clockHz: 8000 },
  { type: 8, encoding: 'pcma', clockHz: 8000 },
  { type: 9, encoding: 'g722', clockHz: 8000 },
]
const comfortNoise: PayloadFormat = { type: 13, encoding: 'cn', clockHz: 8000 }

/** Role and clock of each payload type of one direction. */
export class PayloadMap {
  readonly #roles = new Uint8Array(128)
  readonly #clocks = new Uint32Array(128)
  readonly #encodings = new Map<number, string>()

  constructor(formats: readonly PayloadFormat[]) {
    const isAgreed = formats.length > 0
    if (!isAgreed) this.#roles.fill(payloadRoles.opaque)
    for (const format of [comfortNoise, ...(isAgreed ? formats : staticFormats)]) {
      const type = format.type & 127
      this.#roles[type] = roleOfEncoding[format.encoding] ?? payloadRoles.opaque
      this.#clocks[type] = format.clockHz
      this.#encodings.set(type, format.encoding)
    }
  }

  roleOf(payloadType: number): PayloadRole {
    return this.#roles[payloadType] as PayloadRole
  }

  /** Hz; 0 where the timestamps tell nothing about the network: all packets of an RFC 4733 event bear the same one. */
  timingClockOf(payloadType: number): number {
    return this.#roles[payloadType] === payloadRoles.dtmf ? 0 : (this.#clocks[payloadType] as number)
  }

  encodingOf(payloadType: number): string {
    return this.#encodings.get(payloadType) ?? 'unknown'
  }

  /** Hz, for reports in units of the clock; 0 when it is not known. */
  clockOf(payloadType: number): number {
    return this.#clocks[payloadType] as number
  }
}
