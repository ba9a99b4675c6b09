import type { Pattern } from '../script/index.ts'
import { compilePattern } from '../script/index.ts'
import { findHeader, headerValue } from '../sip/index.ts'
import type { Core } from './core.ts'
import type { Run } from './run.ts'

/** Lists already compiled, by their text: it is a new one when the file was read again. */
const compiled = new WeakMap<
  Core,
  Map<string, { readonly text: string; readonly patterns: readonly Pattern[] }>
>()

/**
 * Whether the sender's User-Agent stands in a list of phones that receive elsewhere than they send from (mediaproxy's
 * sip_asymmetrics and rtp_asymmetrics): one pattern in each line, `#` begins a comment.
 */
export function isAsymmetricClient(run: Run, path: string): boolean {
  const { core } = run.exchange
  const text = core.texts.get(path)
  if (text === undefined) return false
  const header = findHeader(run.message, 'user-agent') ?? findHeader(run.message, 'server')
  if (header === undefined) return false
  const agent = headerValue(header)
  return patternsOf(core, path, text).some((pattern) => pattern.test(agent))
}

function patternsOf(core: Core, path: string, text: string): readonly Pattern[] {
  const lists = compiled.get(core) ?? new Map<string, never>()
  const known = lists.get(path)
  if (known?.text === text) return known.patterns
  const patterns: Pattern[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const source = line.replace(/#.*/, '').trim()
    if (source === '') continue
    const pattern = compilePattern(source)
    if ('test' in pattern) patterns.push(pattern)
    else warn(core, `${path} line ${index + 1} is left out. ${pattern.refused} ${pattern.remedy}`)
  }
  compiled.set(core, new Map([...lists, [path, { text, patterns }]]))
  return patterns
}

function warn(core: Core, text: string): void {
  core.emit({ kind: 'script-log', level: -1, text })
}
