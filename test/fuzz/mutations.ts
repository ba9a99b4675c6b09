import type { Octets } from '../../core/lib/octets.ts'

/** 0 ≤ n < 1. */
export type Chance = () => number

export function below(chance: Chance, limit: number): number {
  return Math.floor(chance() * limit)
}

export function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[below(chance, items.length)]!
}

type Mutation = (octets: Octets, chance: Chance, others: readonly Octets[]) => Octets

/** Octets that mean something to a parser of SIP, and some that should mean nothing. */
const pointed = '\r\n\t ,;:=?"\\<>@[]()/%*\0\x7f\xff'
const words = [
  '\r\n',
  '\r\n ',
  '\n',
  '\r',
  '\r\n\r\n',
  ', ',
  ';',
  ';;',
  '""',
  '"',
  '\\"',
  '<',
  '>',
  '<>',
  '::',
  '[',
  ']',
  '[::1]',
  '%',
  '%00',
  '%zz',
  '*',
  '@',
  'sip:',
  'sips:',
  'tel:+1',
  ';lr',
  ';transport=tcp',
  ';tag=x',
  ';branch=z9hG4bK',
  ';rport',
  ';received=255.255.255.255',
  ';maddr=224.0.0.1',
  'SIP/2.0',
  'INVITE',
  'ACK',
  'CANCEL',
  'REGISTER',
  '127.0.0.1',
  '127.0.0.3:5060',
  'example.com',
  'Via: SIP/2.0/UDP 127.0.0.3;branch=z9hG4bKx\r\n',
  'Route: <sip:127.0.0.1;lr>\r\n',
  'Contact: *\r\n',
  'Content-Length: 0\r\n',
  'Max-Forwards: 0\r\n',
  'Require: x\r\n',
  'Proxy-Require: y\r\n',
]
const numbers = [
  '0',
  '-1',
  '1',
  '69',
  '70',
  '255',
  '256',
  '65535',
  '65536',
  '2147483648',
  '4294967295',
  '4294967296',
  '18446744073709551616',
  '1e9',
  '0x10',
  '00000000001',
]

const mutations: readonly Mutation[] = [
  changeOctet,
  changeOctet,
  insertWord,
  insertWord,
  cutRange,
  repeatRange,
  dropLine,
  doubleLine,
  swapLines,
  changeNumber,
  changeToken,
  splice,
  foldLine,
  truncate,
]

/** One to four mutations of one seed. */
export function mutate(seed: Octets, chance: Chance, others: readonly Octets[]): Octets {
  let octets = seed
  for (let count = 1 + below(chance, 4); count > 0; count--)
    octets = pick(chance, mutations)(octets, chance, others)
  return octets.length > 65_535 ? octets.slice(0, 65_535) : octets
}

/** Octets without any form, now and then with some of the pointed ones. */
export function noise(chance: Chance, most: number): Octets {
  const length = below(chance, most)
  const codes: number[] = []
  for (let at = 0; at < length; at++)
    codes.push(chance() < 0.5 ? below(chance, 256) : pointed.charCodeAt(below(chance, pointed.length)))
  return String.fromCharCode(...codes)
}

function changeOctet(octets: Octets, chance: Chance): Octets {
  const at = below(chance, octets.length + 1)
  const code =
    chance() < 0.5 ? String.fromCharCode(below(chance, 256)) : pointed.charAt(below(chance, pointed.length))
  return octets.slice(0, at) + code + octets.slice(at + 1)
}

function insertWord(octets: Octets, chance: Chance): Octets {
  const at = below(chance, octets.length + 1)
  return octets.slice(0, at) + pick(chance, words) + octets.slice(at)
}

function cutRange(octets: Octets, chance: Chance): Octets {
  const at = below(chance, octets.length + 1)
  return octets.slice(0, at) + octets.slice(at + below(chance, 20))
}

function repeatRange(octets: Octets, chance: Chance): Octets {
  const at = below(chance, octets.length + 1)
  const part = octets.slice(at, at + 1 + below(chance, 12))
  const times = chance() < 0.05 ? below(chance, 4000) : below(chance, 40)
  return octets.slice(0, at) + part.repeat(times) + octets.slice(at)
}

function dropLine(octets: Octets, chance: Chance): Octets {
  const lines = octets.split('\r\n')
  lines.splice(below(chance, lines.length), 1)
  return lines.join('\r\n')
}

function doubleLine(octets: Octets, chance: Chance): Octets {
  const lines = octets.split('\r\n')
  const at = below(chance, lines.length)
  const times = chance() < 0.1 ? 1 + below(chance, 120) : 1
  lines.splice(at, 0, ...Array.from({ length: times }, () => lines[at] ?? ''))
  return lines.join('\r\n')
}

function swapLines(octets: Octets, chance: Chance): Octets {
  const lines = octets.split('\r\n')
  const [a, b] = [below(chance, lines.length), below(chance, lines.length)]
  ;[lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? '']
  return lines.join('\r\n')
}

function changeNumber(octets: Octets, chance: Chance): Octets {
  const from = below(chance, octets.length + 1)
  let at = from
  while (at < octets.length && !isDigit(octets.charCodeAt(at))) at++
  let end = at
  while (end < octets.length && isDigit(octets.charCodeAt(end))) end++
  return at === end ? octets : octets.slice(0, at) + pick(chance, numbers) + octets.slice(end)
}

function changeToken(octets: Octets, chance: Chance): Octets {
  const at = below(chance, octets.length + 1)
  let end = at
  while (end < octets.length && isWord(octets.charCodeAt(end))) end++
  return octets.slice(0, at) + pick(chance, words) + octets.slice(end)
}

/** The head of one, the tail of another. */
function splice(octets: Octets, chance: Chance, others: readonly Octets[]): Octets {
  const other = pick(chance, others)
  return octets.slice(0, below(chance, octets.length + 1)) + other.slice(below(chance, other.length + 1))
}

function foldLine(octets: Octets, chance: Chance): Octets {
  const at = octets.indexOf(' ', below(chance, octets.length + 1))
  return at < 0 ? octets : `${octets.slice(0, at)}\r\n ${octets.slice(at)}`
}

function truncate(octets: Octets, chance: Chance): Octets {
  return octets.slice(0, below(chance, octets.length + 1))
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isWord(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)
}
