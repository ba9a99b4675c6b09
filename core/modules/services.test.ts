import { describe, expect, test } from 'vitest'
import { sampleRun } from './sample-run.ts'

const servers =
  '# the servers\n1 sip:192.0.2.11\n1 sip:192.0.2.12:5070\n2 sip:192.0.2.13 # alone\nx nonsense\n1 mailto:a@b\n'
const listFile = '/usr/local/etc/ser/dispatcher.list'

describe('dispatcher', () => {
  test.each(['0', '1', '2', '3'])('rule %s chooses the same server for the same call', (rule) => {
    const chosen = [1, 2].map(() => {
      const { run, call } = sampleRun({ texts: { [listFile]: servers } })
      expect(call(`ds_select_dst("1", "${rule}");`)).toBe(1)
      return run.destination
    })
    expect(chosen[0]).toBe(chosen[1])
    expect(['sip:192.0.2.11', 'sip:192.0.2.12:5070']).toContain(chosen[0])
  })

  test('calls spread over all servers of a set', () => {
    const chosen = Array.from({ length: 40 }, (_, at) => {
      const { run, call } = sampleRun({ uri: `sip:${at}@example.com`, texts: { [listFile]: servers } })
      call('ds_select_dst("1", "3");')
      return run.destination
    })
    expect(new Set(chosen).size).toBe(2)
  })

  test('a set that is not there, and a next hop that is set already', () => {
    const { run, call, told } = sampleRun({ texts: { [listFile]: servers } })
    expect(call('ds_select_dst("9", "0");')).toBe(-1)
    expect(told()).toEqual([`dispatcher: there is no set 9 in ${listFile}`])
    run.destination = 'sip:192.0.2.99'
    expect(call('ds_select_dst("2", "0");')).toBe(-1)
    const forced = sampleRun({
      texts: { [listFile]: servers },
      settings: 'modparam("dispatcher", "force_dst", 1)',
    })
    forced.run.destination = 'sip:192.0.2.99'
    expect([forced.call('ds_select_dst("2", "0");'), forced.run.destination]).toEqual([1, 'sip:192.0.2.13'])
  })
})

describe('pdt', () => {
  const tables = { domains: [{ code: '42', domain: 'far.example' }] }
  test.each([
    ['420555', 1, 'sip:555@far.example'],
    ['4305', -1, 'sip:4305@example.com'],
    ['430555', -1, 'sip:430555@example.com'],
    ['bob', -1, 'sip:bob@example.com'],
  ])('%s gives %i', (user, result, uri) => {
    const { run, call } = sampleRun({ uri: `sip:${user}@example.com`, tables })
    expect([call('prefix2domain();'), run.uri]).toEqual([result, uri])
  })

  test.each([
    ['00', 0, '00420555', 1, 'sip:555@far.example'],
    ['00', 0, '420555', 1, 'sip:420555@example.com'],
    ['', 9, '429555', 1, 'sip:555@far.example'],
  ])('prefix "%s" and terminator %i: %s', (prefix, terminator, user, result, uri) => {
    const settings = `modparam("pdt", "prefix", "${prefix}") modparam("pdt", "terminator", ${terminator})`
    const { run, call } = sampleRun({ uri: `sip:${user}@example.com`, tables, settings })
    expect([call('prefix2domain();'), run.uri]).toEqual([result, uri])
  })
})

describe('speeddial', () => {
  const entry = {
    username: 'alice',
    domain: 'example.com',
    sd_username: '5',
    sd_domain: 'example.com',
    new_uri: 'sip:carol@far.example',
  }
  const tables = { speed_dial: [entry, { ...entry, sd_username: '6', new_uri: 'rubbish' }] }
  test.each([
    ['5', 1, 'sip:carol@far.example', []],
    ['7', -1, 'sip:7@example.com', []],
    ['6', 0, 'sip:6@example.com', ['SIP/2.0 500 Server Internal Error']],
  ])('%s gives %i', (user, result, uri, sent) => {
    const { run, call, told } = sampleRun({ uri: `sip:${user}@example.com`, tables })
    expect([call('sd_lookup("speed_dial");'), run.uri, told()]).toEqual([result, uri, sent])
  })

  test('another domain has other numbers once use_domain is set; a prefix of domains is taken off', () => {
    const settings = 'modparam("speeddial", "use_domain", 1) modparam("speeddial", "domain_prefix", "sip.")'
    const from = 'sip:alice@sip.example.com'
    expect(
      sampleRun({ uri: 'sip:5@sip.example.com', from, tables, settings }).call('sd_lookup("speed_dial");'),
    ).toBe(1)
    expect(
      sampleRun({ uri: 'sip:5@other.example', from, tables, settings }).call('sd_lookup("speed_dial");'),
    ).toBe(-1)
  })

  test('a caller without a name is told so', () => {
    const { call, told } = sampleRun({ from: 'sip:example.com', tables })
    expect([call('sd_lookup("speed_dial");'), told()]).toEqual([0, ['SIP/2.0 400 Bad Request']])
  })
})

