/** The forty cases of threats T13–T16, T20–T31 and T120–T124: each is a test of this name, in the file that is named. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const security = 'registrar-security.test.ts'
const toll = 'toll-fraud.test.ts'
const accounts = 'account-changes.test.ts'
const authentication = '../interop/authentication.test.ts'

/** Each of these files has the honest phone beside every case: in `afterEach`, or in the test itself. */
const cases: readonly (readonly [title: string, file: string])[] = [
  ['T13 a REGISTER for a number that exists is answered like one for a number that does not', security],
  ['T13 so is an INVITE', security],
  ['T13 a cracker has at most 30 guesses a minute and is then ignored', security],
  ['T13 a ban ends by itself, and can be lifted', security],
  ['T13 ${tries} guesses at a number that exists and ${tries} at', '../interop/enumeration.test.ts'],
  ['T14 a CANCEL from another address cancels nothing', security],
  ['T14 a %s in a call of others, with its tags, from elsewhere is answered %i', security],
  ['T14 T07 a %s with an invented To tag is challenged', security],
  ['T15 T124 a call in somebody else’s name is refused', security],
  ['T15 identity headers of a phone go no further, however they are written', security],
  ['T16 T08 %s without a password reaches nobody', security],
  ['T20 M11 an overheard %s answer binds nothing from another host', security],
  ['T21 %s is asked again as stale', security],
  ['T21 an honest copy of a request is answered like the first', security],
  ['T22 an answer without the qop that was offered is refused', security],
  ['T22 where a script offers none, an answer is good for one request', security],
  ['T23 SHA-256 is offered first, then MD5 (RFC 8760 §2.4)', security],
  ['T23 a phone that has spoken SHA-256 is not taken at MD5, and that is told', security],
  ['T23 a person whose phones must speak SHA-256', security],
  ['T24 a forged nonce is refused and not called stale', security],
  ['T24 an old one of ours is called stale for a day, then no more', security],
  ['T24 one of another realm is refused', security],
  ['T24 a challenge is good across a restart', security],
  ['T24 challenges cost no memory', security],
  ['T25 credentials for %s are no good for sip:10.0.0.1', security],
  ['T26 nobody registers somebody else', security],
  ['T27 %s for somebody else removes nothing', security],
  ['T28 a contact that is %s is refused', security],
  ['T28 a contact far away is reached where its REGISTER came from', security],
  ['T29 the digest of a caller stops here', security],
  ['T30 of 500 passwords none', authentication],
  ['T31 %s is no password', accounts],
  ['T31 without a password one of 20 characters is made, and it lets the phone in', accounts],
  ['T120 without a password %s reaches it by no spelling', toll],
  ['T121 of 20 calls at once two get through, and the event log says so at once', toll],
  ['T121 of 60 calls in ten minutes thirty get through', toll],
  ['T121 %s is closed unless somebody is let there', toll],
  ['T122 a 302 of the called phone to a number that costs extra', toll],
  ['T123 a forward to %s is refused', toll],
  ['T124 somebody else named in %s gives no rights', toll],
]

const threats = [
  ...['T13', 'T14', 'T15', 'T16', 'T20', 'T21', 'T22', 'T23', 'T24', 'T25', 'T26', 'T27', 'T28', 'T29'],
  ...['T30', 'T31', 'T120', 'T121', 'T122', 'T123', 'T124'],
]

test('there are forty, and no threat is without one', () => {
  expect(new Set(cases.map(([title]) => title)).size).toBe(40)
  const named = cases.map(([title]) => title.slice(0, title.indexOf(' ')))
  expect([...new Set(named)].sort()).toEqual([...threats].sort())
})

test.each(cases)('%s', (title, file) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  const places = text.split(title)
  expect(places).toHaveLength(2)
  // The last call of `test` before the title, with nothing that would pass it over.
  const call = /\btest((?:\.\w+)*)[^]*$/.exec(places[0]!.slice(places[0]!.lastIndexOf('test')))
  expect(call?.[1] ?? 'none').toMatch(/^(\.each)?$/)
})
