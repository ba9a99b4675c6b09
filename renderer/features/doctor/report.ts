import {
  doctorTexts,
  fillSentence,
  type Diagnosis,
  type DoctorLanguage,
  type DoctorTexts,
} from '../../../core/api/index.ts'
import { userOf } from '../../ui/printable.ts'

/** Fits in an e-mail. */
const MOST_LINES = 40

export interface Sentences {
  readonly deaf: readonly string[]
  readonly verdict: string
  readonly confidence: string
  readonly fixes: readonly { readonly heading: string; readonly text: string }[]
  readonly saw: readonly string[]
  readonly ruledOut: readonly string[]
  readonly also: readonly string[]
}

/** A diagnosis in the words of one language. */
export function sentencesOf(diagnosis: Diagnosis, language: DoctorLanguage): Sentences {
  const texts: DoctorTexts = doctorTexts[language]
  const { verdict, ...fixes } = texts.causes[diagnosis.cause] ?? { verdict: diagnosis.cause }
  return {
    deaf: diagnosis.deaf.map((pair) => fillSentence(texts.deaf, pair)),
    verdict: fillSentence(verdict, diagnosis.values),
    confidence: texts.confidence[diagnosis.confidence],
    fixes: (['now', 'next', 'you'] as const).flatMap((kind) => {
      const text = fixes[kind]
      return text === undefined
        ? []
        : [{ heading: texts.headings[kind], text: fillSentence(text, diagnosis.values) }]
    }),
    saw: diagnosis.evidence.map(({ code, values }) => fillSentence(texts.evidence[code] ?? code, values)),
    ruledOut: diagnosis.ruledOut.map((cause) => templateOf(texts, cause)),
    also: diagnosis.also.map((cause) => templateOf(texts, cause)),
  }
}

/** What a cause means in general: its sentence with dots where a call would fill something in. */
function templateOf(texts: DoctorTexts, cause: string): string {
  return (texts.causes[cause]?.verdict ?? cause).replace(/\{[a-zA-Z]+\}/g, '…')
}

/** For a colleague: no line tells an outside number or address in full. */
export function reportOf(diagnosis: Diagnosis, language: DoctorLanguage): string {
  const { headings } = doctorTexts[language]
  const { deaf, verdict, confidence, fixes, saw } = sentencesOf(diagnosis, language)
  const packets = diagnosis.arrows.map((arrow) => String(arrow.packets ?? '–')).join(' / ')
  const lines = [
    ...deaf,
    `${confidence}: ${verdict} [${diagnosis.cause}]`,
    '',
    ...fixes.map(({ heading, text }) => `${heading}: ${text}`),
    '',
    `${headings.saw}:`,
    ...saw.map((line) => `- ${line}`),
    '',
    `${userOf(diagnosis.from)} → ${userOf(diagnosis.to)}: ${packets}`,
    `${headings.ruledOut}: ${diagnosis.ruledOut.join(', ')}`,
  ]
  return lines.slice(0, MOST_LINES).map(masked).join('\n')
}

/** The office's own addresses tell nothing to a stranger; those of the internet and outside numbers lose their end. */
export function masked(line: string): string {
  return line
    .replace(/\b(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}\b/g, (address, start: string) =>
      isPrivate(address) ? address : `${start}.x.x`,
    )
    .replace(/(?<![\d.:])(\+?\d{4,})\d{3}(?![\d.])/g, '$1…')
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|127\.|169\.254\.)/.test(address)
}
