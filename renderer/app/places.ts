import type { PlainKey } from '../messages/index.svelte.ts'
import type { IconName } from '../ui/Icon.svelte'

export interface Place {
  readonly name: PlaceName
  readonly label: PlainKey
  readonly icon: IconName
}

export const placeNames = [
  'home',
  'phones',
  'calls',
  'phone',
  'checkup',
  'doctor',
  'routing',
  'settings',
] as const
/** The set-up is gone through once, so it has no line in the navigation. */
export type PlaceName = (typeof placeNames)[number] | 'setup'

/** In the order of the navigation; the first three answer what is asked daily. */
export const places: readonly Place[] = placeNames.map((name) => ({
  name,
  label: `place.${name}`,
  icon: name,
}))

/** The place in the address, which stands behind `#/`, up to a question mark or a slash; anything else is Home. */
export function readPlace(hash: string): PlaceName {
  const [name] = hash.replace(/^#\/?/, '').split(/[?/]/, 1)
  return name === 'setup' ? name : (placeNames.find((known) => known === name) ?? 'home')
}

/** What follows the place in the address: the call that the Doctor is to look at. */
export function readSubject(hash: string): string | undefined {
  const [, ...rest] = hash.replace(/^#\/?/, '').split('/')
  if (rest.length === 0) return undefined
  try {
    return decodeURIComponent(rest.join('/'))
  } catch {
    return undefined
  }
}
