import type { Octets } from '../lib/octets.ts'
import { isPlainUserName } from '../sip/index.ts'
import { withAlgorithm } from './accounts.ts'
import type { Subscriber } from './changes.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Saved } from './core.ts'
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

/** The table of other names of people. */
const aliases = 'aliases'

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

type Reply = (result: CommandResult) => void

/**
 * What serctl's words about people end up in.
 * @returns undefined where `reply` is called later, when it is on disk
 */
export function answerAccountCommand(
  exchange: Exchange,
  command: AccountCommand,
  reply: Reply,
): CommandResult | undefined {
  switch (command.name) {
    case 'add-account':
      return addAccount(exchange, command.user, command, reply)
    case 'change-password':
      return changePassword(exchange, command.user, command.password, reply)
    case 'remove-account':
      return removeAccount(exchange, command.user, reply)
    case 'require-sha256':
      return requireSha256(exchange, command.user, command.isRequired, reply)
    case 'accounts':
      return listAccounts(exchange)
  }
}

/** `add USER [PASSWORD [EMAIL]]`: without a password one is made, and told this once. */
function addAccount(
  exchange: Exchange,
  user: string,
  { password, email }: { readonly password: string | undefined; readonly email: string },
  reply: Reply,
): CommandResult | undefined {
  const name = readName(user)
  if (name === undefined) return badName(user)
  const domain = name.domain ?? usualDomain(exchange)
  if (exchange.accounts.find(name.username, domain) !== undefined)
    return refused('exists', `${user} is there already: "passwd ${user}" gives a new password`)
  if ((exchange.location(aliases).find(name.username.toLowerCase()) ?? []).length > 0)
    return refused(
      'exists',
      `${name.username} is another name of somebody already: "alias rm ${name.username}" takes that away`,
    )
  const wish = { ...name, domain, password, email }
  return putAccount(exchange, wish, undefined, reply)
}

/** `passwd USER [PASSWORD]`. */
function changePassword(
  exchange: Exchange,
  user: string,
  password: string | undefined,
  reply: Reply,
): CommandResult | undefined {
  const name = readName(user)
  if (name === undefined) return badName(user)
  const old =
    exchange.accounts.find(name.username, name.domain) ?? exchange.accounts.find(name.username, undefined)
  if (old === undefined) return refused('not-found', `There is no ${user}: "add ${user}" makes it`)
  const wish = { username: old.username, domain: name.domain ?? old.domain, password, email: '' }
  return putAccount(exchange, wish, old, reply)
}

/** `rm USER`: the account, and where its phones are. */
function removeAccount(exchange: Exchange, user: string, reply: Reply): CommandResult | undefined {
  const name = readName(user)
  const subscriber = name === undefined ? undefined : exchange.accounts.find(name.username, name.domain)
  if (subscriber === undefined)
    return refused('not-found', `There is no ${user}: "accounts" lists those there are`)
  const { username, domain } = subscriber
  return change(exchange, subscriber, undefined, reply, () => {
    exchange.notices.tell('info', 'account-removed', username, `${username} was removed.`)
    const value = { removed: username }
    forgetPhones(exchange, username.toLowerCase(), domain, (why) => {
      reply(why === undefined ? { ok: true, value } : refused('not-kept', `${username} was removed. ${why}`))
    })
  })
}

/** Nobody is left who could take them away. */
function forgetPhones(exchange: Exchange, user: string, domain: string, done: Saved): void {
  let left = 1
  let trouble: string | undefined
  const saved: Saved = (why) => {
    trouble ??= why
    if (--left === 0) done(trouble)
  }
  for (const location of exchange.locations) {
    if (location.name === aliases) continue
    for (const key of [user, `${user}@${domain}`]) {
      const bindings = location.find(key)
      if (bindings === undefined || bindings.length === 0) continue
      for (const binding of [...bindings]) {
        location.remove(key, binding)
        exchange.saving.changed(location.name, key, binding)
        exchange.core.emit({ kind: 'unregistered', user: key, contact: binding.contact, why: 'asked' })
      }
      left++
      exchange.saving.whenSaved(location.name, key, saved)
    }
  }
  saved(undefined)
}

/** `sha256 USER on|off`: whether phones of that person may answer with MD5. */
function requireSha256(
  exchange: Exchange,
  user: string,
  isRequired: boolean,
  reply: Reply,
): CommandResult | undefined {
  const name = readName(user)
  const subscriber = name === undefined ? undefined : exchange.accounts.find(name.username, name.domain)
  if (subscriber === undefined)
    return refused('not-found', `There is no ${user}: "accounts" lists those there are`)
  if (isRequired && subscriber.ha1Sha256 === '')
    return refused('no-digest', `Of ${user} only an MD5 digest is known: "passwd ${user}" makes both`)
  return change(exchange, subscriber, withAlgorithm(subscriber, isRequired), reply, () => {
    reply({ ok: true, value: { user: subscriber.username, sha256Only: isRequired } })
  })
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

interface AccountWish {
  readonly username: Octets
  readonly domain: string
  /** Undefined: one is made. */
  readonly password: string | undefined
  readonly email: string
}

function putAccount(
  exchange: Exchange,
  { username, domain, password: chosen, email }: AccountWish,
  old: Subscriber | undefined,
  reply: Reply,
): CommandResult | undefined {
  const weakness = chosen === undefined ? undefined : weaknessOf(chosen, username)
  if (weakness !== undefined)
    return refused('weak-password', `${weakness}: leave it out, and one of 20 characters is made`)
  const password = chosen ?? generatePassword(exchange.core.options.random)
  const account = exchange.accounts.make(username, domain, password, email, old)
  return change(exchange, old, account, reply, () => {
    exchange.notices.tell(
      'info',
      old === undefined ? 'account-added' : 'account-changed',
      username,
      old === undefined ? `${username} was added.` : `${username} has a new password.`,
    )
    const told = { user: username, domain }
    reply({ ok: true, value: chosen === undefined ? { ...told, password } : told })
  })
}

function change(
  exchange: Exchange,
  old: Subscriber | undefined,
  account: Subscriber | undefined,
  reply: Reply,
  kept: () => void,
): CommandResult | undefined {
  const username = (account ?? old)?.username ?? ''
  if (exchange.accounts.isChanging(username))
    return refused('busy', `${username} is being changed by somebody else at this moment: try again`)
  exchange.accounts.replace(old, account, (why) => {
    if (why === undefined) kept()
    else reply(refused('not-kept', `Nothing was changed, because it cannot be kept. ${why}`))
  })
  return undefined
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
