import type { Run } from '../exchange/index.ts'

/** The Contact line of a 3xx: the Request-URI where it was rewritten, and all branches (ser-language §7). */
export function contactsOfTargets(run: Run): string {
  const rewritten = run.uri === run.request.uri ? [] : [{ uri: run.uri, q: run.q }]
  const values = [...rewritten, ...run.branches].map(({ uri, q }) =>
    q === undefined ? `<${uri}>` : `<${uri}>;q=${String(q / 1000)}`,
  )
  return values.length === 0 ? '' : `Contact: ${values.join(', ')}\r\n`
}
