import type { Credentials } from '../sip/index.ts'
import type { Match } from './accounts.ts'
import type { Subscriber } from './changes.ts'
import type { Notices } from './notices.ts'
import { quoted } from './notices.ts'

const mostWaiting = 1000

/** Says in one sentence each why a login failed. To the phone all of them look the same. */
export class LoginNotices {
  readonly #notices: Notices
  /** Phones whose last answer came too late: once is everyday, twice in a row is told. */
  readonly #late = new Set<string>()

  constructor(notices: Notices) {
    this.#notices = notices
  }

  right(username: string, address: string): void {
    if (this.#late.size > 0) this.#late.delete(`${username} ${address}`)
  }

  stale(username: string, address: string): void {
    const name = quoted(username)
    const key = `${username} ${address}`
    if (!this.#late.has(key)) {
      if (this.#late.size >= mostWaiting) this.#late.clear()
      this.#late.add(key)
      return
    }
    this.#notices.tell(
      'info',
      'login-stale',
      name,
      `The phone at ${address} that logs in as "${name}" answers with an expired challenge again and again: if it does not register, restart it.`,
      key,
    )
  }

  otherRealm(address: string, realm: string): void {
    this.#notices.tell(
      'warning',
      'login-wrong-realm',
      address,
      `The phone at ${address} logs in for another realm than "${quoted(realm)}": clear the realm in its settings, or write this one there.`,
      address,
    )
  }

  failed(match: Exclude<Match, { kind: 'right' }>, credentials: Credentials, address: string): void {
    const name = quoted(credentials.username)
    switch (match.kind) {
      case 'unknown':
        return this.#notices.tell(
          'warning',
          'login-unknown',
          name,
          `Somebody at ${address} tried to log in as "${name}", and there is no such number: add it, or correct the phone.`,
          address,
        )
      case 'wrong':
        return this.#notices.tell(
          'warning',
          'login-wrong',
          name,
          `The phone of ${name} at ${address} has a wrong password: type it in again, or give it a new one with "passwd ${name}".`,
          `${name} ${address}`,
        )
      case 'old-password':
        return this.#notices.tell(
          'warning',
          'login-old-password',
          name,
          `The phone of ${name} at ${address} still has the password from before the last change: give it the new one.`,
          `${name} ${address}`,
        )
      case 'wrong-realm':
      case 'no-digest':
        return this.#notices.tell(
          'warning',
          'login-wrong-realm',
          name,
          `The phone of ${name} at ${address} was asked for the realm "${quoted(credentials.realm)}", and the password of ${name} was made for "${match.subscriber.domain}": make a new one with "passwd ${name}@${quoted(credentials.realm)}", or have the script ask for that realm.`,
          `${name} ${address}`,
        )
    }
  }

  downgrade(subscriber: Subscriber, address: string): void {
    const { username } = subscriber
    this.#notices.tell(
      'problem',
      'login-downgrade',
      username,
      `The phone of ${username} at ${address} answered with MD5, though SHA-256 was offered and is expected of it: somebody on the way may have taken the better offer away, and the login was refused.`,
      `${username} ${address}`,
    )
  }

  banned(address: string, seconds: number): void {
    this.#notices.tell(
      'problem',
      'banned',
      address,
      `${address} sent too many wrong passwords and is ignored for ${Math.round(seconds / 60)} minutes: "unban ${address}" lifts that.`,
    )
  }
}
