import { expect, test } from 'vitest'
import { SecuredOffice } from '../../test/flows/secured-office.ts'
import { rehearsalPassword, withLogin } from './rehearsed-login.ts'

test('whoever rehearses is let in by the shipped script', () => {
  const office = new SecuredOffice()
  office.add({ user: 'rehearsal', password: rehearsalPassword })
  const host = office.host('rehearsal', '10.0.0.3')
  const request = host.compose('REGISTER', { user: 'rehearsal' })
  const challenge = host.sendText(request)!
  const again = withLogin(request, challenge.octets)!
  const answer = host.sendText(again)
  expect(answer?.status).toBe(200)
  expect(withLogin(again, answer!.octets)).toBeUndefined()
})
