import { describe, expect, test } from 'vitest'
import { healthyStories, stories } from '../../test/vectors/doctor/index.ts'
import { diagnose } from './diagnose.ts'
import { causes, type Cause } from './verdict.ts'

const judged = stories.map((story) => ({ story, verdict: diagnose(story.facts) }))

function isRight({ story, verdict }: (typeof judged)[number]): boolean {
  return verdict.cause === story.is && (story.who === undefined || verdict.who === story.who)
}

describe('the recorded calls', () => {
  test('are at least 120, with two of each cause and twenty that are well', () => {
    const count = (cause: Cause): number => stories.filter(({ is }) => is === cause).length
    const catalogue = causes.filter((cause) => /^C/.test(cause))

    expect(stories.length).toBeGreaterThanOrEqual(120)
    expect(catalogue.filter((cause) => count(cause) < 2)).toEqual([])
    expect(healthyStories.length).toBeGreaterThanOrEqual(20)
  })

  test('get no wrong verdict that is called certain, and nine in ten a right one', () => {
    const right = judged.filter(isRight)
    const wrong = judged.filter((one) => !isRight(one))
    const score = `${right.length} of ${judged.length} right, ${wrong.filter(({ verdict }) => verdict.confidence === 'certain').length} wrong and certain`
    const told = wrong.map(
      ({ story, verdict }) => `${story.name}: ${verdict.cause} ${verdict.who ?? ''} ${verdict.confidence}`,
    )
    process.stdout.write(`doctor: ${[score, ...told].join('\n  ')}\n`)

    expect(
      wrong.filter(({ verdict }) => verdict.confidence === 'certain').map(({ story }) => story.name),
    ).toEqual([])
    expect(right.length / judged.length).toBeGreaterThanOrEqual(0.9)
  })

  test('that are well are never called a fault', () => {
    const healthy = healthyStories.map((story) => ({ story, verdict: diagnose(story.facts) }))

    expect(
      healthy.filter(({ verdict }) => verdict.weight === 'fault').map(({ story }) => story.name),
    ).toEqual([])
  })

  test('are judged as surely as their facts allow', () => {
    const wrong = judged.filter(
      ({ story, verdict }) => story.confidence !== undefined && verdict.confidence !== story.confidence,
    )

    expect(wrong.map(({ story, verdict }) => `${story.name}: ${verdict.confidence}`)).toEqual([])
  })

  test('never have ruled out what they have', () => {
    expect(
      judged.filter(
        ({ story, verdict }) => isRight({ story, verdict }) && verdict.ruledOut.includes(story.is),
      ),
    ).toEqual([])
  })
})