test.each([
  ['is_from_local();', 1],
  ['is_uri_host_local();', -1],
])('domain: %s', (command, result) => {
  const tables = { domain: [{ domain: 'Example.com' }] }
  expect(sampleRun({ uri: 'sip:bob@far.example', tables }).call(command)).toBe(result)
})

test.each([
  ['"From", "ld"', '', 1],
  ['"to", "int"', '', 1],
  ['"Request-URI", "ld"', '', -6],
  ['"From", "ld"', 'modparam("group", "use_domain", 1)', -6],
  ['"Credentials", "ld"', '', -6],
])('is_user_in(%s) %s gives %i', (args, settings, result) => {
  const tables = {
    grp: [
      { username: 'alice', domain: 'far.example', grp: 'ld' },
      { username: 'bob', domain: 'example.com', grp: 'int' },
    ],
  }
  expect(sampleRun({ tables, settings }).call(`is_user_in(${args});`)).toBe(result)
})

test('a table that is not there is told of, and lets nobody through', () => {
  const { call, told } = sampleRun()
  expect(call('allow_trusted();')).toBe(-1)
  expect(told()).toEqual(['there is no table trusted'])
})

describe('gflags', () => {
  test('flags stay from message to message, beginning with the parameter', () => {
    const { call } = sampleRun({ settings: 'modparam("gflags", "initial", 4)' })
    expect([call('is_gflag("2");'), call('is_gflag("1");')]).toEqual([1, -1])
    call('set_gflag("31"); reset_gflag("2");')
    expect([call('is_gflag("31");'), call('is_gflag("2");')]).toEqual([1, -1])
  })
})

describe('pike', () => {
  test('a sender above the density is turned away until it falls silent', () => {
    const { call, told, wait } = sampleRun({ settings: 'modparam("pike", "reqs_density_per_unit", 5)' })
    const results = Array.from({ length: 7 }, () => call('pike_check_req();'))
    expect(results).toEqual([1, 1, 1, 1, 1, -1, -1])
    expect(told()).toEqual(['192.0.2.7 sends too many requests'])
    wait(2_100)
    expect(call('pike_check_req();')).toBe(-1)
    wait(4_100)
    expect(call('pike_check_req();')).toBe(1)
  })
})

test('options_reply answers for the server and for nobody else', () => {
  const { call, told } = sampleRun({
    method: 'OPTIONS',
    uri: 'sip:example.com',
    settings: 'modparam("options", "accept", "application/sdp")',
  })
  expect([call('options_reply();'), told()]).toEqual([1, ['SIP/2.0 200 OK']])
  expect(sampleRun({ method: 'OPTIONS' }).call('options_reply();')).toBe(-1)
  expect(sampleRun({ uri: 'sip:example.com' }).call('options_reply();')).toBe(-1)
})

test('add_diversion names the dialled number above all headers', () => {
  const { call, edited } = sampleRun({ settings: 'modparam("diversion", "suffix", ";counter=1")' })
  call('rewriteuri("sip:carol@far.example"); add_diversion("user-busy");')
  expect(edited()).toMatch(
    /^INVITE [^\r]*\r\nDiversion: <sip:bob@example\.com>;reason=user-busy;counter=1\r\nVia/,
  )
})

test.each(['exec_msg', 'exec_dset'])('%s runs nothing and says so', (name) => {
  const { call, told } = sampleRun()
  expect([call(`${name}("/bin/true");`), told()]).toEqual([-1, [`${name}("/bin/true") is not allowed here`]])
})
