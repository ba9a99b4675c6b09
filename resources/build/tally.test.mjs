import { describe, expect, test } from 'vitest'
import { tally, totals } from './tally.mjs'

describe('counting', () => {
  test('steps and tests are added up', () => {
    const counts = tally({
      steps: [
        { name: 'eslint', ok: true },
        { name: 'types', ok: false },
      ],
      runs: [run([passing, failing]), run([passing], { name: 'interop' })],
      isCi: false,
    })
    expect(counts).toEqual({ passed: 3, failed: 2, skipped: 0, lines: ['failed: types', 'failed: a rings'] })
  })

  test.each([
    ['a note', { skipReason: 'needs sipp' }, 'skipped: a waits: needs sipp'],
    ['no note', {}, 'skipped: a waits: no reason given'],
    ['no meta', undefined, 'skipped: a waits: no reason given'],
  ])('a skip with %s is listed', (_, meta, line) => {
    const counts = tally({ steps: [], runs: [run([passing, skipping(meta)])], isCi: false })
    expect(counts).toEqual({ passed: 1, failed: 0, skipped: 1, lines: [line] })
  })

  test.each([
    ['needs electron', 0, 1],
    ['needs windows 11', 0, 1],
    ['needs macos', 0, 1],
    ['needs sipp', 1, 0],
    ['it often needs electron', 1, 0],
    [undefined, 1, 0],
  ])('on CI the skip reason "%s" gives %i failed and %i skipped', (skipReason, failed, skipped) => {
    const counts = tally({ steps: [], runs: [run([skipping({ skipReason })])], isCi: true })
    expect(counts).toMatchObject({ passed: 0, failed, skipped })
  })

  test('a test left to be written counts as skipped, on CI as failed', () => {
    const runs = [run([{ status: 'todo', fullName: 'a parks' }])]
    expect(tally({ steps: [], runs, isCi: false })).toMatchObject({ failed: 0, skipped: 1 })
    expect(tally({ steps: [], runs, isCi: true })).toMatchObject({ failed: 1, skipped: 0 })
  })
})

describe('nothing fails unseen', () => {
  test.each([
    [
      'vitest left no report',
      { name: 'unit', report: undefined, status: 1 },
      'vitest ended with status 1 and left no',
    ],
    ['a run has no test', run([]), 'unit: there is no test'],
    [
      'vitest fails though all tests passed',
      run([passing], { status: 1 }),
      'unit: vitest ended with status 1',
    ],
    [
      'a test never ended',
      run([{ status: 'pending', fullName: 'a hangs' }]),
      'a hangs did not run to its end',
    ],
    [
      'a file could not be loaded',
      run([], { file: 'failed', message: 'no such module' }),
      'a.test.ts: no such module',
    ],
    ['a file was cut off', run([passing], { file: 'failed' }), 'a.test.ts: the file did not run to its end'],
  ])('%s: one failure', (_, oneRun, text) => {
    const counts = tally({ steps: [], runs: [oneRun], isCi: false })
    expect(counts.failed).toBe(1)
    expect(counts.lines).toEqual([expect.stringContaining(text)])
  })

  test('a failed test is not counted again for its file and its run', () => {
    const counts = tally({ steps: [], runs: [run([failing], { file: 'failed', status: 1 })], isCi: false })
    expect(counts.failed).toBe(1)
  })
})

test.each([
  [{ passed: 7, failed: 0, skipped: 0 }, '7 passed, 0 failed'],
  [{ passed: 7, failed: 1, skipped: 2 }, '7 passed, 1 failed, 2 skipped'],
])('the last line of %o', (counts, line) => {
  expect(totals(counts)).toBe(line)
})

const passing = { status: 'passed', fullName: 'a answers', meta: {} }
const failing = { status: 'failed', fullName: 'a rings', meta: {} }

function skipping(meta) {
  return { status: 'skipped', fullName: 'a waits', meta }
}

/** A vitest run of one file, in the shape of its JSON report. */
function run(assertionResults, { name = 'unit', status = 0, file = 'passed', message = '' } = {}) {
  return {
    name,
    status,
    report: { testResults: [{ name: 'a.test.ts', status: file, message, assertionResults }] },
  }
}
