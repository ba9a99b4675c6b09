import type { Octets } from '../lib/octets.ts'
import { equalsIgnoringCase, isSipUri, parseSipUri, unescape } from '../sip/index.ts'
import type { Login } from './logins.ts'
import type { Run } from './run.ts'

/** Parameters of uri_db that decide here. */
export interface OwnershipSettings {
  readonly usesTable: boolean
  readonly usesDomain: boolean
}

/** Column of ours in place of SER's table uri: further names that somebody may use, parted by `|`. */
const furtherNames = 'uri_user'

/**
 * check_to, check_from: whether the one who has logged in may use the name in that URI.
 * @returns 1; -1 not theirs; -2 nobody has logged in
 */
export function checkOwner(run: Run, text: Octets, settings: OwnershipSettings): number {
  const { login } = run.state
  if (login === undefined) {
    run.exchange.core.emit({
      kind: 'script-log',
      level: -1,
      text: 'check_to() and check_from() need credentials: let www_authorize() or proxy_authorize() succeed first',
    })
    return -2
  }
  const uri = parseSipUri(text)
  if (uri?.user === undefined) return -1
  const user = unescape(uri.user)
  if ((settings.usesDomain || settings.usesTable) && uri.host !== login.credentials.realm.toLowerCase())
    return -1
  const mayUse = settings.usesTable
    ? namesOf(login).some((name) => equalsIgnoringCase(name, user))
    : equalsIgnoringCase(loginName(login), user)
  return mayUse ? 1 : -1
}

/** does_uri_exist: 1; -5 nobody has that name. */
export function doesUriExist(run: Run, settings: OwnershipSettings): number {
  const uri = run.target
  if (!isSipUri(uri) || uri.user === undefined) return -1
  const { accounts } = run.exchange
  const user = unescape(uri.user)
  const domain = settings.usesDomain ? uri.host : undefined
  if (accounts.find(user, domain) !== undefined) return 1
  if (!settings.usesTable) return -5
  return accounts.all.some((subscriber) => (subscriber.columns[furtherNames] ?? '').split('|').includes(user))
    ? 1
    : -5
}

/** The name in the credentials, without the domain that some phones write behind it. */
export function loginName({ credentials }: Login): Octets {
  const at = credentials.username.indexOf('@')
  return at < 0 ? credentials.username : credentials.username.slice(0, at)
}

function namesOf(login: Login): string[] {
  const further = login.subscriber.columns[furtherNames] ?? ''
  return [loginName(login), ...further.split('|').filter((name) => name !== '')]
}
