import type { Octets } from '../lib/octets.ts'
import { isPlainUserName } from '../sip/index.ts'
import { withAlgorithm } from './accounts.ts'
import type { Subscriber } from './changes.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Exchange } from './exchange.ts'
import { generatePassword, weaknessOf } from './passwords.ts'

/** `alice` or `alice@example.com`, as serctl takes them. */
interface Name {
  readonly username: Octets
  readonly domain: string | undefined
}

export type AccountCommand = Extract<
  Command,
  { name: 'add-account' | 'change-password' | 'remove-account' | 'require-sha256' | 'accounts' }
>

const names: ReadonlySet<string> = new Set([
  'add-account',
  'change-password',
  'remove-account',
  'require-sha256',
  'accounts',
])

export function isAccountCommand(command: Command): command is AccountCommand {
  return names.has(command.name)
}

/** What serctl's words about people end up in. */
export function answerAccountCommand(exchange: Exchange, command: AccountCommand): CommandResult {
  switch (command.name) {
    case 'add-account':
      return addAccount(exchange, command.user, command.password, command.email)
    case 'change-password':
      return changePassword(exchange, command.user, command.password)
    case 'remove-account':
      return removeAccount(exchange, command.user)
    case 'require-sha256':
      return requireSha256(exchange, command.user, command.isRequired)
    case 'accounts':
      return listAccounts(exchange)
  }
}

/** `add USER [PASSWORD [EMAIL]]`: without a password one is made, and told this once. */
function addAccount(
  exchange: Exchange,
  user: string,
  password: string | undefined,
  email: string,
): CommandResult {
  const name = readName(user)
  if (name === undefined) return badName(user)
  const domain = name.domain ?? usualDomain(exchange)
  if (exchange.accounts.find(name.username, domain) !== undefined)
    return refused('exists', `${user} is there already: "passwd ${user}" gives a new password`)
  return putAccount(exchange, { ...name, domain }, password, email, undefined)
}

/** `passwd USER [PASSWORD]`. */
function changePassword(exchange: Exchange, user: string, password: string | undefined): CommandResult {
  const name = readName(user)
  if (name === undefined) return badName(user)
  const old =
    exchange.accounts.find(name.username, name.domain) ?? exchange.accounts.find(name.username, undefined)
  if (old === undefined) return refused('not-found', `There is no ${user}: "add ${user}" makes it`)
  if (name.domain !== undefined && name.domain !== old.domain) exchange.accounts.drop(old)
  return putAccount(
    exchange,
    { username: old.username, domain: name.domain ?? old.domain },
    password,
    '',
    old,
  )
}

/** `rm USER`: the account, and where its phones were. */
function removeAccount(exchange: Exchange, user: string): CommandResult {
  const name = readName(user)
  const subscriber = name === undefined ? undefined : exchange.accounts.find(name.username, name.domain)
  if (subscriber === undefined)
    return refused('not-found', `There is no ${user}: "accounts" lists those there are`)
  exchange.accounts.drop(subscriber)
  exchange.notices.tell('info', 'account-removed', subscriber.username, `${subscriber.username} was removed.`)
  return { ok: true, value: { removed: subscriber.username } }
}

/** `sha256 USER on|off`: whether phones of that person may answer with MD5. */
function requireSha256(exchange: Exchange, user: string, isRequired: boolean): CommandResult {
  const name = readName(user)
  const subscriber = name === undefined ? undefined : exchange.accounts.find(name.username, name.domain)
  if (subscriber === undefined)
    return refused('not-found', `There is no ${user}: "accounts" lists those there are`)
  if (isRequired && subscriber.ha1Sha256 === '')
    return refused('no-digest', `Of ${user} only an MD5 digest is known: "passwd ${user}" makes both`)
  exchange.accounts.put(withAlgorithm(subscriber, isRequired))
  return { ok: true, value: { user: subscriber.username, sha256Only: isRequired } }
}

function listAccounts(exchange: Exchange): CommandResult {
  const value = exchange.accounts.all.map(({ username, domain, email, ha1Sha256 }) => ({
    user: username,
    domain,
    email,
    digests: ha1Sha256 === '' ? 'MD5' : 'MD5 SHA-256',
  }))
  return { ok: true, value }
}

function putAccount(
  exchange: Exchange,
  name: { readonly username: Octets; readonly domain: string },
  chosen: string | undefined,
  email: string,
  old: Subscriber | undefined,
): CommandResult {
  const { username, domain } = name
  const weakness = chosen === undefined ? undefined : weaknessOf(chosen, username)
  if (weakness !== undefined)
    return refused('weak-password', `${weakness}: leave it out, and one of 20 characters is made`)
  const password = chosen ?? generatePassword(exchange.core.options.random)
  exchange.accounts.put(exchange.accounts.make(username, domain, password, email, old))
  exchange.notices.tell(
    'info',
    old === undefined ? 'account-added' : 'account-changed',
    username,
    old === undefined ? `${username} was added.` : `${username} has a new password.`,
  )
  const told = { user: username, domain }
  return { ok: true, value: chosen === undefined ? { ...told, password } : told }
}

/** The realm that digests are made for: what the script asks for, what the others have, or the first name of ours. */
function usualDomain(exchange: Exchange): string {
  const { realm } = exchange.logins.settings
  if (realm !== '') return realm
  const { options, program } = exchange.core
  return (
    exchange.accounts.commonDomain ??
    program.globals.alias[0]?.host ??
    options.listeners[0]?.address ??
    'localhost'
  )
}

function readName(user: string): Name | undefined {
  const at = user.indexOf('@')
  const username = at < 0 ? user : user.slice(0, at)
  const domain = at < 0 ? undefined : user.slice(at + 1).toLowerCase()
  if (!isPlainUserName(username) || (domain !== undefined && !/^[a-z0-9._:-]{1,253}$/.test(domain)))
    return undefined
  return { username, domain }
}

function badName(user: string): CommandResult {
  return refused(
    'bad-name',
    `${JSON.stringify(user)} is no number or name: use letters, digits, dots and dashes`,
  )
}

function refused(code: string, message: string): CommandResult {
  return { ok: false, code, message }
}
