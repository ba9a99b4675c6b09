import type { Run } from '../exchange/index.ts'
import type { SipUri } from '../sip/index.ts'
import { parseNameAddrs, parseSipUri, printHostPort, printUri, uriParameter } from '../sip/index.ts'

/** `sip:prefix*user*password*host*port*transport@address`: the whole contact in the user part of another. */
export function encodeContacts(run: Run, prefix: string, address: string, mark: string): number {
  return changeContacts(run, (uri) => {
    const fields = [
      uri.user ?? '',
      uri.password ?? '',
      uri.host,
      String(uri.port ?? ''),
      uriParameter(uri, 'transport') ?? '',
    ]
    if (fields.some((field) => field.includes(mark) || field.includes(':'))) return undefined
    return `sip:${[prefix, ...fields].join(mark)}@${printHostPort(address, undefined)}`
  })
}

export function decodeContacts(run: Run, mark: string): number {
  return changeContacts(run, (uri) => decoded(uri, mark))
}

export function decodeTarget(run: Run, mark: string): number {
  const uri = run.sipTarget
  const plain = uri === undefined ? undefined : decoded(uri, mark)
  if (plain === undefined) return -1
  run.uri = plain
  run.destination = undefined
  return 1
}

function decoded(uri: SipUri, mark: string): string | undefined {
  const fields = (uri.user ?? '').split(mark)
  if (fields.length !== 6) return undefined
  const [, user, password, host, port, transport] = fields.map((field) => (field === '' ? undefined : field))
  const text = printUri({
    scheme: 'sip',
    user,
    password,
    host: host ?? '',
    port: port === undefined ? undefined : Number(port),
    parameters: transport === undefined ? '' : `;transport=${transport}`,
    headers: '',
  })
  return parseSipUri(text) === undefined ? undefined : text
}

/** Edits the URI of each Contact; -1 where there is none to change. */
function changeContacts(run: Run, changeOf: (uri: SipUri) => string | undefined): number {
  const { octets, headers } = run.message
  const contacts = parseNameAddrs(headers, 'contact')
  if (typeof contacts === 'string') return -1
  let count = 0
  let from = octets.indexOf('\r\n')
  for (const { uri: text, text: whole } of contacts) {
    const at = octets.indexOf(whole, from)
    const uri = parseSipUri(text)
    const insert = uri === undefined ? undefined : changeOf(uri)
    if (at < 0 || insert === undefined) continue
    run.edits.push({ at: at + whole.indexOf(text), remove: text.length, insert })
    from = at + whole.length
    count++
  }
  return count > 0 ? 1 : -1
}
