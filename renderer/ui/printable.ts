/**
 * What came from the network, made visible: control characters as the pictures that Unicode has for them, and the
 * characters that turn the direction of all that follows as their numbers.
 */
export function printable(text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) shown += String.fromCodePoint(0x2400 + code)
    else if (code === 0x7f) shown += '\u2421'
    else if (turns(code) || (code >= 0x80 && code < 0xa0)) shown += `\\u${code.toString(16).padStart(4, '0')}`
    else shown += character
  }
  return shown
}

/** Unicode's bidirectional marks, embeddings, overrides and isolates, and the invisible line ends. */
function turns(code: number): boolean {
  return (
    code === 0x061c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    code === 0xfeff
  )
}

/** The number or name in a SIP URI; the whole where it has none. */
export function userOf(uri: string): string {
  const found = /^sips?:([^@;?]+)@/i.exec(uri)?.[1]
  return found ?? uri.replace(/^sips?:/i, '')
}
