import type { Instant } from './instant.ts'

/** The one shape of everything that decides: it is told the time and what happened, it answers with what to do. */
export interface Machine<Input, Output> {
  handle(now: Instant, input: Input): Output[]
  /** When it next wants a `tick`; undefined while nothing is pending. */
  readonly deadline: Instant | undefined
}
