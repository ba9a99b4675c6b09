import { readAddress4 } from './ip.ts'

/** The network of one interface: an address in it and how many of its first bits all its addresses share. */
export interface Subnet {
  readonly address: string
  readonly prefixBits: number
}

/** Several networks, read once: they are asked for every message. */
export class Subnets {
  readonly #networks: readonly Bits[]
  readonly #restBits: readonly bigint[]

  constructor(subnets: readonly Subnet[]) {
    const read = subnets
      .map(({ address, prefixBits }) => ({ bits: bitsOf(address), prefixBits }))
      .filter(({ bits, prefixBits }) => bits !== undefined && prefixBits <= bits.width)
    this.#networks = read.map(({ bits }) => bits as Bits)
    this.#restBits = read.map(({ bits, prefixBits }) => BigInt((bits as Bits).width - prefixBits))
  }

  /** Whether one of them holds both. */
  holdsBoth(address: string, other: string): boolean {
    const one = bitsOf(address)
    const two = address === other ? one : bitsOf(other)
    if (one === undefined || one.width !== two?.width) return false
    return this.#networks.some((network, at) => {
      const rest = this.#restBits[at] ?? 0n
      const shared = network.value >> rest
      return network.width === one.width && one.value >> rest === shared && two.value >> rest === shared
    })
  }
}

interface Bits {
  readonly value: bigint
  readonly width: number
}

function bitsOf(address: string): Bits | undefined {
  const four = readAddress4(address)
  if (four !== undefined) return { value: BigInt(four), width: 32 }
  const six = readAddress6(address)
  return six === undefined ? undefined : { value: six, width: 128 }
}

/** An IPv6 literal without brackets or zone (RFC 4291 §2.2) as one number; undefined for anything else. */
export function readAddress6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const head = groupsOf(halves[0] ?? '')
  const tail = groupsOf(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)
}

/** The 16-bit groups of a part of a literal; one in dots at its end stands for two. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16))
    else {
      const four = at === parts.length - 1 ? readAddress4(part) : undefined
      if (four === undefined) return undefined
      groups.push(four >>> 16, four & 0xffff)
    }
  }
  return groups
}
