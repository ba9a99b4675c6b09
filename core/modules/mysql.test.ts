import { expect, test } from 'vitest'
import { loadScript } from '../script/index.ts'
import { vocabulary } from './index.ts'

test.each(['mysql', 'postgres', 'dbtext'])(
  '%s.so stands for the store, says so once, and shows no URL',
  (name) => {
    const { program, warnings } = loadScript(
      `loadmodule "${name}.so"
    loadmodule "usrloc.so"
    modparam("usrloc", "db_mode", 1)
    modparam("usrloc", "db_url", "${name}://ser:t0p-secret@db.example/ser")
    route { drop; }`,
      vocabulary,
    )
    expect(program).toBeDefined()
    expect(warnings.map(({ code, line }) => [code, line])).toEqual([['module-remark', 1]])
    expect(warnings[0]?.message).toContain('the store in the data folder')
    expect(JSON.stringify(warnings)).not.toContain('t0p-secret')
  },
)

test.each([0, 1, 2, 3])('db_mode %i', (mode) => {
  const { problems } = loadScript(
    `loadmodule "usrloc.so" modparam("usrloc", "db_mode", ${mode}) route { drop; }`,
    vocabulary,
  )
  expect(problems.map(({ code }) => code)).toEqual(mode === 3 ? ['settings-refused'] : [])
})
