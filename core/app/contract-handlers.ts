import type { Diagnosis, Handlers, Network } from '../api/index.ts'
import { interfaceAddresses } from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import type { Appliance } from './appliance.ts'
import { Refused } from './contract-door.ts'
import type { LiveOffice } from './live-office.ts'
import { peopleHandlers } from './people-handlers.ts'
import { setupHandlers } from './setup-handlers.ts'
import type { Setup } from './setup.ts'
import type { ScriptDesk } from './script-desk.ts'
import { softphoneHandlers } from './softphone-handlers.ts'

export interface HandlerParts {
  readonly live: LiveOffice
  readonly desk: ScriptDesk
  readonly setup: Setup
  readonly appliance: Appliance
}

/** What each command of the contract does. */
export function contractHandlers(parts: HandlerParts): Handlers {
  const { live, desk, setup, appliance } = parts
  return {
    ...softphoneHandlers(appliance),
    'call-history': async ({ from, count, search }) =>
      (await appliance.records.page(from, count, search)) ?? live.history(from, count, search),
    'read-call': async ({ callId }) =>
      (await appliance.records.details(callId)) ?? { durationMs: 0, hungUpBy: null, messages: [] },
    'forget-phone': async ({ id }) => {
      const binding = live.binding(id)
      if (binding === undefined) throw new Refused('phone-not-found', id)
      const answer = await appliance.control(['ul', 'rm', binding.user, binding.contact])
      await live.refresh()
      if (!answer.ok) throw new Refused('phone-not-found', id)
      return { removed: 1 }
    },
    'diagnose-call': async ({ callId }) => {
      const answer = await appliance.control(['doctor', callId])
      if (!answer.ok) throw new Refused('call-not-found', callId)
      return answer.value as Diagnosis
    },
    'read-network': () => network(appliance.listeners),
    'read-script': () => desk.read(),
    'check-script': ({ text }) => desk.check(text),
    'apply-script': ({ text, revision }) => desk.apply(text, revision),
    'undo-script': () => desk.undo(),
    ...setupHandlers(setup),
    ...peopleHandlers(appliance, setup.files),
  }
}

function network(listeners: readonly Listener[]): Network {
  return {
    listeners: listeners.map(({ transport, address, port }) => ({ transport, address, port })),
    addresses: interfaceAddresses().map(({ name, address, isLoopback }) => ({ name, address, isLoopback })),
  }
}
