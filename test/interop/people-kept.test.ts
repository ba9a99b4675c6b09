/** People, their passwords and what has happened to them outlive the process, however it ends. */
import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { ask, kill, leavePlace, makePlace, startOn, type Place, type Run } from './durable.ts'
import { openPhone, type Phone } from './phone/phone.ts'

const withPasswords = fileURLToPath(new URL('../../resources/scripts/with-passwords.cfg', import.meta.url))
let place: Place | undefined
let run: Run | undefined
let phone: Phone | undefined

afterEach(async () => {
  await phone?.close()
  if (run !== undefined) await kill(run)
  if (place !== undefined) leavePlace(place)
})

test('an account answers with its password after kill -9, and the event log and the nonces go on', async () => {
  place = await makePlace(1)
  copyFileSync(withPasswords, place.script)
  run = await startOn(place)
  await ask(place, ['add', '101', 'a-long-enough-password'])
  await ask(place, ['add', '102', 'another-long-password'])
  await ask(place, ['rm', '102'])
  const target = { host: '127.0.0.1', port: place.port }
  phone = await openPhone({ user: '101', outbound: target, domain: target })
  const right = { user: '101', password: 'a-long-enough-password' }
  expect(await phone.register(right)).toBe(200)

  await kill(run)
  run = await startOn(place)

  expect(await ask(place, ['accounts'])).toMatchObject([{ user: '101' }])
  expect(await ask(place, ['events', 'added'])).toMatchObject([
    { text: '102 was added.' },
    { text: '101 was added.' },
  ])
  expect(await ask(place, ['ul', 'show'])).toMatchObject([{ user: '101' }])
  expect(await phone.register(right)).toBe(200)
  expect(await phone.register({ ...right, password: 'not-the-right-one' })).toBe(401)
})
