import { unreachable } from '../lib/unreachable.ts'
import { captureParts } from './call-capture.ts'
import { findCall, listCalls } from './call-list.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Exchange } from './exchange.ts'
import { readLeftCalls } from './media-state-reading.ts'
import { leaveCalls, takeUpCalls } from './media-state.ts'

const names = ['calls', 'call', 'capture', 'leave-calls', 'take-up-calls'] as const
type CallCommand = Extract<Command, { readonly name: (typeof names)[number] }>

export function isCallCommand(command: Command): command is CallCommand {
  return (names as readonly string[]).includes(command.name)
}

/** What there is to know of calls, and what one process leaves to the next. */
export function answerCallCommand(exchange: Exchange, command: CallCommand): CommandResult {
  switch (command.name) {
    case 'calls':
      return { ok: true, value: listCalls(exchange, command.which) }
    case 'call':
      return oneCall(exchange, command.callId)
    case 'capture':
      return captureParts(exchange, command.callId)
    case 'leave-calls':
      return { ok: true, value: leaveCalls(exchange) }
    case 'take-up-calls':
      return takeUp(exchange, command.left, command.awayMs)
    default:
      return unreachable(command)
  }
}

function oneCall(exchange: Exchange, callId: string): CommandResult {
  const value = findCall(exchange, callId)
  return value === undefined
    ? {
        ok: false,
        code: 'not-found',
        message: `No call ${callId} is remembered: "calls" and "calls ended" list those there are`,
      }
    : { ok: true, value }
}

function takeUp(exchange: Exchange, value: unknown, awayMs: number): CommandResult {
  const left = readLeftCalls(value)
  return left === undefined
    ? { ok: false, code: 'bad-state', message: 'these are no calls that an exchange has left' }
    : { ok: true, value: { calls: takeUpCalls(exchange, left, awayMs) } }
}
