import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { Credentials, DigestAlgorithm, Header, NoCredentials } from '../sip/index.ts'
import {
  headerValue,
  isCredentials,
  isSipUri,
  parseCredentials,
  parseSipUri,
  parseUri,
  printChallenge,
} from '../sip/index.ts'
import type { Match } from './accounts.ts'
import { refusesMd5 } from './accounts.ts'
import type { AuthSettings } from './auth-settings.ts'
import { authSettingsOf } from './auth-settings.ts'
import type { Subscriber } from './changes.ts'
import type { Exchange } from './exchange.ts'
import { LoginNotices } from './login-notices.ts'
import { OldPhones } from './old-phones.ts'
import type { Run } from './run.ts'
import { replyStateless } from './stateless-reply.ts'

/** Who asks for the password: an endpoint (401, RFC 3261 §22.2) or a proxy (407, §22.3). */
export type Asker = 'www' | 'proxy'

/** Somebody has proved who they are. */
export interface Login {
  readonly credentials: Credentials
  /** Undefined where nothing had to be proved. */
  readonly header: Header | undefined
  readonly subscriber: Subscriber
}

const fields = { www: 'authorization', proxy: 'proxy-authorization' } as const
/** A phone that has answered with SHA-256 is not taken at MD5 for so long: somebody may have taken the better offer away. */
const rememberedMs = 24 * 3_600_000
const mostRemembered = 10_000

/** Checks who sends a request, and asks for passwords. */
export class Logins {
  readonly #exchange: Exchange
  readonly #notices: LoginNotices
  readonly #oldPhones: OldPhones
  #settings: AuthSettings
  /** By user and address: when it last answered with SHA-256. */
  readonly #better = new Map<string, Instant>()

  constructor(exchange: Exchange) {
    this.#exchange = exchange
    this.#notices = new LoginNotices(exchange.notices)
    this.#oldPhones = new OldPhones(exchange.core)
    this.#settings = authSettingsOf(exchange.core.program)
  }

  get settings(): AuthSettings {
    return this.#settings
  }

  /** After another script was loaded. */
  reread(): void {
    this.#settings = authSettingsOf(this.#exchange.core.program)
  }

  /**
   * www_authorize, proxy_authorize.
   * @returns 1 proved; -1 to be challenged; 0 answered or dropped
   */
  authorize(run: Run, asker: Asker, namedRealm: string, usesDomain: boolean): number {
    const { request, source } = run
    const { core, bans } = this.#exchange
    if (request.method === 'ACK' || request.method === 'CANCEL') return 1
    const realm = this.realmFor(run, asker, namedRealm)
    if (source.listener.isOwnWindow === true) return this.#ownWindow(run, realm)
    const found = findCredentials(run, asker, realm)
    if (found === undefined) return -1
    if (found === 'other-realm') {
      this.#notices.otherRealm(source.address, realm)
      return -1
    }
    if ('kind' in found) {
      replyStateless(run, 400, `Bad Request (${fields[asker]} ${found.why})`, '')
      return 0
    }
    const { credentials } = found
    this.#oldPhones.answered(request, source.address)
    if (!this.#isForThis(run, credentials.uri)) {
      replyStateless(run, 400, `Bad Request (${fields[asker]} is for another URI)`, '')
      return 0
    }
    if (bans.isSlowed(source.address)) {
      core.count('logins slowed')
      run.disposition = 'dropped'
      return 0
    }
    if (!this.#isNonceGood(run, credentials)) return -1
    return this.#settle(run, found, this.#exchange.accounts.check(credentials, request.method, usesDomain))
  }

  /** Whoever sits there may make accounts and change passwords: for one that exists, no password is asked. */
  #ownWindow(run: Run, realm: Octets): 1 | -1 {
    const uri = parseSipUri(run.request.from.uri)
    const subscriber = uri?.user === undefined ? undefined : this.#exchange.accounts.find(uri.user, undefined)
    if (subscriber === undefined) return -1
    const { username } = subscriber
    const credentials: Credentials = {
      ...{ username, realm, nonce: '', uri: run.request.uri },
      ...{ response: '', algorithm: 'SHA-256', qop: undefined },
    }
    this.#exchange.core.count('logins of our own window')
    run.state.login = { credentials, header: undefined, subscriber }
    return 1
  }

  /** www_challenge, proxy_challenge: always 0. */
  challenge(run: Run, asker: Asker, namedRealm: string, hasQop: boolean): 0 {
    const realm = this.realmFor(run, asker, namedRealm)
    const nonce = this.#exchange.nonces.make(run.source.address, realm, hasQop, this.#settings.secret)
    const lines = printChallenge(asker === 'www' ? 'WWW-Authenticate' : 'Proxy-Authenticate', {
      realm,
      nonce,
      hasQop,
      isStale: run.isNonceStale,
      algorithms: this.#offerFor(run),
    })
    this.#exchange.core.count('challenges')
    if (asker === 'www') replyStateless(run, 401, 'Unauthorized', run.state.replyLines + lines)
    else replyStateless(run, 407, 'Proxy Authentication Required', run.state.replyLines + lines)
    return 0
  }

  /** A phone that has answered with SHA-256 is offered both, however it may seem: see `#isDowngrade`. */
  #offerFor(run: Run): readonly DigestAlgorithm[] {
    const { offered } = this
    if (offered.length === 1 || !offered.includes('MD5')) return offered
    const { request, source } = run
    if (!this.#oldPhones.needsMd5Alone(request, source.address)) return offered
    const user = parseSipUri(request.from.uri)?.user ?? ''
    return this.#isRemembered(user, source.address) ? offered : ['MD5']
  }

