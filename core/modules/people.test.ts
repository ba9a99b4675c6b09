import { describe, expect, test } from 'vitest'
import { loadScript } from '../script/index.ts'
import { bob, alice, SecuredOffice, withPasswords } from '../../test/flows/secured-office.ts'
import { vocabulary } from './index.ts'

const before = '    if (!lookup("location")) {\n        sl_send_reply("404", "User Not Found");'

/** The shipped script, with something done just after the login; what it answers comes back. */
function answerAfterLogin(
  statement: string,
  uri?: string,
  settings = '',
): {
  readonly status: number | undefined
  readonly reason: string | undefined
  readonly office: SecuredOffice
} {
  const script = withPasswords
    .replace(before, `    ${statement}\n${before}`)
    .replace('route {', `${settings}\nroute {`)
  const office = new SecuredOffice({ script })
  const answer = office.host('alice', '10.0.0.3').log('INVITE', alice, uri === undefined ? {} : { uri })
  return { status: answer?.status, reason: answer?.reason, office }
}

const yes = 'sl_send_reply("299", "Yes"); break;'

test('the shipped script can be run without a warning', () => {
  const { problems, warnings } = loadScript(withPasswords, vocabulary)
  expect([problems, warnings]).toEqual([[], []])
})

describe('uri', () => {
  test.each([
    ['is_user("alice")', undefined, true],
    ['is_user("bob")', undefined, false],
    ['uri_param("user")', 'sip:bob@10.0.0.1;user=phone', true],
    ['uri_param("user")', 'sip:bob@10.0.0.1', false],
    ['uri_param("user", "PHONE")', 'sip:bob@10.0.0.1;user=phone', true],
    ['uri_param("user", "ip")', 'sip:bob@10.0.0.1;user=phone', false],
    ['add_uri_param("a=1") && uri_param("a", "1")', 'sip:bob@10.0.0.1', true],
    ['add_uri_param("a") && uri == "sip:bob@10.0.0.1;b;a"', 'sip:bob@10.0.0.1;b', true],
    ['tel2sip() && uri == "sip:bob@10.0.0.1"', 'sip:bob@10.0.0.1', true],
    ['has_totag()', undefined, false],
  ] as const)('%s for %s', (condition, uri, isTrue) => {
    expect(answerAfterLogin(`if (${condition}) { ${yes} };`, uri).status).toBe(isTrue ? 299 : 404)
  })

  test('tel2sip writes the number as RFC 3261 §19.1.6 has it', () => {
    const script = withPasswords.replace(
      '    # Somebody else',
      `    if (method == "INVITE") { tel2sip(); if (uri == "sip:+4935112@10.0.0.1;user=phone") { ${yes} }; };\n    # Somebody else`,
    )
    const office = new SecuredOffice({ script })
    expect(
      office.host('alice', '10.0.0.3').ask('INVITE', { user: 'alice', uri: 'tel:+49-351-12' })?.status,
    ).toBe(299)
  })

  test('add_uri_param refuses what is no parameter', () => {
    const { problems } = loadScript('loadmodule "uri.so" route { add_uri_param("a b"); }', vocabulary)
    expect(problems).toHaveLength(1)
  })
})

describe('uri_db', () => {
  const table = 'modparam("uri_db", "use_uri_table", 1)'
  const domain = 'modparam("uri_db", "use_domain", 1)'
  test.each([
    ['check_to()', '', false],
    ['check_from()', '', true],
    ['does_uri_exist()', '', true],
  ])('%s after a login of alice who calls bob', (condition, settings, isTrue) => {
    expect(answerAfterLogin(`if (${condition}) { ${yes} };`, undefined, settings).status).toBe(
      isTrue ? 299 : 404,
    )
  })

  test.each([table, domain])('%s wants the realm in the URI too', (settings) => {
    expect(answerAfterLogin(yes, undefined, settings)).toMatchObject({ status: 403 })
    const office = new SecuredOffice({
      script: withPasswords
        .replace('modparam("auth", "realm", "sidetone")', 'modparam("auth", "realm", "10.0.0.1")')
        .replace('route {', `${settings}\nroute {`),
    })
    expect(office.host('alice', '10.0.0.3').log('INVITE', alice)?.status).toBe(404)
  })

  test('nobody of that name', () => {
    const { status } = answerAfterLogin(`if (!does_uri_exist()) { ${yes} };`, 'sip:nobody@10.0.0.1')
    expect(status).toBe(299)
  })

  test('without a login check_from is false and says why', () => {
    const script = withPasswords.replace(
      '    route(3);\n    if (!isflagset(1)) break;\n\n',
      `    if (!check_from()) { ${yes} };\n`,
    )
    const office = new SecuredOffice({ script })
    expect(office.host('alice', '10.0.0.3').ask('INVITE', { user: 'alice' })?.status).toBe(299)
    expect(office.exchange.events).toContainEqual(
      expect.objectContaining({ kind: 'script-log', text: expect.stringContaining('need credentials') }),
    )
  })
})

