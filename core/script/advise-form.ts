import type { FlowVocabulary } from './flow-vocabulary.ts'
import type { Walk } from './flow-walk.ts'
import { NearNames } from './near-names.ts'
import { compilePattern } from './pattern.ts'
import { shown } from './problem.ts'
import type { Findings } from './problem.ts'
import type { Block, Comparison, ModuleParameter, Script } from './syntax.ts'
import { walk } from './walk-syntax.ts'

/** Mistakes that show in a single statement, wherever it stands. */
export function adviseOnForm(
  script: Script,
  blocks: readonly Block[],
  flow: FlowVocabulary,
  flowWalk: Walk,
  modules: readonly string[],
  findings: Findings,
): void {
  const methods = new NearNames(flow.methods.slice(0, -1))
  const failureRoutes = new Set(
    blocks.map(({ block, number }) => `${block} ${number}`).filter((key) => !key.startsWith('route ')),
  )
  walk(blocks, {
    command(command, isTested) {
      const { isQuestion, arms } = flowWalk.effectOf(command)
      if (isQuestion === true && !isTested) adviseOnQuestion(command.name, command.at, findings)
      const number = command.kind === 'call' ? command.args[0]?.text : undefined
      if (arms === undefined || number === undefined || number === '0') return
      if (failureRoutes.has(`${arms} ${number}`)) return
      findings.advice(command.at, {
        code: 'undefined-block',
        message: `There is no ${arms}[${number}].`,
        consequence: 'Nothing runs when the time comes.',
        remedy: `Write a block ${arms}[${number}]{ … }.`,
      })
    },
    comparison: (comparison) => adviseOnComparison(comparison, flow, methods, findings),
  })
  for (const item of script.items)
    if (item.kind === 'modparam') adviseOnSetting(item, flow, modules, findings)
}

function adviseOnQuestion(name: string, at: { line: number; column: number }, findings: Findings): void {
  findings.advice(at, {
    code: 'result-ignored',
    message: `The answer of ${name} is thrown away.`,
    consequence: 'Whatever it finds, the script goes on in the same way.',
    remedy: `Write if (!${name}(…)) { … break; }; around what is to happen when it says no.`,
  })
}

/** Marks of a regular expression that no method and no URI has. */
const patternMarks = /^\^|[^\\]\$$|\.\*|\.\+|\[[^\]]*-[^\]]*\]|\[[^\]]*\][*+{]|[^\\]\||\\[.*+]/

function adviseOnComparison(
  comparison: Comparison,
  flow: FlowVocabulary,
  methods: NearNames,
  findings: Findings,
): void {
  if (comparison.kind === 'address') adviseOnAddress(comparison, findings)
  else if (comparison.kind !== 'text') return
  else if (patternMarks.test(comparison.text)) adviseOnText(comparison, findings)
  else if (comparison.operand === 'method' && !flow.methods.includes(comparison.text.toUpperCase()))
    adviseOnMethod(comparison, methods, findings)
}

function adviseOnAddress(
  { operand, text, mask, at }: Comparison & { kind: 'address' },
  findings: Findings,
): void {
  if (mask !== 0 && mask !== '0.0.0.0') return
  findings.advice(at, {
    code: 'matches-every-address',
    message: `${operand}==${text}/${String(mask)} holds for every address there is.`,
    consequence: 'What is meant for trusted hosts is open to the whole world.',
    remedy: `Write the network that is meant, such as ${operand}==192.168.1.0/24.`,
  })
}

function adviseOnText(
  { operand, text, isNegated, at }: Comparison & { kind: 'text' },
  findings: Findings,
): void {
  findings.advice(at, {
    code: 'pattern-as-text',
    message: `${shown(text)} looks like a regular expression, but ${isNegated ? '!=' : '=='} compares letter by letter.`,
    consequence: `The test ${isNegated ? 'always' : 'never'} holds.`,
    remedy: isNegated ? `Write !(${operand}=~${shown(text)}).` : `Write ${operand}=~${shown(text)}.`,
  })
}

function adviseOnMethod(
  { text, isNegated, at }: Comparison & { kind: 'text' },
  methods: NearNames,
  findings: Findings,
): void {
  const near = methods.find(text.toUpperCase())
  if (near === '') return
  findings.advice(at, {
    code: 'unknown-method',
    message: `No message has the method ${shown(text)}.`,
    consequence: `The test ${isNegated ? 'always' : 'never'} holds.`,
    remedy: `Perhaps it is ${near}.`,
  })
}

function adviseOnSetting(
  item: ModuleParameter,
  flow: FlowVocabulary,
  modules: readonly string[],
  findings: Findings,
): void {
  const pattern = compilePattern(`^${item.modules}$`)
  if ('refused' in pattern) return
  for (const caution of flow.cautions) {
    if (!caution.parameter.test(item.name) || !caution.applies(item.value)) continue
    const isMeant = modules.some((module) => pattern.test(module) && (caution.module ?? module) === module)
    if (isMeant) findings.advice(item.at, caution)
  }
}
