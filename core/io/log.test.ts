import { expect, test } from 'vitest'
import { openLog } from './log.ts'

test('log lines are JSON objects, or words for people', () => {
  const lines: string[] = []
  const write = (line: string): unknown => lines.push(line)
  const json = openLog({ level: 'info', form: 'json', write })
  json.line('info', 'ready', { port: 5060 })
  json.line('debug', 'not written')
  expect(json.writes('debug')).toBe(false)
  expect(json.writes('warn')).toBe(true)
  const human = openLog({ level: 'debug', form: 'human', write })
  human.line('warn', 'odd \x1b[31m name', { reason: 'x\r\ny', count: 2 })
  expect(lines).toHaveLength(2)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, msg: 'ready', port: 5060, pid: process.pid })
  expect(lines[1]).toMatch(
    /^\d\d:\d\d:\d\d WARN {2}odd \\x1b\[31m name \(reason: x\\x0d\\x0ay, count: 2\)\n$/,
  )
})
