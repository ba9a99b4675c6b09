/** Schemes whose links ask for a call. */
export const callSchemes = ['sip', 'sips', 'tel', 'callto'] as const

/** No number or address of a person is longer; what is longer is no link that a person has seen. */
const LONGEST_LINK = 256

/**
 * Whom a link asks to call, as it is shown to the user; it is never dialled by itself. Headers and parameters of
 * the link are left out: `?Route=` and its like steer calls behind the user's back (RFC 3261 §19.1.5).
 */
export function readCallLink(text: string): string | undefined {
  if (text.length > LONGEST_LINK) return undefined
  const [, scheme = '', rest = ''] = /^([a-z]+):(?:\/\/)?(.*)$/is.exec(text.trim()) ?? []
  if (!callSchemes.some((known) => known === scheme.toLowerCase())) return undefined
  const [address = ''] = rest.split(/[?;#]/, 1)
  const target = decoded(address.replace(/\/$/, ''))
  if (target === undefined) return undefined
  const number = target.replace(/[ ().-]/g, '')
  if (/^\+?[\d*#]{1,32}$/.test(number)) return number
  return scheme.toLowerCase().startsWith('sip') && /^[\w.!~*'+=$&-]{1,64}@[\w.:[\]-]{1,190}$/.test(target)
    ? target
    : undefined
}

/** The first link among the words of a command line; everything else there is left alone. */
export function findCallLink(words: readonly string[]): string | undefined {
  for (const word of words) {
    if (word.startsWith('-')) continue
    const found = readCallLink(word)
    if (found !== undefined) return found
  }
  return undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
