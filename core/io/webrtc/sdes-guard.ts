import type { Instant } from '../../lib/instant.ts'
import type { Guard, SdesKey } from '../../rtp/index.ts'
import { sortOf, type Guarded, type MediaGuard } from './guard.ts'
import { MASTER_KEY_BYTES, type MasterKey } from './srtp-keys.ts'
import { SrtpOpener, SrtpSealer } from './srtp.ts'

type SdesTold = Extract<Guard, { kind: 'sdes' }>

/** Keys from the descriptions (RFC 4568). A packet that they do not prove is neither passed on nor learned from. */
export class SdesGuard implements MediaGuard {
  readonly #guarded: Guarded
  #told: SdesTold
  #opener: SrtpOpener
  #sealer: SrtpSealer

  constructor(now: Instant, guarded: Guarded, told: SdesTold) {
    this.#guarded = guarded
    this.#told = told
    this.#opener = new SrtpOpener(told.theirs.suite, masterOf(told.theirs))
    this.#sealer = new SrtpSealer(told.ours.suite, masterOf(told.ours))
    this.#note(now)
  }

  open(_now: Instant, packet: Buffer, address: string, port: number): Buffer | undefined {
    const { end } = this.#guarded
    const sort = sortOf(packet)
    // Checks and keep-alives are nothing that keys could prove, and go no further than to us.
    if (sort === 'stun' || packet.length <= 4) return packet
    if (sort !== 'rtp' && sort !== 'rtcp') return end.refuse('no-keys', `${address}:${port}`)
    const opened = sort === 'rtp' ? this.#opener.rtp(packet) : this.#opener.rtcp(packet)
    return typeof opened === 'string' ? end.refuse(opened, `${address}:${port}`) : opened
  }

  seal(packet: Buffer): Buffer | undefined {
    const sort = sortOf(packet)
    if (sort !== 'rtp' && sort !== 'rtcp') return this.#guarded.end.unsealed('no-keys')
    const sealed = sort === 'rtp' ? this.#sealer.rtp(packet) : this.#sealer.rtcp(packet)
    return typeof sealed === 'string' ? this.#guarded.end.unsealed(sealed) : sealed
  }

  /** The same key goes on where it was: its roll-over counter is nowhere else (RFC 4568 §7.1.4 has it begin anew). */
  tell(now: Instant, told: Guard): void {
    if (told.kind !== 'sdes') return
    const before = this.#told
    this.#told = told
    if (!isSame(before.theirs, told.theirs))
      this.#opener = new SrtpOpener(told.theirs.suite, masterOf(told.theirs))
    if (!isSame(before.ours, told.ours)) this.#sealer = new SrtpSealer(told.ours.suite, masterOf(told.ours))
    this.#note(now)
  }

  tick(): void {
    // Nothing of it depends on time.
  }

  close(): void {
    this.#guarded.end.guard = undefined
  }

  #note(now: Instant): void {
    const { suite } = this.#told.theirs
    this.#guarded.end.guard = { kind: 'sdes', state: 'connected', profile: suite, why: undefined, since: now }
  }
}

function masterOf({ key }: SdesKey): MasterKey {
  const octets = Buffer.from(key, 'base64')
  return { key: octets.subarray(0, MASTER_KEY_BYTES), salt: octets.subarray(MASTER_KEY_BYTES) }
}

function isSame(one: SdesKey, other: SdesKey): boolean {
  return one.suite === other.suite && one.key === other.key
}
