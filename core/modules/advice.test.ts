import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adviseScript, loadScript } from '../script/index.ts'
import { vocabulary } from './index.ts'
import { plantedAtDoors } from './planted-traps-access.ts'
import { plantedInCourse } from './planted-traps-course.ts'

const planted = [...plantedInCourse, ...plantedAtDoors]

/** Modules whose commands are known by name only have no steps yet; their traps are the same. */
const allBuilt = {
  ...vocabulary,
  modules: vocabulary.modules.map((module) => ({
    ...module,
    refuse: () => undefined,
    commands: module.commands.map((command) => ({ prepare: () => () => 1, ...command })),
  })),
}

test.each(planted)('$trap', ({ trap, script }) => {
  const lines = script.split('\n')
  const wanted = lines.flatMap((line, at) => {
    const mark = /# here: ([a-z- ]+)$/.exec(line)
    return (mark?.[1]?.trim().split(' ') ?? []).map((code) => [at + 1, code])
  })
  const { problems, warnings } = loadScript(script, allBuilt)
  const found = problems.length > 0 ? problems : [...warnings, ...adviseScript(script, allBuilt)]
  expect(found.map(({ line, code }) => [line, code])).toEqual(wanted)
  expect(wanted.length).toBeGreaterThan(0)
  if (problems.length > 0) return
  for (const { message, consequence, remedy } of found) {
    expect([message, consequence ?? message, remedy].join(' ')).not.toMatch(/[{]\w+[}]|undefined/)
    expect(remedy).toMatch(/[.;]$/)
  }
  expect(trap).not.toBe('')
})

test('there are at least thirty of them, and each trap of the tables is planted somewhere', () => {
  expect(planted.length).toBeGreaterThanOrEqual(30)
  const codes = planted.flatMap(({ script }) =>
    [...script.matchAll(/# here: ([a-z- ]+)$/gm)].flatMap(([, words = '']) => words.split(' ')),
  )
  const known = [...(vocabulary.flow?.traps ?? []), ...(vocabulary.flow?.cautions ?? [])].map(
    ({ code }) => code,
  )
  expect(known.filter((code) => !codes.includes(code))).toEqual([])
})

const shipped = new URL('../../resources/scripts/', import.meta.url)

test.each(readdirSync(shipped).filter((name) => name.endsWith('.cfg')))(
  'the shipped %s has no trap',
  (name) => {
    const script = readFileSync(new URL(name, shipped), 'latin1')
    const { problems, warnings } = loadScript(script, allBuilt)
    expect([...problems, ...warnings, ...adviseScript(script, allBuilt)]).toEqual([])
  },
)

test('a script whose ways are too many to follow is given up in time, and nothing false is said of it', () => {
  const branches = Array.from(
    { length: 400 },
    (_, at) =>
      `if (src_port==${at}) { setflag(${at % 32}); if (uri==myself) { setflag(${(at * 7) % 32}); } else { resetflag(${at % 31}); }; };`,
  )
  const script = `loadmodule "sl.so" route { ${branches.join('\n')} sl_send_reply("200", "OK"); }`
  const startedMs = performance.now()
  const codes = adviseScript(script, vocabulary).map(({ code }) => code)
  expect(performance.now() - startedMs).toBeLessThan(2_000)
  expect(codes).not.toContain('unreachable')
})

test('a long chain and a counter of flags are followed in bounded time', () => {
  const chain = `${'if (method=="BYE") drop; else '.repeat(20_000)} log(1,"end");`
  const counter = Array.from(
    { length: 19 },
    (_, at) =>
      `route[${at + 1}] { if (isflagset(${at})) { resetflag(${at}); route(${at + 2}); } else { setflag(${at}); route(1); }; }`,
  )
  const startedMs = performance.now()
  adviseScript(`route { ${chain} }`, vocabulary)
  adviseScript(`route { route(1); } ${counter.join(' ')}`, vocabulary)
  expect(performance.now() - startedMs).toBeLessThan(4_000)
})

test('routes that call one another without end are shown', () => {
  const script =
    'loadmodule "sl.so"\nroute { route(1); sl_send_reply("404", "No"); }\nroute[1] { route(2); }\nroute[2] {\n route(1);\n}'
  expect(adviseScript(script, vocabulary).map(({ line, code }) => [line, code])).toContainEqual([
    5,
    'route-loop',
  ])
})
