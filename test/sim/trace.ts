import type { Octets } from '../../core/lib/octets.ts'

export interface Place {
  readonly address: string
  readonly port: number
}

/** One packet, or one piece of a stream, at the moment it was sent. */
export interface Sent {
  readonly atMs: number
  readonly transport: 'udp' | 'tcp'
  readonly from: Place
  readonly to: Place
  readonly octets: Octets
  /** `lost`: the net dropped it; `refused`: nobody listens there. */
  fate: 'delivered' | 'lost' | 'refused'
}

/** One line for one packet: time, ends, transport, size and first line. */
export function traceLine(sent: Sent, nameOf: (address: string) => string): string {
  const end = ({ address, port }: Place): string => `${nameOf(address)}(${address}:${port})`
  const fate = sent.fate === 'delivered' ? '' : ` (${sent.fate})`
  const time = (sent.atMs / 1000).toFixed(3).padStart(9)
  return `${time} ${end(sent.from)} > ${end(sent.to)} ${sent.transport} ${sent.octets.length} ${firstLine(sent.octets)}${fate}`
}

/** The first line without the version, printable: what stands on an arrow. */
export function firstLine(octets: Octets): string {
  const text = octets.trimStart()
  const end = text.indexOf('\r\n')
  const line = (end < 0 ? text : text.slice(0, end)).replace(/[^\x20-\x7e]/g, '.')
  if (line === '') return octets === '' ? '(empty)' : '(keep-alive)'
  return line.replace(/ SIP\/2\.0$/, '').replace(/^SIP\/2\.0 /, '')
}

/**
 * The packets as a ladder that a telephony person reads: one column for each host, one row for each packet with its
 * time in seconds. A lost packet's arrow ends in x before it arrives.
 */
export function printLadder(
  packets: readonly Sent[],
  columns: readonly string[],
  nameOf: (address: string) => string,
): string {
  const rows = packets.map((sent) => ({
    time: (sent.atMs / 1000).toFixed(3),
    from: columns.indexOf(sent.from.address),
    to: columns.indexOf(sent.to.address),
    label: labelOf(sent),
    isLost: sent.fate !== 'delivered',
  }))
  const timeWidth = Math.max(5, ...rows.map(({ time }) => time.length))
  const gap = Math.max(
    12,
    ...rows.map((row) => Math.ceil((row.label.length + 6) / Math.max(1, Math.abs(row.to - row.from)))),
  )
  const heading = columns.map((address) => nameOf(address).padEnd(gap)).join('')
  const lines = [`${' '.repeat(timeWidth)}  ${heading}`.trimEnd()]
  for (const row of rows)
    lines.push(`${row.time.padStart(timeWidth)}  ${rowText(row, columns.length, gap)}`.trimEnd())
  return lines.join('\n')
}

const longestLabel = 28

function labelOf(sent: Sent): string {
  const line = firstLine(sent.octets)
  const cseq = /^\d{3} /.test(line)
    ? / (\w+)\r?$/m.exec(/^cseq:.*$/im.exec(sent.octets)?.[0] ?? '')?.[1]
    : undefined
  const short = line.length <= longestLabel ? line : `${line.slice(0, longestLabel - 2)}..`
  return `${short}${cseq === undefined ? '' : ` (${cseq})`}${sent.transport === 'tcp' ? ' [tcp]' : ''}`
}

interface Row {
  readonly from: number
  readonly to: number
  readonly label: string
  readonly isLost: boolean
}

function rowText(row: Row, columns: number, gap: number): string {
  const left = Math.min(row.from, row.to)
  const right = Math.max(row.from, row.to)
  if (left === right || left < 0) {
    return Array.from({ length: columns }, (_, at) =>
      at === right ? `|@ ${row.label}`.padEnd(gap) : '|'.padEnd(gap),
    ).join('')
  }
  const inner = (right - left) * gap - 2
  const dashes = inner - row.label.length - 2
  const before = '-'.repeat(Math.max(1, dashes >> 1))
  const after = '-'.repeat(Math.max(1, dashes - (dashes >> 1)))
  const isRightward = row.to > row.from
  const head = row.isLost ? 'x' : isRightward ? '>' : '<'
  const arrow = isRightward
    ? `${before} ${row.label} ${after}${head}`
    : `${head}${before} ${row.label} ${after}`
  let text = '|'.padEnd(gap).repeat(left)
  text += `|${arrow}`
  for (let at = right; at < columns; at++) text += '|'.padEnd(gap)
  return text
}
