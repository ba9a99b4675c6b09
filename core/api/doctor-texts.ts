import { doctorTextsDe } from './doctor-texts-de.ts'
import { doctorTextsEn } from './doctor-texts-en.ts'

/** What can be done about a cause: by Sidetone at once, by Sidetone from the next call, and by people. */
export interface CauseTexts {
  readonly verdict: string
  readonly now?: string
  readonly next?: string
  readonly you?: string
}

/** Every sentence of the doctor in one language: the window and the command line speak with the same words. */
export interface DoctorTexts {
  readonly causes: Readonly<Record<string, CauseTexts>>
  readonly evidence: Readonly<Record<string, string>>
  readonly confidence: Readonly<Record<'certain' | 'likely' | 'cannot-tell', string>>
  readonly deaf: string
  readonly headings: Readonly<Record<'saw' | 'ruledOut' | 'also' | 'now' | 'next' | 'you', string>>
}

export const doctorTexts = { en: doctorTextsEn, de: doctorTextsDe } as const satisfies Readonly<
  Record<string, DoctorTexts>
>
export type DoctorLanguage = keyof typeof doctorTexts

/** Puts values in the places that a sentence has for them; a value that is unknown leaves a dash. */
export function fillSentence(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (_whole, name: string) => values[name] ?? '–')
}
