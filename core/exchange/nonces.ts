import type { Octets } from '../lib/octets.ts'
import { textHash, write30 } from '../lib/text-hash.ts'
import type { Core } from './core.ts'

/** What a nonce turns out to be. */
export type NonceState =
  /** Made here, for this source and realm, and not too old. */
  | 'good'
  /** Made here, but too old, or for another source: worth no more than a fresh challenge. */
  | 'stale'
  /** Not made here, or for another realm, or with `qop` where the answer has none. */
  | 'foreign'

/** Older ones are not even recognised: nobody waits a day to answer. */
const longestAgeSeconds = 24 * 3600
/** Clocks of one machine do not go back further than this when they are set right. */
const mostSecondsAhead = 5
/** Each costs about 150 bytes; with more phones than that the oldest are asked again a little earlier. */
const mostUsed = 20_000
/** Counts go up one by one; a phone may have lost a few answers, and nobody has lost a thousand. */
const longestJump = 1000

const timeDigits = 8
const serialDigits = 10
const sourceDigits = 10
const macDigits = 32
const nonceDigits = timeDigits + 1 + serialDigits + sourceDigits + macDigits

/** What came with a nonce that was answered rightly. */
interface Use {
  count: number
  /** Hash of the whole request: its copies are told by it from replays. */
  mark: string
}

/**
 * Nonces of digest challenges (RFC 7616 §3.3) that need no memory until they are answered rightly:
 * time, kind, serial number and source, sealed by an HMAC over them and the realm.
 */
export class Nonces {
  readonly #core: Core
  #key: Octets
  #seed: number
  #serial: number
  #isKeyKept: boolean
  readonly #used = new Map<string, Use>()
  /** Nonces made up to this second are too old for us to know whether they were used. */
  #forgottenUntil = 0

  constructor(core: Core) {
    this.#core = core
    const { random } = core.options
    this.#key = newKey(random)
    this.#isKeyKept = false
    this.#seed = seedOf(core, this.#key)
    this.#serial = Math.floor(random() * 2 ** 30)
  }

  /** The key of earlier runs: their nonces stay good. One that has been used since then stays too. */
  load(settings: Readonly<Record<string, string>>): void {
    const kept = settings[keyName]
    if (kept === undefined || this.#isKeyKept) return
    this.#key = kept
    this.#isKeyKept = true
    this.#seed = seedOf(this.#core, kept)
  }

  /** @param secret the script's own (`modparam("auth", "secret", …)`), which goes into the seal too */
  make(address: string, realm: Octets, hasQop: boolean, secret: string): string {
    this.#keepKey()
    this.#serial = (this.#serial + 1) % 2 ** 30
    const { random } = this.#core.options
    const time = this.#seconds().toString(16).padStart(timeDigits, '0')
    const serial = write30(this.#serial) + write30(Math.floor(random() * 2 ** 30))
    const open = `${time}${hasQop ? 'q' : 'n'}${serial}${textHash(this.#seed, address)}`
    return open + this.#seal(open, realm, secret)
  }

  check(
    nonce: string,
    address: string,
    realm: Octets,
    isQop: boolean,
    expireSeconds: number,
    secret: string,
  ): NonceState {
    if (nonce.length !== nonceDigits) return 'foreign'
    const open = nonce.slice(0, -macDigits)
    const madeAt = secondsOf(nonce)
    const age = this.#seconds() - madeAt
    if (!(age >= -mostSecondsAhead && age <= longestAgeSeconds)) return 'foreign'
    if (open.charAt(timeDigits) !== (isQop ? 'q' : 'n')) return 'foreign'
    if (this.#seal(open, realm, secret) !== nonce.slice(-macDigits)) return 'foreign'
    const source = open.slice(-sourceDigits)
    return source === textHash(this.#seed, address) && age <= expireSeconds ? 'good' : 'stale'
  }

  /**
   * Whether right credentials may still use their nonce; if so, they have used it.
   * @param count undefined without `qop`: then the nonce is good for one request
   * @param octets the request: its own copies may pass again (RFC 3261 §17.2 knows them only once it has a transaction)
   */
  use(nonce: string, count: number | undefined, octets: Octets): boolean {
    const mark = textHash(this.#seed, octets)
    const earlier = this.#used.get(nonce)
    if (earlier === undefined) {
      if (secondsOf(nonce) <= this.#forgottenUntil || (count ?? 1) > longestJump) return false
      this.#forgetOldest()
      this.#used.set(nonce, { count: count ?? 1, mark })
      return true
    }
    if (earlier.mark === mark) return true
    if (count === undefined || count <= earlier.count || count > earlier.count + longestJump) return false
    earlier.count = count
    earlier.mark = mark
    return true
  }

  get usedCount(): number {
    return this.#used.size
  }

  /** So that challenges stay good across a restart. */
  #keepKey(): void {
    if (this.#isKeyKept) return
    this.#isKeyKept = true
    this.#core.save([{ kind: 'put-setting', name: keyName, value: this.#key }])
  }

  /** In order of first use, which is nearly that of making. */
  #forgetOldest(): void {
    if (this.#used.size < mostUsed) return
    for (const nonce of this.#used.keys()) {
      if (this.#used.size < mostUsed) return
      this.#used.delete(nonce)
      this.#forgottenUntil = Math.max(this.#forgottenUntil, secondsOf(nonce))
    }
  }

  #seal(open: string, realm: Octets, secret: string): string {
    return this.#core.options.hmac(this.#key, `${open}:${secret}:${realm}`).slice(0, macDigits)
  }

  #seconds(): number {
    return Math.floor(this.#core.options.wallClock() / 1000)
  }
}

const keyName = 'nonce-key'

/** 300 bits. */
function newKey(random: () => number): string {
  return Array.from({ length: 10 }, () => write30(Math.floor(random() * 2 ** 30))).join('')
}

function secondsOf(nonce: string): number {
  return parseInt(nonce.slice(0, timeDigits), 16)
}

function seedOf(core: Core, key: Octets): number {
  return parseInt(core.options.hmac(key, 'source').slice(0, 8), 16) | 0
}
