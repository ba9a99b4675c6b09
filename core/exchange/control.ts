import { unreachable } from '../lib/unreachable.ts'
import { parseSipUri } from '../sip/index.ts'
import { answerCallCommand, isCallCommand } from './call-commands.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Exchange } from './exchange.ts'
import { isLive, isNated, isPermanent } from './location.ts'
import { answerPeopleCommand, isPeopleCommand } from './people-commands.ts'
import { bindByHand } from './registrar.ts'

/**
 * Answers what people and programs ask of a running exchange. Every refusal names its remedy.
 * @returns undefined where `reply` is called later, when it is on disk
 */
export function answerCommand(
  exchange: Exchange,
  command: Command,
  reply: (result: CommandResult) => void,
): CommandResult | undefined {
  if (isPeopleCommand(command)) return answerPeopleCommand(exchange, command, reply)
  if (isCallCommand(command)) return answerCallCommand(exchange, command)
  switch (command.name) {
    case 'bindings':
      return { ok: true, value: listBindings(exchange, command.table, command.user) }
    case 'phone-nat':
      return { ok: true, value: exchange.phoneNat.list(exchange, command.table, command.user) }
    case 'bind':
      return bind(exchange, command, reply)
    case 'unbind':
      return unbind(exchange, command, reply)
    case 'stats':
      return { ok: true, value: stats(exchange) }
    case 'drain':
      exchange.isDraining = true
      exchange.saving.flush()
      return { ok: true, value: { openTransactions: exchange.pendingCount } }
    case 'listeners':
      return { ok: true, value: exchange.core.options.listeners }
    default:
      return unreachable(command)
  }
}

function listBindings(exchange: Exchange, table: string, only: string | undefined): unknown[] {
  const { now } = exchange.core
  const rows: unknown[] = []
  for (const [user, bindings] of exchange.location(table).users()) {
    if (only !== undefined && user !== only.toLowerCase()) continue
    for (const binding of bindings) {
      if (!isLive(binding, now)) continue
      rows.push({
        user,
        contact: binding.contact,
        q: binding.q === undefined ? null : binding.q / 1000,
        expiresSeconds:
          (binding.flags & isPermanent) !== 0 ? null : Math.ceil((binding.expiresAt - now) / 1000),
        userAgent: binding.userAgent,
        received:
          binding.received === undefined
            ? null
            : `${binding.received.listener.transport}:${binding.received.address}:${binding.received.port}`,
        nated: (binding.flags & isNated) !== 0,
        keepAlive: exchange.natPing.stateOf(binding) ?? null,
      })
    }
  }
  return rows
}

function bind(
  exchange: Exchange,
  { table, user, uri: contact, expiresSeconds, isAnotherName }: Extract<Command, { name: 'bind' }>,
  reply: (result: CommandResult) => void,
): CommandResult | undefined {
  const uri = parseSipUri(contact)
  if (uri === undefined) return refused('bad-uri', `${contact} is no SIP URI: write it as sip:user@host`)
  if (exchange.identity.isUri(uri))
    return refused('own-address', `${contact} is this server itself: name the phone's own address`)
  const key = user.toLowerCase()
  const double = isAnotherName === true ? whyDouble(exchange, table, key, contact) : undefined
  if (double !== undefined) return refused('exists', double)
  bindByHand(exchange, table, key, contact, expiresSeconds)
  exchange.saving.whenSaved(table, key, (why) => {
    reply(why === undefined ? { ok: true, value: { user, contact } } : notKept(why))
  })
  return undefined
}

function whyDouble(exchange: Exchange, table: string, name: string, contact: string): string | undefined {
  if (exchange.accounts.find(name, undefined) !== undefined)
    return `${name} is somebody's own number: take a name that nobody has`
  return exchange
    .location(table)
    .find(name)
    ?.some((binding) => binding.contact === contact) === true
    ? `${name} leads to ${contact} already: "alias show ${name}" tells where else`
    : undefined
}

function unbind(
  exchange: Exchange,
  { table, user, uri: contact }: Extract<Command, { name: 'unbind' }>,
  reply: (result: CommandResult) => void,
): CommandResult | undefined {
  const location = exchange.location(table)
  const key = user.toLowerCase()
  const gone = (location.find(key) ?? []).filter(
    (binding) => contact === undefined || binding.contact === contact,
  )
  if (gone.length === 0)
    return refused('not-found', `${user} has no such binding: "ul show" lists those there are`)
  for (const binding of gone) {
    location.remove(key, binding)
    exchange.saving.changed(table, key, binding)
    exchange.core.emit({ kind: 'unregistered', user: key, contact: binding.contact, why: 'asked' })
  }
  exchange.saving.whenSaved(table, key, (why) => {
    reply(why === undefined ? { ok: true, value: { removed: gone.length } } : notKept(why))
  })
  return undefined
}

function notKept(why: string): CommandResult {
  return refused('not-kept', `It holds until Sidetone ends, and is written when that is possible. ${why}`)
}

function stats(exchange: Exchange): unknown {
  let users = 0
  for (const location of exchange.locations) users += location.size
  return {
    counters: exchange.core.counters,
    users,
    calls: exchange.calls.size,
    relayedCalls: exchange.media.calls.size,
    freeMediaPairs: exchange.media.own.pool.sizes,
    serverTransactions: exchange.legs.size,
    clientTransactions: exchange.branches.size,
    connections: exchange.streams.size,
  }
}

function refused(code: string, message: string): CommandResult {
  return { ok: false, code, message }
}
