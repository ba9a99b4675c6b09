import { expect, test } from 'vitest'
import { loadScript } from '../script/index.ts'
import { vocabulary } from './index.ts'
import { laterModules } from './later.ts'

const planned = { ...vocabulary, modules: laterModules }
const commands = laterModules.flatMap((module) =>
  module.commands.map((command) => [module.name, command] as const),
)
const parameters = laterModules.flatMap((module) =>
  module.parameters.map((parameter) => [module.name, parameter.name, parameter] as const),
)

test('each module and each of its parameters has one name', () => {
  const names = vocabulary.modules.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
  const full = parameters.map(([module, name]) => `${module} ${name}`)
  expect(full).toEqual([...new Set(full)])
})

test.each(commands)('%s: a sentence fills in only arguments that there are', (_module, command) => {
  const places = [...command.explanation.matchAll(/\{(\d)\}/g)].map(([, at]) => Number(at))
  expect(command.explanation).toMatch(/^[A-Z].*\.$/)
  expect(command.rests).toMatch(/module|RFC|ITU/)
  expect(places.filter((at) => at >= command.takes.length)).toEqual([])
})

test.each(parameters)('%s: %s has a default of its type and a meaning', (_module, _name, parameter) => {
  expect(['undefined', parameter.type]).toContain(typeof parameter.default)
  expect(parameter.meaning).toMatch(/\.$/)
})

test.each(['mysql', 'postgres', 'dbtext', 'flatstore'])('%s can be loaded', (module) => {
  expect(loadScript(`loadmodule "${module}.so" route { drop; }`, vocabulary).problems).toEqual([])
})

test.each(commands.filter(([, { blocks, prepare }]) => (blocks & 1) !== 0 && prepare === undefined))(
  '%s: a script is told that the command is not built',
  (module, command) => {
    const args = command.takes.map(() => '"1"').join(', ')
    const { problems } = loadScript(`loadmodule "${module}.so" route { ${command.name}(${args}); }`, planned)
    expect(problems.map(({ code }) => code)).toEqual(['not-built'])
  },
)
