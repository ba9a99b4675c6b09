import { vocabulary } from '../modules/index.ts'
import { explainScript, loadScript } from '../script/index.ts'
import type { Outcome } from './check.ts'
import type { ExplainOptions } from './options.ts'
import { printProblem, readScript } from './script-file.ts'

/** `sidetone explain`: what to print on stdout; 1 when the script can't be run, and then also why. */
export function runExplain(options: ExplainOptions): Outcome {
  const { file, isJson } = options
  const text = readScript(file)
  const lines = explainScript(text, vocabulary)
  const { problems } = loadScript(text, vocabulary)
  const exitCode = problems.length === 0 ? 0 : 1
  if (isJson)
    return { text: `${JSON.stringify({ file, ok: exitCode === 0, lines, errors: problems })}\n`, exitCode }
  const explained = lines.map(({ line, depth, text: words, rests }) => {
    const basis = rests === '' ? '' : `  [${rests}]`
    return `${String(line).padStart(5)}  ${'  '.repeat(depth)}${words}${basis}`
  })
  const errors = problems.map((problem) => `error: ${printProblem(file, problem)}`)
  return { text: [...explained, ...errors, ''].join('\n'), exitCode }
}
