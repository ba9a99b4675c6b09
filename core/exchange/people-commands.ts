import { answerAccountCommand, isAccountCommand, type AccountCommand } from './account-commands.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Exchange } from './exchange.ts'
import { isLive } from './location.ts'

type PeopleCommand = AccountCommand | Extract<Command, { name: 'online' | 'notices' | 'bans' | 'unban' }>

const names: ReadonlySet<string> = new Set(['online', 'notices', 'bans', 'unban'])

export function isPeopleCommand(command: Command): command is PeopleCommand {
  return names.has(command.name) || isAccountCommand(command)
}

/** Who there is, who can be reached, what has happened, and whom we do not listen to. */
export function answerPeopleCommand(
  exchange: Exchange,
  command: PeopleCommand,
  reply: (result: CommandResult) => void,
): CommandResult | undefined {
  switch (command.name) {
    case 'online':
      return { ok: true, value: listOnline(exchange, command.table) }
    case 'notices':
      return { ok: true, value: listNotices(exchange, command.words) }
    case 'bans':
      return { ok: true, value: exchange.bans.all }
    case 'unban':
      return unban(exchange, command.address)
    default:
      return answerAccountCommand(exchange, command, reply)
  }
}

function listOnline(exchange: Exchange, table: string): unknown[] {
  const { now } = exchange.core
  const rows: unknown[] = []
  for (const [user, bindings] of exchange.location(table).users()) {
    const phones = bindings.filter((binding) => isLive(binding, now)).length
    if (phones > 0) rows.push({ user, phones })
  }
  return rows
}

function listNotices(exchange: Exchange, words: readonly string[]): unknown[] {
  return exchange.notices.find(words).map(({ atUnixMs, level, code, text }) => ({
    at: new Date(atUnixMs).toISOString(),
    level,
    code,
    text,
  }))
}

function unban(exchange: Exchange, address: string): CommandResult {
  if (!exchange.bans.lift(address))
    return { ok: false, code: 'not-found', message: `${address} is not banned: "bans" lists those that are` }
  exchange.notices.tell('info', 'unbanned', address, `${address} is heard again.`)
  return { ok: true, value: { unbanned: address } }
}
