import { expect, test } from 'vitest'
import { loadScript } from '../script/index.ts'
import { vocabulary } from './index.ts'

test.each(['', '"aieflr"', '"l"', '"ie"', '"", "203.0.113.5"', '"r", "2001:db8::5"'])(
  'force_rtp_proxy(%s) is taken',
  (args) => {
    expect(problemsWith(`force_rtp_proxy(${args});`)).toEqual([])
  },
)

test.each([
  ['"x"', 'force_rtp_proxy: There is no flag "x".'],
  ['"a:b"', 'force_rtp_proxy: There is no flag ":".'],
  ['"", "sip.example.com"', 'force_rtp_proxy: "sip.example.com" is no IP address.'],
])('force_rtp_proxy(%s) is refused with a remedy', (args, message) => {
  expect(problemsWith(`force_rtp_proxy(${args});`)).toEqual([message])
})

test.each(['use_media_proxy', 'end_media_session', 'unforce_rtp_proxy'])('%s is built', (name) => {
  expect(problemsWith(`${name}();`)).toEqual([])
})

function problemsWith(statement: string): string[] {
  const modules = 'loadmodule "nathelper.so" loadmodule "mediaproxy.so"'
  return loadScript(`${modules} route { ${statement} }`, vocabulary).problems.map(({ message }) => message)
}
