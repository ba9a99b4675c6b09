/** What the window knows of the core: the line's state, the live tables, and the way to ask. One for the whole page. */
import type { CommandName, Gives, Office, Takes } from '../../core/api/index.ts'
import { ContractClient } from './client.ts'
import type { Line, LineEvents, LineState } from './line.ts'
import { LiveTable } from './live.svelte.ts'

export { CommandFailed } from './client.ts'

class Connection {
  state = $state<LineState>('connecting')
  office = $state.raw<Office | undefined>(undefined)
  /** The core's time, once a second: what counts down does so by this one clock. */
  nowMs = $state(Date.now())
  #skewMs = 0
  #client: ContractClient | undefined

  start(open: (events: LineEvents) => Line): void {
    const client = new ContractClient(open, (state) => {
      this.state = state
    })
    this.#client = client
    const took = (office: Office): void => {
      this.#skewMs = office.nowMs - Date.now()
      this.office = office
    }
    client.watch('office', { snapshot: took, change: took })
    phones.start(client, 'phones')
    calls.start(client, 'calls')
    troubles.start(client, 'troubles')
    setInterval(() => {
      this.nowMs = Date.now() + this.#skewMs
    }, 1_000)
  }

  ask<Name extends CommandName>(name: Name, takes: Takes<Name>): Promise<Gives<Name>> {
    if (this.#client === undefined) throw new Error('the client has not been started')
    return this.#client.call(name, takes)
  }
}

export const phones = new LiveTable<'phones'>((row) => row.id)
export const calls = new LiveTable<'calls'>((row) => row.callId)
export const troubles = new LiveTable<'troubles'>((row) => row.id)
export const connection = new Connection()
