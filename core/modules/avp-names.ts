import type { AttributeName, AttributeValue, Run } from '../exchange/index.ts'
import type { Refused } from '../script/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { say } from './built.ts'

/** `i:12` is a number, `s:text` and a plain text are texts, `$name` stands for what avp_aliases says. */
export function readAttributeName(text: string, aliases: string): AttributeName | Refused {
  if (text.startsWith('$')) {
    const meant = readAliases(aliases).get(text.slice(1))
    if (meant !== undefined) return readAttributeName(meant, '')
    return {
      refused: `there is no other name "${text}".`,
      remedy: `Write modparam("avpops", "avp_aliases", "${text.slice(1)}=s:name").`,
    }
  }
  const name = readValue(text)
  if (name !== '' && !Number.isNaN(name)) return name
  return { refused: `"${text}" names no attribute.`, remedy: 'Write "i:12" or "s:name".' }
}

/** `i:5` as a number, anything else as a text. */
export function readValue(text: string): AttributeValue {
  if (text.startsWith('i:')) return /^i:\d{1,10}$/.test(text) ? Number(text.slice(2)) : Number.NaN
  return text.startsWith('s:') ? text.slice(2) : text
}

function readAliases(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(';').map((pair) => pair.split('='))
  return new Map(pairs.map(([name = '', meant = '']) => [name.trim(), meant.trim()]))
}

/** What stands before a `/` and what behind it. */
export function splitAtSlash(text: string): readonly [string, string] {
  const slash = text.indexOf('/')
  return slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)]
}

/** A way to read `$src_ip`, `$from`, `$to/username`, `$ruri/domain`, or undefined where the text is no such source. */
export function readSource(text: string): ((run: Run) => string | undefined) | undefined {
  const [source, part] = splitAtSlash(text)
  if (source === '$src_ip') return (run) => run.source.address
  const uriOf = uris[source as keyof typeof uris] as ((run: Run) => string) | undefined
  if (uriOf === undefined || !['', 'username', 'domain'].includes(part)) return undefined
  return (run) => (part === '' ? uriOf(run) : partOf(uriOf(run), part))
}

const uris = {
  $from: (run: Run) => run.message.from.uri,
  $to: (run: Run) => run.message.to.uri,
  $ruri: (run: Run) => run.uri,
}

function partOf(text: string, part: string): string | undefined {
  const uri = parseSipUri(text)
  return part === 'username' ? uri?.user : uri?.host
}

export function printAttributeName(name: AttributeName): string {
  return typeof name === 'number' ? `i:${name}` : `s:${name}`
}

export function logAttribute(run: Run, name: AttributeName, value: AttributeValue): void {
  say(
    run,
    3,
    `attribute ${printAttributeName(name)} = ${typeof value === 'number' ? `i:${value}` : `s:${value}`}`,
  )
}
