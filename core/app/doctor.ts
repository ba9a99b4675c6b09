import { resolve as absolute } from 'node:path'
import type { Diagnosis, DoctorLanguage, DoctorTexts } from '../api/index.ts'
import { doctorTexts, fillSentence } from '../api/index.ts'
import type { Outcome } from './check.ts'
import { askAppliance } from './ctl.ts'
import { Failure } from './failure.ts'
import type { DoctorOptions } from './options.ts'

/** `sidetone doctor`: what to print on stdout, and 1 where something is wrong with the call. */
export async function runDoctor(options: DoctorOptions): Promise<Outcome> {
  const answer = await askAppliance(absolute(options.folder), ['doctor', options.callId])
  if (!answer.ok) throw new Failure(`${answer.message} (${answer.code})`)
  const diagnosis = answer.value as Diagnosis
  const exitCode = diagnosis.weight === 'fault' ? 1 : 0
  if (options.isJson) return { text: `${JSON.stringify(diagnosis)}\n`, exitCode }
  return { text: `${printDiagnosis(diagnosis, options.language).join('\n')}\n`, exitCode }
}

/** The verdict first, then what can be done, then what it rests on. */
export function printDiagnosis(diagnosis: Diagnosis, language: DoctorLanguage): string[] {
  const texts: DoctorTexts = doctorTexts[language]
  const { headings } = texts
  const { verdict, now, next, you } = texts.causes[diagnosis.cause] ?? { verdict: diagnosis.cause }
  const filled = (text: string | undefined): string[] =>
    text === undefined ? [] : [fillSentence(text, diagnosis.values)]
  return [
    ...diagnosis.deaf.map((pair) => fillSentence(texts.deaf, pair)),
    `${texts.confidence[diagnosis.confidence]}: ${filled(verdict).join('')} [${diagnosis.cause}]`,
    ...section(headings.now, filled(now)),
    ...section(headings.next, filled(next)),
    ...section(headings.you, filled(you)),
    ...section(
      headings.saw,
      diagnosis.evidence.map(({ code, values }) => fillSentence(texts.evidence[code] ?? code, values)),
    ),
    ...section(headings.also, diagnosis.also.length === 0 ? [] : [diagnosis.also.join(', ')]),
    ...section(headings.ruledOut, diagnosis.ruledOut.length === 0 ? [] : [diagnosis.ruledOut.join(', ')]),
  ]
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${heading}:`, ...lines.map((line) => `  ${line}`)]
}
