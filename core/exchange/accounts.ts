import type { Credentials, DigestAlgorithm } from '../sip/index.ts'
import { expectedResponse, isSameDigest } from '../sip/index.ts'
import type { Change, Subscriber } from './changes.ts'
import type { Core, Saved } from './core.ts'
import { utf8Octets } from './passwords.ts'

/** What credentials with a good nonce turn out to be. */
export type Match =
  | { readonly kind: 'right'; readonly subscriber: Subscriber }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong' | 'old-password' | 'wrong-realm' | 'no-digest'; readonly subscriber: Subscriber }

/** Columns of ours: the digests that a phone answers with which has not been told the new password. */
const oldMd5 = 'previous_ha1'
const oldSha256 = 'previous_ha1_sha256'
/** Column of ours: `SHA-256` where this person's phones must not answer with MD5. */
const algorithmColumn = 'algorithm'

/** Everybody with a password, of which only digests are kept. */
export class Accounts {
  readonly #core: Core
  /** Usually one for each name; more where several domains are served. */
  readonly #byName = new Map<string, Subscriber[]>()
  readonly #changing = new Set<string>()
  #size = 0
  /** Those whose passwords nobody knows, imported with MD5 alone. */
  #withoutSha256 = 0

  constructor(core: Core) {
    this.#core = core
  }

  /** What the store has; `isWhole`: in place of what is in memory. */
  load(subscribers: readonly Subscriber[], isWhole: boolean): void {
    if (isWhole) {
      this.#byName.clear()
      this.#size = 0
      this.#withoutSha256 = 0
    }
    for (const subscriber of subscribers)
      if (this.find(subscriber.username, subscriber.domain) === undefined) this.#insert(subscriber)
  }

  get size(): number {
    return this.#size
  }

