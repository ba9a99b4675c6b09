import type { Run } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Pattern, Settings, Step } from '../script/index.ts'
import { compilePattern } from '../script/index.ts'
import { parseNameAddrs } from '../sip/index.ts'
import { built, isOn, isRefused, reading, rowsOf, say, textOf } from './built.ts'
import { blocksRF } from './later-tables.ts'
import { basicAsExtended, matchesRules, readRules } from './permissions-rules.ts'
import { columns, number, text } from './tables.ts'

const rests = 'module permissions'

/** Lets calls and registrations through by lists of patterns, and hosts by a table. */
export const permissions: ModuleSpec<Run> = {
  name: 'permissions',
  summary: 'lets calls and registrations through by lists of patterns and of trusted hosts',
  parameters: [
    text('default_allow_file', 'permissions.allow', 'File of what is let through.'),
    text('default_deny_file', 'permissions.deny', 'File of what is turned away.'),
    number('check_all_branches', 1, '1 checks every target, 0 the Request-URI alone.'),
    text('allow_suffix', '.allow', 'Ending of the first file where a command names both by their beginning.'),
    text('deny_suffix', '.deny', 'Ending of the second file there.'),
    text('db_url', undefined, 'Database of other systems; this one has its own tables.'),
    number('db_mode', 0, '1 keeps the table of trusted hosts in memory; here it always is.'),
    text('trusted_table', 'trusted', 'Table of trusted hosts.'),
    ...columns(
      ['source_col', 'src_ip', 'the address'],
      ['proto_col', 'proto', 'the transport'],
      ['from_col', 'from_pattern', 'the pattern for the URI of From'],
    ),
  ],
  commands: [
    ...byFiles('allow_routing', 'this caller reach this target', [[], ['base'], ['allow', 'deny']], routes),
    ...byFiles(
      'allow_register',
      'this user register this address',
      [['base'], ['allow', 'deny']],
      registrations,
    ),
    built(
      'allow_trusted()',
      blocksRF,
      'True if the request comes from a trusted host.',
      rests,
      (_args, settings) => {
        return (run) => (isTrusted(run, settings) ? 1 : -1)
      },
    ),
  ],
}

/** Pairs of URIs, each of which must be allowed. */
type Pairs = (run: Run, settings: Settings) => readonly (readonly [string, string])[]

function byFiles(
  name: string,
  what: string,
  forms: readonly (readonly string[])[],
  pairsOf: Pairs,
): CommandSpec<Run>[] {
  return forms.map((takes) => {
    const lists =
      takes.length === 0 ? 'the lists' : takes.length === 1 ? 'the lists that begin with {0}' : '{0} and {1}'
    return reading(
      filesOf,
      `${name}(${takes.join(', ')})`,
      blocksRF,
      `True if ${lists} let ${what}.`,
      rests,
      (args, settings) => prepareByFiles(args, settings, pairsOf),
    )
  })
}

/** What the first file names is let through, of the rest what the second does not name (as in hosts.allow). */
function prepareByFiles(args: readonly string[], settings: Settings, pairsOf: Pairs): Step<Run> {
  const [allowFile, denyFile] = filesOf(args, settings)
  return (run) => {
    const { texts } = run.exchange.core
    const allow = readRules(texts.get(allowFile) ?? '')
    const deny = readRules(texts.get(denyFile) ?? '')
    for (const bad of [...allow.bad, ...deny.bad]) say(run, -1, `permissions: ${bad}`)
    const isAllowed = pairsOf(run, settings).every(
      ([left, right]) => matchesRules(allow, left, right) || !matchesRules(deny, left, right),
    )
    return isAllowed ? 1 : -1
  }
}

function filesOf([first, second]: readonly string[], settings: Settings): readonly [string, string] {
  if (first === undefined)
    return [textOf(settings, 'default_allow_file'), textOf(settings, 'default_deny_file')]
  if (second === undefined)
    return [`${first}${textOf(settings, 'allow_suffix')}`, `${first}${textOf(settings, 'deny_suffix')}`]
  return [first, second]
}

function routes(run: Run, settings: Settings): readonly (readonly [string, string])[] {
  const targets = isOn(settings, 'check_all_branches') ? run.branches.map(({ uri }) => uri) : []
  return [run.uri, ...targets].map((target) => [run.message.from.uri, target])
}

function registrations(run: Run): readonly (readonly [string, string])[] {
  const contacts = parseNameAddrs(run.request.headers, 'contact')
  if (typeof contacts === 'string') return []
  return contacts.filter(({ uri }) => uri !== '*').map(({ uri }) => [run.request.to.uri, uri])
}

const compiled = new Map<string, Pattern | undefined>()
const mostCompiled = 1000

function isTrusted(run: Run, settings: Settings): boolean {
  const column = (name: string): string => textOf(settings, name)
  const { transport } = run.source.listener
  return rowsOf(run, column('trusted_table')).some((row) => {
    const protocol = row[column('proto_col')]?.toLowerCase() ?? 'any'
    if (row[column('source_col')] !== run.source.address) return false
    if (protocol !== 'any' && protocol !== transport) return false
    const pattern = row[column('from_col')] ?? ''
    return pattern === '' || fromPattern(run, pattern)?.test(run.request.from.uri) === true
  })
}

/** A pattern of the table, compiled once; one that cannot be understood lets nobody through. */
function fromPattern(run: Run, text: string): Pattern | undefined {
  if (!compiled.has(text)) {
    if (compiled.size >= mostCompiled) compiled.clear()
    const pattern = compilePattern(basicAsExtended(text), { isCaseSensitive: true })
    if (isRefused(pattern)) say(run, -1, `permissions: from_pattern ${text}: ${pattern.refused}`)
    compiled.set(text, isRefused(pattern) ? undefined : pattern)
  }
  return compiled.get(text)
}
