import type { Run } from '../exchange/index.ts'
import { loginName } from '../exchange/index.ts'
import { say } from './built.ts'

/** Who has proved with a password to send this request. Credentials that nobody has checked prove nothing. */
export function provenUser(
  run: Run,
): { readonly user: string | undefined; readonly host: string } | undefined {
  const { login } = run.state
  if (login !== undefined) return { user: loginName(login), host: login.credentials.realm.toLowerCase() }
  say(run, -1, 'nobody has proved who sends this request: no password has been checked')
  return undefined
}
