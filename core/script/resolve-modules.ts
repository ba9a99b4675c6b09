import { compilePattern } from './pattern.ts'
import { shown } from './problem.ts'
import type { Findings, Place } from './problem.ts'
import { NearNames } from './near-names.ts'
import type { LoadModule, ModuleParameter, Script } from './syntax.ts'
import type { ModuleSpec, Settings, Value, Vocabulary } from './vocabulary.ts'

/** A module that the script loads, with its final settings. */
export interface LoadedModule<Context> {
  readonly spec: ModuleSpec<Context>
  readonly at: Place
  readonly settings: Settings
}

interface Loading<Context> extends LoadedModule<Context> {
  readonly settings: Map<string, Value | undefined>
  lastSetAt: Place
}

/** Follows `loadmodule` and `modparam` in their order. Undefined parameters, wrong types and unknown modules are problems. */
export function resolveModules<Context>(
  script: Script,
  vocabulary: Vocabulary<Context>,
  findings: Findings,
): readonly LoadedModule<Context>[] {
  const loaded: Loading<Context>[] = []
  for (const item of script.items) {
    if (item.kind === 'loadmodule') loadModule(item, vocabulary, loaded, findings)
    else if (item.kind === 'modparam') setParameter(item, script, loaded, findings)
  }
  for (const module of loaded) {
    const refusal = module.spec.refuse?.(module.settings)
    if (refusal === undefined) continue
    findings.problem(
      'meaning',
      module.lastSetAt,
      'settings-refused',
      `${module.spec.name}: ${refusal.refused}`,
      refusal.remedy,
    )
  }
  return loaded
}

/** `/usr/local/lib/ser/modules/tm.so` is the module `tm`. */
export function moduleName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.so$/, '')
}

function loadModule<Context>(
  item: LoadModule,
  vocabulary: Vocabulary<Context>,
  loaded: Loading<Context>[],
  findings: Findings,
): void {
  const name = moduleName(item.path)
  const spec = vocabulary.modules.find((module) => module.name === name)
  if (spec === undefined) {
    if (findings.isFull) return
    const near = new NearNames(vocabulary.modules.map((module) => module.name)).find(name)
    const remedy = near === '' ? 'Remove the line and the commands of that module.' : `Perhaps it is ${near}.`
    findings.problem('meaning', item.at, 'unknown-module', `There is no module ${shown(name)}.`, remedy)
  } else if (loaded.some((module) => module.spec === spec)) {
    findings.warning(
      item.at,
      'module-loaded-twice',
      `The module ${name} is loaded already.`,
      'Remove this line.',
    )
  } else {
    const settings = new Map(spec.parameters.map((parameter) => [parameter.name, parameter.default]))
    loaded.push({ spec, at: item.at, settings, lastSetAt: item.at })
    if (spec.remark !== undefined)
      findings.warning(item.at, 'module-remark', spec.remark.message, spec.remark.remedy)
  }
}

function setParameter<Context>(
  item: ModuleParameter,
  script: Script,
  loaded: readonly Loading<Context>[],
  findings: Findings,
): void {
  // Without parentheses round the text, as SER builds it: the anchors of "a|b" bind to the outer alternatives.
  const pattern = compilePattern(`^${item.modules}$`)
  if ('refused' in pattern) {
    findings.problem('meaning', item.at, 'bad-regex', pattern.refused, pattern.remedy)
    return
  }
  const matched = loaded.filter((module) => pattern.test(module.spec.name))
  if (matched.length === 0) refuseUnmatched(item, script, pattern, findings)
  for (const module of matched) setOne(item, module, findings)
}

function refuseUnmatched(
  item: ModuleParameter,
  script: Script,
  pattern: { test(text: string): boolean },
  findings: Findings,
): void {
  if (findings.isFull) return
  const later = script.items.find(
    (other) => other.kind === 'loadmodule' && pattern.test(moduleName(other.path)),
  )
  const message = `modparam: no module is loaded before this line that is called ${shown(item.modules)}.`
  const remedy =
    later === undefined
      ? `Load the module first: loadmodule ${shown(`${item.modules.split('|')[0] ?? ''}.so`)}.`
      : `Move the loadmodule of line ${String(later.at.line)} above this line.`
  findings.problem(
    'meaning',
    item.at,
    later === undefined ? 'module-not-loaded' : 'module-loaded-later',
    message,
    remedy,
  )
}

function setOne<Context>(item: ModuleParameter, module: Loading<Context>, findings: Findings): void {
  const { name, parameters } = module.spec
  const parameter = parameters.find((known) => known.name === item.name)
  if (parameter === undefined) {
    if (findings.isFull) return
    const near = new NearNames(parameters.map((known) => known.name)).find(item.name)
    const remedy = near === '' ? 'Remove the line.' : `Perhaps it is ${near}.`
    const message = `The module ${name} has no parameter ${shown(item.name)}.`
    findings.problem('meaning', item.at, 'unknown-parameter', message, remedy)
    return
  }
  if (typeof item.value !== parameter.type) {
    const isNumber = parameter.type === 'number'
    const message = `The parameter ${item.name} of ${name} takes a ${isNumber ? 'number' : 'text'}.`
    const remedy = isNumber
      ? 'Write a number without quotation marks.'
      : `Write "${String(item.value)}" with quotation marks.`
    findings.problem('meaning', item.at, 'wrong-parameter-type', message, remedy)
    return
  }
  module.settings.set(item.name, item.value)
  module.lastSetAt = item.at
}
