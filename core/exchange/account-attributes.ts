import { parseNameAddr, parseSipUri } from '../sip/index.ts'
import type { Run } from './run.ts'

/** After a login: columns of the account become attributes of the same name. */
export function attributesFromAccount(run: Run, numbers: readonly string[], texts: readonly string[]): void {
  const columns = run.state.login?.subscriber.columns ?? {}
  for (const name of numbers) {
    const value = columns[name]
    if (value !== undefined && /^-?\d{1,10}$/.test(value)) run.attributes.add(name, Number(value))
  }
  for (const name of texts) {
    const value = columns[name]
    if (value !== undefined && value !== '') run.attributes.add(name, value)
  }
}

/** append_rpid_hf: 1, or -1 where the account holds no such number. */
export function appendIdentity(run: Run, prefix: string, suffix: string): number {
  const number = accountIdentity(run)
  if (number === undefined) return -1
  run.lines += `Remote-Party-ID: ${prefix}${number}${suffix}\r\n`
  return 1
}

/** is_rpid_user_e164: a `+` and up to 15 digits. */
export function hasFullNumber(run: Run): number {
  const identity = accountIdentity(run)
  if (identity === undefined) return -1
  const read = parseNameAddr(identity)
  const user = typeof read === 'string' ? identity : (parseSipUri(read.uri)?.user ?? '')
  return /^\+\d{1,15}$/.test(user) ? 1 : -1
}

/** The attribute `rpid`, where it can stand in a header. */
function accountIdentity(run: Run): string | undefined {
  const value = run.state.attributes?.first('rpid')
  return typeof value === 'string' && /^[\x20-\x7e\x80-\xff]+$/.test(value) ? value : undefined
}
