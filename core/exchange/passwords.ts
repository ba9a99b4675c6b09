import type { Octets } from '../lib/octets.ts'

/** Letters and digits that nobody takes for one another when they are read out or typed from paper. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 5
const groupLength = 4
/** RFC 7616 §5.4 leaves it open; below this, digests that were overheard can be guessed at leisure. */
export const shortestPassword = 12
const longestPassword = 128

/** 20 characters in groups of four: 99 bits. */
export function generatePassword(random: () => number): string {
  return Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join(
      '',
    ),
  ).join('-')
}

/** What is wrong with a password that somebody has chosen; undefined: nothing. */
export function weaknessOf(password: string, username: string): string | undefined {
  if (password.toLowerCase() === username.toLowerCase()) return 'the password is the number itself'
  if (password.length < shortestPassword)
    return `the password has ${password.length} characters; at least ${shortestPassword} are needed`
  if (password.length > longestPassword) return `the password is longer than ${longestPassword} characters`
  if (isRepetitive(password)) return 'the password is one piece again and again'
  if (password.toLowerCase().split(username.toLowerCase()).join('').length < 8)
    return 'the password is little more than the number'
  return undefined
}

function isRepetitive(password: string): boolean {
  for (let length = 1; length <= 4; length++)
    if (
      password ===
      password
        .slice(0, length)
        .repeat(Math.ceil(password.length / length))
        .slice(0, password.length)
    )
      return true
  return false
}

/** Text of people as the octets that phones hash: UTF-8 (RFC 7616 §4). */
export function utf8Octets(text: string): Octets {
  let octets = ''
  for (const byte of encodeUtf8(text)) octets += String.fromCharCode(byte)
  return octets
}

function encodeUtf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code))
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code))
  }
  return bytes
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f)
}
