import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'

/**
 * Looks names up in the machine's own table, which the DNS client doesn't read. The file is read again
 * when it has changed. `localhost` and what ends in it are this machine (RFC 6761 §6.3).
 */
export function hostsFile(path: string = hostsPath()): (name: string) => readonly string[] {
  let table = new Map<string, string[]>()
  let readAt = -1
  return (name) => {
    const wanted = name.toLowerCase()
    if (wanted === 'localhost' || wanted.endsWith('.localhost')) return ['127.0.0.1', '::1']
    const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changedAt !== readAt) {
      readAt = changedAt
      table = changedAt === 0 ? new Map<string, string[]>() : readTable(path)
    }
    return table.get(wanted) ?? []
  }
}

function readTable(path: string): Map<string, string[]> {
  const table = new Map<string, string[]>()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    // Unreadable for us: names then come from the DNS alone.
    return table
  }
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of names) {
      const known = table.get(name.toLowerCase())
      if (known === undefined) table.set(name.toLowerCase(), [address])
      else if (!known.includes(address)) known.push(address)
    }
  }
  return table
}

function hostsPath(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  return `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
}
