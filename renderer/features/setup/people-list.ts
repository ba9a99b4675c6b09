import type { Person } from '../../../core/api/index.ts'

/** Where office numbers begin: three digits, none of them an emergency call. */
const FIRST_NUMBER = 101

/** The lowest number that nobody has. */
export function freeNumber(people: readonly { readonly number: string }[]): string {
  const taken = new Set(people.map(({ number }) => number))
  let number = FIRST_NUMBER
  while (taken.has(String(number))) number++
  return String(number)
}

/** One person on each line, as typed or out of a table: a name, a number, or both in either order. */
export function readPeople(text: string, known: readonly Person[]): Person[] {
  const people = [...known]
  for (const line of text.split(/\r\n?|\n/)) {
    const cells = splitLine(line)
    const number = cells.find((cell) => /^\d{2,15}$/.test(cell))
    const name = (cells.find((cell) => cell !== number && cell !== '') ?? '').slice(0, 60)
    if (name === '' && number === undefined) continue
    people.push({ number: number ?? freeNumber(people), name })
  }
  return people
}

/** Cells between commas, semicolons or tabs; in quotes they may hold any of these (RFC 4180). */
function splitLine(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:^|[,;\t])(?:\s*"((?:[^"]|"")*)"\s*|([^,;\t]*))/g),
    ([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  )
}

/** Text of a file of unknown origin: UTF-16 by its mark, UTF-8 where the octets are that, else Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

export type PersonFault = 'same-number' | 'bad-number'

/** What stands against each row. */
export function faultsOf(people: readonly Person[]): (PersonFault | undefined)[] {
  return people.map(({ number }) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(number)) return 'bad-number'
    return people.filter((other) => other.number === number).length > 1 ? 'same-number' : undefined
  })
}
