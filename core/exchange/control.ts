import { unreachable } from '../lib/unreachable.ts'
import { parseSipUri } from '../sip/index.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Exchange } from './exchange.ts'
import { isLive, isPermanent } from './location.ts'
import { answerPeopleCommand, isPeopleCommand } from './people-commands.ts'
import { bindByHand } from './registrar.ts'

/** Answers what people and programs ask of a running exchange. Every refusal names its remedy. */
export function answerCommand(exchange: Exchange, command: Command): CommandResult {
  if (isPeopleCommand(command)) return answerPeopleCommand(exchange, command)
  switch (command.name) {
    case 'bindings':
      return { ok: true, value: listBindings(exchange, command.table, command.user) }
    case 'bind':
      return bind(exchange, command.table, command.user, command.uri, command.expiresSeconds)
    case 'unbind':
      return unbind(exchange, command.table, command.user, command.uri)
    case 'calls':
      return { ok: true, value: listCalls(exchange) }
    case 'stats':
      return { ok: true, value: stats(exchange) }
    case 'drain':
      exchange.isDraining = true
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
      })
    }
  }
  return rows
}

function bind(
  exchange: Exchange,
  table: string,
  user: string,
  contact: string,
  expiresSeconds: number,
): CommandResult {
  const uri = parseSipUri(contact)
  if (uri === undefined) return refused('bad-uri', `${contact} is no SIP URI: write it as sip:user@host`)
  if (exchange.identity.isUri(uri))
    return refused('own-address', `${contact} is this server itself: name the phone's own address`)
  bindByHand(exchange, table, user.toLowerCase(), contact, expiresSeconds)
  return { ok: true, value: { user, contact } }
}

function unbind(exchange: Exchange, table: string, user: string, contact: string | undefined): CommandResult {
  const location = exchange.location(table)
  const key = user.toLowerCase()
  const gone = (location.find(key) ?? []).filter(
    (binding) => contact === undefined || binding.contact === contact,
  )
  if (gone.length === 0)
    return refused('not-found', `${user} has no such binding: "ul show" lists those there are`)
  for (const binding of gone) {
    location.remove(key, binding)
    exchange.core.emit({ kind: 'unregistered', user: key, contact: binding.contact, why: 'asked' })
  }
  return { ok: true, value: { removed: gone.length } }
}

function listCalls(exchange: Exchange): unknown[] {
  const unixMs = exchange.core.options.wallClock()
  return [...exchange.calls.all].map((call) => ({
    callId: call.callId,
    from: call.from,
    to: call.to,
    state: call.answeredAtUnixMs === undefined ? 'ringing' : 'talking',
    seconds: Math.floor((unixMs - (call.answeredAtUnixMs ?? call.beganAtUnixMs)) / 1000),
  }))
}

function stats(exchange: Exchange): unknown {
  let users = 0
  for (const location of exchange.locations) users += location.size
  return {
    counters: Object.fromEntries(exchange.core.counters),
    users,
    calls: exchange.calls.size,
    serverTransactions: exchange.legs.size,
    clientTransactions: exchange.branches.size,
    connections: exchange.streams.size,
  }
}

function refused(code: string, message: string): CommandResult {
  return { ok: false, code, message }
}
