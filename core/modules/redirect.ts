import type { Run } from '../exchange/index.ts'

/** The Contact line of a 3xx: the Request-URI where it was rewritten, and all branches (ser-language §7). */
export function contactsOfTargets(run: Run): string {
  const values: string[] = []
  if (run.uri !== run.request.uri) values.push(`<${run.uri}>`)
  for (const { uri, q } of run.branches)
    values.push(q === undefined ? `<${uri}>` : `<${uri}>;q=${String(q / 1000)}`)
  return values.length === 0 ? '' : `Contact: ${values.join(', ')}\r\n`
}
