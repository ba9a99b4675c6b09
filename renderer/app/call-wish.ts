/** Longer than any number or address that a person would call. */
const LONGEST_TARGET = 256

/** Whom a link wants to call: what the shell has put behind `?call=` in the address. It is shown, never dialled. */
export function readCallWish(hash: string): string | undefined {
  const [, query = ''] = hash.split('?', 2)
  const target = new URLSearchParams(query).get('call')
  return target === null || target === '' || target.length > LONGEST_TARGET ? undefined : target
}
