import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { vocabulary } from '../../core/modules/index.ts'
import type { Problem } from '../../core/script/index.ts'
import { adviseScript, loadScript } from '../../core/script/index.ts'
import { scriptTarget } from '../fuzz/script-target.ts'
import { scriptSeeds } from '../fuzz/seeds.ts'
import { createChance } from '../sim/chance.ts'

const seed = 20_261_125

test('any text is a program, or has problems with places', () => {
  fc.assert(
    fc.property(fc.integer(), (number) => {
      scriptTarget.run(createChance(number), () => undefined)
    }),
    { numRuns: 600, seed },
  )
})

describe('what cannot run is refused, with the line where it stands', () => {
  const lines = scriptSeeds.flatMap((text) => text.split('\n').map((_, at) => ({ text, at })))
  const place = fc.constantFrom(...lines)

  test.each<[string, RegExp, (line: string) => string]>([
    ['a command that nobody knows', /[a-z_]+\(/, (line) => line.replace(/[a-z_]+\(/, 'zzqx_unknown(')],
    ['a module that nobody knows', /^loadmodule/, (line) => line.replace(/"\w+/, '"zzqx')],
    ['a variable of another dialect', /^ +[a-z_]+\(/, (line) => line.replace(/[a-z_]+\(/, '$var(x) = 1; $&')],
    ['a route above the highest', /route\(\d\)/, (line) => line.replace(/route\(\d\)/, 'route(20)')],
    ['too many arguments', /\("\w+"\)/, (line) => line.replace('")', '", "a", "b", "c", "d", "e")')],
  ])('%s', (_, applies, change) => {
    const candidates = lines.filter(({ text, at }) => isCode(text, at) && applies.test(lineOf(text, at)))
    expect(candidates.length).toBeGreaterThan(1)
    for (const { text, at } of candidates) {
      const { program, problems } = loadScript(replaced(text, at, change(lineOf(text, at))), vocabulary)
      expect(program, lineOf(text, at)).toBeUndefined()
      expect(problems.map(({ line }) => line)).toContain(at + 1)
    }
  })

  test('a line left out or doubled: a program, or problems that lie in the file and say what to do', () => {
    fc.assert(
      fc.property(place, fc.boolean(), ({ text, at }, isDoubled) => {
        const changed = replaced(text, at, isDoubled ? `${lineOf(text, at)}\n${lineOf(text, at)}` : '')
        const { program, problems } = loadScript(changed, vocabulary)
        expect(program === undefined).toBe(problems.length > 0)
        const found = [...problems, ...adviseScript(changed, vocabulary)]
        for (const problem of found) expect(isUseful(problem, changed.split('\n').length)).toBe(true)
      }),
      { numRuns: 400, seed },
    )
  })
})

function lineOf(text: string, at: number): string {
  return text.split('\n')[at] ?? ''
}

function isCode(text: string, at: number): boolean {
  return !/^\s*(#|$)/.test(lineOf(text, at)) && !lineOf(text, at).startsWith('modparam')
}

function replaced(text: string, at: number, line: string): string {
  return text
    .split('\n')
    .map((old, number) => (number === at ? line : old))
    .join('\n')
}

function isUseful({ line, column, message, remedy }: Problem, lines: number): boolean {
  return line >= 1 && line <= lines && column >= 1 && message !== '' && remedy !== ''
}
