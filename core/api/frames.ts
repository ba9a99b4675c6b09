import { z } from 'zod'
import { contract, isCommandName, isTopicName } from './contract.ts'
import type { CommandName, TopicName } from './contract.ts'
import type { ErrorCode, FailureReport } from './errors.ts'

/** From a window. The id is the window's own; it comes back with every answer. */
export type ClientFrame =
  | { readonly kind: 'call'; readonly id: number; readonly command: CommandName; readonly takes: unknown }
  | { readonly kind: 'watch'; readonly id: number; readonly topic: TopicName }
  | { readonly kind: 'unwatch'; readonly id: number }

/** To a window. `snapshot` comes first for every watch, `change` after it. */
export type CoreFrame =
  | { readonly kind: 'gave'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: FailureReport }
  | { readonly kind: 'snapshot'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'change'; readonly id: number; readonly value: unknown }

/** Why a frame of a window is not taken; the id where one could be read. */
export interface Refusal {
  readonly code: ErrorCode
  readonly detail: string
  readonly id: number
}

const id = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const frame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id, command: z.string().max(100), takes: z.unknown() }),
  z.strictObject({ kind: z.literal('watch'), id, topic: z.string().max(100) }),
  z.strictObject({ kind: z.literal('unwatch'), id }),
])

/** Checks what a window sent, whatever it is; the core trusts no window. Never throws. */
export function readClientFrame(
  value: unknown,
): { readonly frame: ClientFrame } | { readonly refusal: Refusal } {
  const read = frame.safeParse(value)
  if (!read.success) return refuse('malformed-message', whereOf(read.error), idOf(value))
  const { data } = read
  switch (data.kind) {
    case 'call': {
      const { command } = data
      if (!isCommandName(command)) return refuse('unknown-command', command, data.id)
      const takes = contract.commands[command].takes.safeParse(data.takes)
      if (!takes.success) return refuse('bad-input', whereOf(takes.error), data.id)
      return { frame: { kind: 'call', id: data.id, command, takes: takes.data } }
    }
    case 'watch': {
      const { topic } = data
      if (!isTopicName(topic)) return refuse('unknown-command', topic, data.id)
      return { frame: { kind: 'watch', id: data.id, topic } }
    }
    case 'unwatch':
      return { frame: data }
  }
}

function refuse(code: ErrorCode, detail: string, id: number): { refusal: Refusal } {
  return { refusal: { code, detail, id } }
}

/** The field, not its content: what somebody typed is nobody else's business. */
function whereOf(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? '' : issue.path.map(String).join('.').slice(0, 100)
}

function idOf(value: unknown): number {
  const found = z.object({ id }).safeParse(value)
  return found.success ? found.data.id : 0
}
