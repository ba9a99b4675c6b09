/** Compact forms of header names, as IANA registers them; the parser expands those of fields that it reads itself. */
const compactForms: ReadonlyMap<string, string> = new Map([
  ['a', 'accept-contact'],
  ['b', 'referred-by'],
  ['c', 'content-type'],
  ['d', 'request-disposition'],
  ['e', 'content-encoding'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['j', 'reject-contact'],
  ['k', 'supported'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['n', 'identity-info'],
  ['o', 'event'],
  ['r', 'refer-to'],
  ['s', 'subject'],
  ['t', 'to'],
  ['u', 'allow-events'],
  ['v', 'via'],
  ['x', 'session-expires'],
  ['y', 'identity'],
])

/** The name of a header as it is compared: lower case, compact form expanded (RFC 3261 §7.3.3). */
export function longName(name: string): string {
  const lower = name.toLowerCase()
  return compactForms.get(lower) ?? lower
}

/** A token of RFC 3261 §25.1. */
export function isFieldName(text: string): boolean {
  return /^[A-Za-z0-9.!%*_+`'~-]+$/.test(text)
}
