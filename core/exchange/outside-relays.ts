import type { Octets } from '../lib/octets.ts'
import type { Program } from '../script/index.ts'
import type { Core } from './core.ts'
import { parseOutsideAddress } from './outside-address.ts'
import { OutsideMedia } from './outside-media.ts'
import type { OutsideSettings } from './outside-relay.ts'
import { OutsideRelay } from './outside-relay.ts'
import type { Run } from './run.ts'
import type { Wakes } from './wakes.ts'

/** The relay outside that the script names, if it names one: then our own is not used. */
export class OutsideRelays {
  readonly #core: Core
  readonly #wakes: Wakes
  #current: OutsideRelay | undefined
  #from = ''
  /** The same in the place of our own relay. */
  media: OutsideMedia | undefined

  constructor(core: Core, wakes: Wakes) {
    this.#core = core
    this.#wakes = wakes
  }

  /** Undefined: the script leaves media to our own relay. */
  get current(): OutsideRelay | undefined {
    return this.#current
  }

  /** After the script was read, for the first time or again; the same relay is kept. */
  configure(): void {
    const settings = outsideSettingsOf(this.#core.program)
    const from = JSON.stringify(settings ?? '')
    if (from === this.#from) return
    this.#from = from
    if (this.#current !== undefined) this.#wakes.set(this.#current, undefined)
    this.#current = settings === undefined ? undefined : new OutsideRelay(this.#core, this.#wakes, settings)
    this.media = this.#current === undefined ? undefined : new OutsideMedia(this.#current)
    this.#current?.start()
  }

  said(id: number | undefined, octets: Octets | undefined): void {
    if (octets !== undefined) this.#current?.said(id, octets)
    else if (id !== undefined) this.#current?.failed(id)
  }
}

function outsideSettingsOf(program: Program<Run>): OutsideSettings | undefined {
  const settings = program.settings('nathelper')
  const text = settings?.get('rtpproxy_sock')
  if (settings === undefined || typeof text !== 'string' || settings.get('rtpproxy_disable') === 1)
    return undefined
  const address = parseOutsideAddress(text)
  if (typeof address === 'string') return undefined
  const seconds = (name: string, fallback: number): number => Number(settings.get(name) ?? fallback)
  return {
    address,
    sendings: Math.max(1, seconds('rtpproxy_retr', 5)),
    answerMs: Math.max(1, seconds('rtpproxy_tout', 1)) * 1000,
    disabledMs: Math.max(1, seconds('rtpproxy_disable_tout', 60)) * 1000,
  }
}
