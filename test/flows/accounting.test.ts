/** SER's acc: what is written, and when. */
import { expect, test } from 'vitest'
import { loadScript } from '../../core/script/index.ts'
import { vocabulary } from '../../core/modules/index.ts'
import type { Call } from '../sim/call.ts'
import { answers, Office, rejects, rings, usualScript } from './office.ts'

function officeWith(parameters: Readonly<Record<string, string | number>>, before = '', more = ''): Office {
  const lines = Object.entries(parameters).map(
    ([name, value]) => `modparam("acc", "${name}", ${typeof value === 'number' ? value : `"${value}"`})`,
  )
  const settings = `loadmodule "acc.so"\n${lines.join('\n')}`
  return new Office({
    script: usualScript(`setflag(1); setflag(2); record_route(); ${before}`, more, settings),
  })
}

const everything = { log_flag: 1, log_missed_flag: 2, db_flag: 1, db_missed_flag: 2 }

interface Written {
  readonly lines: readonly string[]
  readonly rows: readonly { readonly table: string; readonly row: Readonly<Record<string, string>> }[]
}

function written(office: Office): Written {
  return {
    lines: office.exchange.events.flatMap((event) => (event.kind === 'accounted' ? [event.text] : [])),
    rows: office.exchange.changes.flatMap((change) => (change.kind === 'add-accounting' ? [change] : [])),
  }
}

function play(office: Office, onBob: (call: Call) => void, ms = 500): void {
  const bob = office.phone('bob')
  const alice = office.phone('alice')
  bob.onCall = onBob
  const call = alice.call('bob')
  office.world.run(ms)
  if (call.state === 'calling' || call.state === 'ringing') call.cancel()
  office.world.run(1_000)
}

test('an answered call and its ACK, in the log and in the table', () => {
  const office = officeWith(everything)
  play(office, answers())
  const { lines, rows } = written(office)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(
    /^ACC: transaction answered: method=INVITE, i-uri=sip:bob@10\.0\.0\.1, o-uri=sip:bob@10\.0\.0\.2:5060, call_id=\S+, from=<sip:alice@10\.0\.0\.1>;tag=\S+, code=200$/,
  )
  expect(lines[1]).toMatch(/^ACC: request acknowledged: method=ACK, /)
  expect(rows.map(({ table }) => table)).toEqual(['acc', 'acc'])
  expect(rows[0]?.row).toMatchObject({
    sip_method: 'INVITE',
    sip_status: '200 OK',
    i_uri: 'sip:bob@10.0.0.1',
    o_uri: 'sip:bob@10.0.0.2:5060',
    from_uri: 'sip:alice@10.0.0.1',
    to_uri: 'sip:bob@10.0.0.1',
    username: 'alice',
    domain: '10.0.0.1',
    time: '2026-11-01 00:00:00',
  })
  expect(rows[0]?.row['totag']).not.toBe('')
})

test('without report_ack the ACK is left out', () => {
  const office = officeWith({ ...everything, report_ack: 0 })
  play(office, answers())
  expect(written(office).lines).toHaveLength(1)
})

test('a refused call is missed, and recorded only with failed_transactions', () => {
  const office = officeWith(everything)
  play(office, rejects(486))
  expect(written(office).lines.map((line) => line.slice(0, 17))).toEqual(['ACC: call missed:'])
  expect(written(office).rows).toMatchObject([
    { table: 'missed_calls', row: { sip_status: '486 Busy Here', username: 'bob' } },
  ])

  const both = officeWith({ ...everything, failed_transactions: 1 })
  play(both, rejects(486))
  expect(written(both).rows.map(({ table }) => table)).toEqual(['missed_calls', 'acc'])
})

test('a call that the failure route sends elsewhere is missed once, and answered', () => {
  const office = officeWith(
    everything,
    't_on_failure("1");',
    'failure_route[1] { rewriteuri("sip:carol@10.0.0.9:5060"); append_branch(); t_relay(); }',
  )
  const carol = office.world.phone('carol', '10.0.0.9')
  carol.onCall = answers()
  play(office, rejects(486))
  expect(written(office).rows.map(({ table }) => table)).toEqual(['missed_calls', 'acc', 'acc'])
})

test('early media and CANCEL only where they are asked for', () => {
  for (const [parameters, count] of [
    [{}, 0],
    [{ early_media: 1 }, 1],
    [{ report_cancels: 1 }, 0],
  ] as const) {
    const office = officeWith({ log_flag: 1, ...parameters })
    play(office, (call) => call.ring(183))
    expect(written(office).lines).toHaveLength(count)
  }
})

test('without its flag nothing is written', () => {
  const office = officeWith({ log_flag: 5, db_flag: 6 })
  play(office, answers())
  play(office, rings)
  expect(written(office)).toEqual({ lines: [], rows: [] })
})

test('every letter of log_fmt, and n/a for what is not there', () => {
  const office = officeWith({ log_flag: 1, log_fmt: 'cdDfFimnoprsStTuU01X', report_ack: 0 })
  play(office, answers())
  const [line = ''] = written(office).lines
  const names = [...line.slice('ACC: transaction answered: '.length).matchAll(/(?:^|, )([\w-]+)=/g)].map(
    ([, name]) => name,
  )
  expect(names).toHaveLength(20)
  expect(new Set(names).size).toBe(20)
  expect(line).toContain('user=n/a')
  expect(line).toContain('from_user=alice')
  expect(line).toContain('status=200 OK')
})

test('acc_log_request and acc_db_request write at once', () => {
  const office = officeWith({}, 'acc_log_request("404 Nobody"); acc_db_request("a comment", "missed_calls");')
  play(office, answers())
  const { lines, rows } = written(office)
  expect(lines).toEqual([expect.stringMatching(/^ACC: request accounted: .*code=404$/)])
  expect(rows).toMatchObject([{ table: 'missed_calls', row: { sip_status: '0 a comment' } }])
})

test.each([
  ['log_fmt', '"miq"', /letter "q"/],
  ['log_flag', '40', /is no flag/],
  ['radius_flag', '1', /not built/],
])('modparam %s %s is refused with a remedy', (name, value, why) => {
  const { problems } = loadScript(
    `loadmodule "acc.so" modparam("acc", "${name}", ${value}) route { drop; }`,
    vocabulary,
  )
  expect(problems).toMatchObject([{ message: expect.stringMatching(why) }])
})
