import type { PhoneRow } from '../../../core/api/index.ts'
import type { PlainKey } from '../../messages/index.svelte.ts'
import type { IconName } from '../../ui/Icon.svelte'

export interface StateWords {
  readonly label: PlainKey
  readonly icon: IconName
  readonly tone: 'good' | 'busy'
}

export const stateWords: Readonly<Record<PhoneRow['state'], StateWords>> = {
  registered: { label: 'phones.state.registered', icon: 'good', tone: 'good' },
  ringing: { label: 'phones.state.ringing', icon: 'ring', tone: 'busy' },
  'in-call': { label: 'phones.state.in-call', icon: 'talk', tone: 'busy' },
}

/** Host and port of where a phone is reached. */
export function placeOf(row: PhoneRow): string {
  if (row.seenAs !== null) return row.seenAs.replace(/^[a-z]+:/, '')
  return (
    row.contact
      .replace(/^<?sips?:/i, '')
      .replace(/[;?>].*$/, '')
      .split('@')
      .at(-1) ?? row.contact
  )
}

const privateV4 =
  /^(10(\.\d+){3}|192\.168(\.\d+){2}|169\.254(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2})(:\d+)?$/

/** Whose network an address belongs to, as far as the address itself tells. */
export function whereOf(place: string): 'phones.here' | 'phones.network' | 'phones.outside' {
  const host = place.replace(/^\[/, '').replace(/\](:\d+)?$/, '')
  if (/^127\./.test(host) || host === '::1' || /^localhost(:|$)/.test(host)) return 'phones.here'
  return privateV4.test(host) || /^f[cde][0-9a-f]{2}:/i.test(host) ? 'phones.network' : 'phones.outside'
}
