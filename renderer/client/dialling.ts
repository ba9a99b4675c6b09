/** What may be dialled of what somebody types or pastes: `+49 (30) 123-456` is +4930123456, a name stays a name. */
export function cleanNumber(text: string): string {
  const typed = text.trim().replace(/^(?:sips?|tel):/i, '')
  const digits = typed.replace(/[\s()./-]/g, '')
  return /^\+?[0-9*#]+$/.test(digits) ? digits : typed
}

/** The URI to call; undefined where nothing can be called. Never more than one user and one host. */
export function uriFor(text: string, domain: string): string | undefined {
  const number = cleanNumber(text)
  const [user = '', host = domain, ...more] = number.split('@')
  if (user === '' || host === '' || more.length > 0 || !/^[\w.:[\]-]+$/.test(host)) return undefined
  return `sip:${encodeURIComponent(user).replace(/%2B/g, '+')}@${host}`
}