  get offered(): readonly DigestAlgorithm[] {
    const { algorithms } = this.#settings
    return this.#exchange.accounts.hasSha256 ? algorithms : ['MD5']
  }

  /** An empty one is the host of To in a REGISTER and of From in all else. */
  realmFor(run: Run, asker: Asker, named: string): Octets {
    if (named !== '') return named
    const { realm, realmPrefix } = this.#settings
    if (realm !== '') return realm
    const { to, from, method } = run.request
    const host = parseSipUri(asker === 'www' && method === 'REGISTER' ? to.uri : from.uri)?.host ?? ''
    return realmPrefix !== '' && host.startsWith(realmPrefix) ? host.slice(realmPrefix.length) : host
  }

  /**
   * RFC 7616 §3.4.6: the digest is of this URI. Its host may be another name of ours: phones write what they were given.
   * Some (SIPp too) sign the server alone, whomever they call; a nonce count is good for one request all the same.
   */
  #isForThis(run: Run, text: Octets): boolean {
    const { uri, target } = run.request
    if (text === uri) return true
    const signed = parseUri(text)
    if (!isSipUri(signed) || !isSipUri(target)) return false
    if (signed.user !== target.user && signed.user !== undefined) return false
    const { identity } = this.#exchange
    return signed.host === target.host || (identity.isUri(signed) && identity.isUri(target))
  }

  #isNonceGood(run: Run, credentials: Credentials): boolean {
    const { nonces, core } = this.#exchange
    const { nonce, qop, realm, algorithm } = credentials
    const { address } = run.source
    const isOffered = this.offered.includes(algorithm)
    const { secret, expireSeconds } = this.#settings
    const state = nonces.check(nonce, address, realm, qop !== undefined, expireSeconds, secret)
    if (state === 'good' && isOffered) return true
    core.count(`logins with a nonce that is ${isOffered ? state : 'for another algorithm'}`)
    run.isNonceStale = state === 'stale'
    if (run.isNonceStale) this.#notices.stale(credentials.username, address)
    return false
  }

  #settle(run: Run, found: Found, match: Match): number {
    const { core, bans, nonces } = this.#exchange
    const { credentials, header } = found
    const { address } = run.source
    if (match.kind !== 'right') return this.#wrong(match, credentials, address)
    const { subscriber } = match
    if (this.#isDowngrade(subscriber, credentials.algorithm, address)) {
      this.#notices.downgrade(subscriber, address)
      return -1
    }
    if (!nonces.use(credentials.nonce, credentials.qop?.count, run.request.octets)) {
      core.count('logins replayed')
      run.isNonceStale = true
      return -1
    }
    bans.right(address)
    this.#notices.right(subscriber.username, address)
    core.count('logins right')
    run.state.login = { credentials, header, subscriber }
    return 1
  }

  #wrong(match: Exclude<Match, { kind: 'right' }>, credentials: Credentials, address: string): -1 {
    const { core, bans } = this.#exchange
    core.count(`logins ${match.kind}`)
    this.#notices.failed(match, credentials, address)
    // A phone of ours that has not been told its new password is no guesser.
    if (match.kind === 'old-password' || match.kind === 'wrong-realm' || match.kind === 'no-digest') return -1
    if (bans.wrong(address) === 'banned') this.#notices.banned(address, bans.secondsLeft(address))
    return -1
  }

  #isDowngrade(subscriber: Subscriber, algorithm: DigestAlgorithm, address: string): boolean {
    if (algorithm === 'MD5' && refusesMd5(subscriber)) return true
    const key = `${subscriber.username} ${address}`
    if (algorithm === 'MD5')
      return this.#isRemembered(subscriber.username, address) && this.offered.includes('SHA-256')
    const { now } = this.#exchange.core
    this.#better.delete(key)
    this.#better.set(key, now)
    if (this.#better.size > mostRemembered)
      for (const oldest of this.#better.keys()) {
        this.#better.delete(oldest)
        break
      }
    return false
  }

  #isRemembered(username: string, address: string): boolean {
    const betterAt = this.#better.get(`${username} ${address}`)
    return betterAt !== undefined && later(betterAt, rememberedMs) > this.#exchange.core.now
  }
}

interface Found {
  readonly credentials: Credentials
  readonly header: Header
}

/** The credentials for a realm; `other-realm` where there are some for others only; what is wrong with malformed ones. */
function findCredentials(
  run: Run,
  asker: Asker,
  realm: Octets,
): Found | NoCredentials | 'other-realm' | undefined {
  let isElsewhere = false
  for (const header of run.request.headers) {
    if (header.name !== fields[asker]) continue
    const credentials = parseCredentials(headerValue(header))
    if (!isCredentials(credentials)) {
      if (credentials.kind === 'malformed') return credentials
      continue
    }
    if (credentials.realm === realm) return { credentials, header }
    isElsewhere = true
  }
  return isElsewhere ? 'other-realm' : undefined
}

/** consume_credentials: the copies that go on do without what was proved here. @returns 1, or -1 where nothing was */
export function consumeCredentials(run: Run): number {
  const { login } = run.state
  if (run.request.method === 'ACK' || run.request.method === 'CANCEL') return 1
  if (login?.header === undefined) return -1
  run.consumed = login.header
  return 1
}
