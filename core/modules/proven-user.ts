import type { Run } from '../exchange/index.ts'
import { say } from './built.ts'

/** Who has proved with a password to send this request. Credentials that nobody has checked prove nothing. */
export function provenUser(
  run: Run,
): { readonly user: string | undefined; readonly host: string } | undefined {
  say(run, -1, 'nobody has proved who sends this request: no password has been checked')
  return undefined
}
