import { describe, expect, test } from 'vitest'
import { causes, evidenceCodes } from '../doctor/index.ts'
import { doctorTexts, fillSentence, type DoctorTexts } from './doctor-texts.ts'

const LONGEST_SENTENCE_WORDS = 20
const all: readonly (readonly [string, DoctorTexts])[] = Object.entries(doctorTexts)

function sentencesOf(texts: DoctorTexts): string[] {
  const whole = [
    ...Object.values(texts.causes).flatMap((one) => Object.values(one) as string[]),
    ...Object.values(texts.evidence),
    texts.deaf,
  ]
  return whole.flatMap((text) => text.split(/(?<=[.!?])\s+/))
}

function namesIn(text: string): string[] {
  return [...new Set(text.match(/\{[a-zA-Z]+\}/g))].sort()
}

describe.each(all)('the words of the doctor in %s', (_language, texts) => {
  test('are there for every cause and every piece of evidence, and for nothing else', () => {
    expect(Object.keys(texts.causes).sort()).toEqual([...causes].sort())
    expect(Object.keys(texts.evidence).sort()).toEqual([...evidenceCodes].sort())
  })

  test('have at most twenty words a sentence, and 140 characters a verdict', () => {
    const tooLong = sentencesOf(texts).filter(
      (sentence) => sentence.split(/\s+/).length > LONGEST_SENTENCE_WORDS,
    )

    expect(tooLong).toEqual([])
    expect(Object.values(texts.causes).filter(({ verdict }) => verdict.length > 140)).toEqual([])
  })

  test('tell what to do about every fault', () => {
    const isTold = ({ now, next, you }: DoctorTexts['causes'][string]): boolean =>
      (now ?? next ?? you) !== undefined
    const noFault = ['fine', 'checking', 'C04', 'C33']

    expect(
      Object.entries(texts.causes).filter(([cause, one]) => !noFault.includes(cause) && !isTold(one)),
    ).toEqual([])
  })
})

test('German fills in what English does, and remedies for the same', () => {
  const german: DoctorTexts = doctorTexts.de
  const english: DoctorTexts = doctorTexts.en
  for (const [code, text] of Object.entries(english.evidence))
    expect(namesIn(german.evidence[code] ?? '')).toEqual(namesIn(text))
  for (const [cause, texts] of Object.entries(english.causes)) {
    expect(Object.keys(german.causes[cause] ?? {}), cause).toEqual(Object.keys(texts))
    expect(namesIn(german.causes[cause]?.verdict ?? ''), cause).toEqual(namesIn(texts.verdict))
  }
})

test('a value that is unknown leaves a dash', () => {
  expect(fillSentence('{who} at {place}', { who: '101' })).toBe('101 at –')
})
