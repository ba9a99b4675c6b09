import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export interface PortOwner {
  readonly pid: number
  readonly name: string
}

/**
 * Which process holds a port on an address (or on all addresses), read from /proc. Undefined where there
 * is no /proc, or when the process belongs to somebody else and we may not look.
 */
export function portOwner(protocol: 'udp' | 'tcp', address: string, port: number): PortOwner | undefined {
  const inodes = new Set([
    ...socketInodes(protocol, address, port),
    ...socketInodes(`${protocol}6`, address, port),
  ])
  if (inodes.size === 0) return undefined
  for (const entry of listOf('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    for (const descriptor of listOf(`/proc/${entry}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${entry}/fd/${descriptor}`))?.[1]
      if (inode !== undefined && inodes.has(inode)) {
        return { pid: Number(entry), name: programName(entry) }
      }
    }
  }
  return undefined
}

/** What people call it: the program, and for interpreters the file that it runs. */
function programName(process: string): string {
  const [program = '', ...args] = textOf(`/proc/${process}/cmdline`).split(/[\0 ]+/)
  const name = lastPart(program)
  if (name === '') return textOf(`/proc/${process}/comm`).trim()
  const file = args.find((arg) => !arg.startsWith('-')) ?? ''
  return /^(?:node|python|perl|java|ruby)/.test(name) && file !== '' ? `${name} ${lastPart(file)}` : name
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const TCP_LISTEN = '0A'

function socketInodes(table: string, address: string, port: number): string[] {
  const wantedPort = port.toString(16).toUpperCase().padStart(4, '0')
  const wantedHost = kernelHex(address)
  const inodes: string[] = []
  for (const line of textOf(`/proc/net/${table}`).split('\n').slice(1)) {
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/)
    const [host = '', localPort] = local.split(':')
    if (localPort !== wantedPort || (table.startsWith('tcp') && state !== TCP_LISTEN)) continue
    if (/^0+$/.test(host) || wantedHost === undefined || host === wantedHost) inodes.push(inode)
  }
  return inodes
}

/** IPv4 as the kernel prints it (little-endian); undefined for IPv6, of which any address then counts. */
function kernelHex(address: string): string | undefined {
  if (address.includes(':')) return undefined
  const parts = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return parts.reverse().join('').toUpperCase()
}

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