describe('auth', () => {
  test('a Remote-Party-ID is made of what the account holds', () => {
    const first = new SecuredOffice()
    const kept = first.kept()
    const subscribers = kept.subscribers.map((one) => ({
      ...one,
      columns: { rpid: '<sip:+49351@10.0.0.1>', domn: '7' },
    }))
    const script = withPasswords.replace(
      '    route(1);\n}\n\n# Pass',
      '    if (is_rpid_user_e164()) append_rpid_hf();\n    route(1);\n}\n\n# Pass',
    )
    const office = new SecuredOffice({ script, stored: { ...kept, subscribers } })
    const callee = office.registered(bob, '10.0.0.2')
    office.host('alice', '10.0.0.3').log('INVITE', alice)
    expect(callee.requests('INVITE')[0]).toContain(
      'Remote-Party-ID: <sip:+49351@10.0.0.1>;party=calling;id-type=subscriber;screen=yes\r\n',
    )
  })

  test('without such a number nothing is added', () => {
    expect(answerAfterLogin(`if (!append_rpid_hf()) { ${yes} };`).status).toBe(299)
    expect(answerAfterLogin(`if (!append_rpid_hf("a", "b")) { ${yes} };`).status).toBe(299)
    expect(answerAfterLogin(`if (!is_rpid_user_e164()) { ${yes} };`).status).toBe(299)
  })

  test.each([
    ['www_challenge("", "2");', 'takes "0" or "1"'],
    ['www_authorize("", "");', 'name of a table'],
    ['append_rpid_hf("", "x\\r\\nVia: y");', ''],
  ])('%s is refused at load', (statement, why) => {
    const modules = ['auth', 'auth_db'].map((name) => `loadmodule "${name}.so"`).join('\n')
    const { problems } = loadScript(`${modules}\nroute { ${statement} }`, vocabulary)
    expect(problems).toMatchObject([{ message: expect.stringContaining(why) }])
  })

  test.each([
    ['algorithms', '"SHA-1"'],
    ['algorithms', '"MD5,MD5"'],
    ['nonce_expire', '0'],
    ['nonce_expire', '86401'],
  ])('modparam %s %s is refused', (name, value) => {
    const script = `loadmodule "auth.so" modparam("auth", "${name}", ${value}) route { drop; }`
    expect(loadScript(script, vocabulary).problems).toHaveLength(1)
  })

  test('a phone that gives up at SHA-256 is offered MD5 alone, at once where it is known, else after two attempts', () => {
    const office = new SecuredOffice()
    const phone = office.host('alice', '10.0.0.3')
    const offers = (lines = ''): number =>
      phone
        .ask('REGISTER', { user: 'alice', lines })!
        .headers.filter(({ name }) => name === 'www-authenticate').length
    expect(offers('User-Agent: baresip v1.0.0 (x86_64/linux)\r\n')).toBe(1)
    expect([offers(), offers()]).toEqual([2, 2])
    office.world.run(30_000)
    expect(offers()).toBe(2)
    office.world.run(30_000)
    expect(offers()).toBe(1)
    expect(phone.log('REGISTER', alice, {}, { algorithm: 'MD5' })?.status).toBe(200)
    expect(offers()).toBe(2)
  })
})