  get all(): readonly Subscriber[] {
    return [...this.#byName.values()].flat()
  }

  /**
   * SHA-256 is offered only while everybody can answer with it: a challenge that depended on the name would tell
   * strangers which names there are.
   */
  get hasSha256(): boolean {
    return this.#withoutSha256 === 0
  }

  /** @param domain undefined: whatever it is */
  find(username: string, domain: string | undefined): Subscriber | undefined {
    const named = this.#byName.get(username.toLowerCase())
    return domain === undefined ? named?.[0] : named?.find((subscriber) => subscriber.domain === domain)
  }

  /** The domain that all have in common, for the next one. */
  get commonDomain(): string | undefined {
    let common: string | undefined
    for (const [first] of this.#byName.values()) {
      if (common !== undefined && first?.domain !== common) return undefined
      common = first?.domain
    }
    return common
  }

  /** Whether a change of that name is on its way to the disk. */
  isChanging(username: string): boolean {
    return this.#changing.has(username.toLowerCase())
  }

  /**
   * Puts one person in place of another, either of which may be nobody. It counts once it is on disk: who was told
   * a password can log in with it whatever happens next, and where the disk refuses, nothing has changed.
   */
  replace(old: Subscriber | undefined, subscriber: Subscriber | undefined, done: Saved): void {
    const name = (subscriber ?? old)?.username.toLowerCase()
    if (name === undefined) return
    const isMoved = old !== undefined && old.domain !== subscriber?.domain
    const changes: Change[] = []
    if (isMoved) changes.push({ kind: 'drop-subscriber', username: old.username, domain: old.domain })
    if (subscriber !== undefined) changes.push({ kind: 'put-subscriber', subscriber })
    this.#changing.add(name)
    this.#core.save(changes, (why) => {
      this.#changing.delete(name)
      if (why === undefined) {
        if (old !== undefined) this.#take(old.username, old.domain)
        if (subscriber !== undefined) {
          this.#take(subscriber.username, subscriber.domain)
          this.#insert(subscriber)
        }
      }
      done(why)
    })
  }

  /** A new person, or one with a new password: of the old one the digests stay, to know phones that still have it. */
  make(
    username: string,
    domain: string,
    password: string,
    email: string,
    old: Subscriber | undefined,
  ): Subscriber {
    const { hash, sha256 } = this.#core.options
    const secret = utf8Octets(password)
    const plain = `${username}:${domain}:${secret}`
    const full = `${username}@${domain}:${domain}:${secret}`
    return {
      username,
      domain,
      ha1: hash(plain),
      ha1b: hash(full),
      ha1Sha256: sha256(plain),
      ha1bSha256: sha256(full),
      email: email === '' ? (old?.email ?? '') : email,
      displayName: old?.displayName ?? '',
      columns: old === undefined ? {} : { ...old.columns, [oldMd5]: old.ha1, [oldSha256]: old.ha1Sha256 },
    }
  }

  /** The same work is done for a name that does not exist: the time tells nothing. */
  check(credentials: Credentials, method: string, usesDomain: boolean): Match {
    const { algorithm, realm, response } = credentials
    const isFull = credentials.username.includes('@')
    const subscriber = this.#named(credentials, usesDomain)
    const hash = algorithm === 'MD5' ? this.#core.options.hash : this.#core.options.sha256
    const fits = (ha1: string): boolean =>
      isSameDigest(expectedResponse(credentials, method, ha1, hash), response)
    const ha1 = subscriber === undefined ? nobodys : digestOf(subscriber, algorithm, isFull)
    const isRight = fits(ha1)
    if (subscriber === undefined) return { kind: 'unknown' }
    if (ha1 === '') return { kind: 'no-digest', subscriber }
    if (isRight) return { kind: 'right', subscriber }
    const old = subscriber.columns[algorithm === 'MD5' ? oldMd5 : oldSha256] ?? ''
    if (old !== '' && fits(old)) return { kind: 'old-password', subscriber }
    return { kind: subscriber.domain === realm ? 'wrong' : 'wrong-realm', subscriber }
  }

  /** A name may carry its domain; without one the realm's own people go first. */
  #named({ username, realm }: Credentials, usesDomain: boolean): Subscriber | undefined {
    const at = username.indexOf('@')
    const name = at < 0 ? username : username.slice(0, at)
    const domain = at < 0 ? realm : username.slice(at + 1).toLowerCase()
    return this.find(name, domain) ?? (usesDomain ? undefined : this.find(name, undefined))
  }

  #insert(subscriber: Subscriber): void {
    const key = subscriber.username.toLowerCase()
    const named = this.#byName.get(key)
    if (named === undefined) this.#byName.set(key, [subscriber])
    else named.push(subscriber)
    this.#size++
    if (subscriber.ha1Sha256 === '') this.#withoutSha256++
  }

  #take(username: string, domain: string): void {
    const key = username.toLowerCase()
    const named = this.#byName.get(key)
    const at = named?.findIndex((subscriber) => subscriber.domain === domain) ?? -1
    if (named === undefined || at < 0) return
    if (named[at]?.ha1Sha256 === '') this.#withoutSha256--
    named.splice(at, 1)
    this.#size--
    if (named.length === 0) this.#byName.delete(key)
  }
}

/** Whether this person's phones must answer with SHA-256. */
export function refusesMd5(subscriber: Subscriber): boolean {
  return subscriber.columns[algorithmColumn] === 'SHA-256'
}

export function withAlgorithm(subscriber: Subscriber, isSha256Only: boolean): Subscriber {
  return {
    ...subscriber,
    columns: { ...subscriber.columns, [algorithmColumn]: isSha256Only ? 'SHA-256' : '' },
  }
}

/** No digest at all: no response fits. */
const nobodys = 'nobody'

function digestOf(subscriber: Subscriber, algorithm: DigestAlgorithm, isFull: boolean): string {
  if (algorithm === 'MD5') return isFull ? subscriber.ha1b : subscriber.ha1
  return isFull ? subscriber.ha1bSha256 : subscriber.ha1Sha256
}
