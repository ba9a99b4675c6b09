import type { SoftphoneAccount } from '../../../core/api/index.ts'
import { connection } from '../../client/index.svelte.ts'
import { sipDoor } from '../../client/sip-door.ts'
import type { PhoneCall, Softphone } from '../../client/softphone.svelte.ts'

const PERSON_STORED = 'sidetone.person'
const LAST_STORED = 'sidetone.redial'

/** Who this window telephones as, and the telephone itself, for all places of the window. */
class Desk {
  account = $state.raw<SoftphoneAccount | undefined>(undefined)
  person = $state(localStorage.getItem(PERSON_STORED) ?? '')
  last = $state(localStorage.getItem(LAST_STORED) ?? '')
  phone = $state.raw<Softphone | undefined>(undefined)

  readonly calls = $derived(this.phone?.calls ?? [])
  readonly incoming = $derived(this.calls.find(({ state }) => state === 'incoming'))
  readonly active = $derived(
    this.calls.find(({ isOpen, state, isHeld }) => isOpen && state !== 'incoming' && !isHeld) ??
      this.calls.find(({ isOpen, state }) => isOpen && state !== 'incoming'),
  )

  get hasLine(): boolean {
    return sipDoor.open !== undefined
  }

  /** Once the core answers; again after it was gone only where there is no telephone yet. */
  async begin(): Promise<void> {
    if (this.account !== undefined) return
    this.account = await connection.ask('softphone-account', {})
    const { people } = this.account
    if (this.person !== '' && (people.length === 0 || people.includes(this.person))) await this.#start()
  }

  async be(person: string): Promise<void> {
    this.person = person
    localStorage.setItem(PERSON_STORED, person)
    await this.#start()
  }

  leave(): void {
    this.phone?.stop()
    this.phone = undefined
    this.person = ''
    localStorage.removeItem(PERSON_STORED)
  }

  async dial(text: string): Promise<boolean> {
    const call = await this.phone?.dial(text)
    if (call === undefined) return false
    this.last = text
    localStorage.setItem(LAST_STORED, text)
    return true
  }

  /** The call to which a key belongs that answers or ends one. */
  get foremost(): PhoneCall | undefined {
    return this.incoming ?? this.active
  }

  async #start(): Promise<void> {
    const { open } = sipDoor
    if (open === undefined || this.account === undefined) return
    this.phone?.stop()
    const { Softphone: Telephone } = await import('../../client/softphone.svelte.ts')
    this.phone = new Telephone({
      user: this.person,
      domain: this.account.domain,
      open,
      report: (report) => connection.ask('softphone-report', report),
    })
  }
}

export const desk = new Desk()

// A page that goes tells the far ends; one that may come back from the cache has no line any more either.
window.addEventListener('pagehide', () => desk.phone?.stop())
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})
