/** Any plain value as text for people: rows of objects as a table, one object as lines of name and value. */
export function printTable(value: unknown): string {
  if (Array.isArray(value)) return printRows(value)
  if (isRecord(value)) return printRecord(value, '')
  return `${cell(value)}\n`
}

function printRows(rows: readonly unknown[]): string {
  if (rows.length === 0) return 'none\n'
  const records = rows.map((row) => (isRecord(row) ? row : { value: row }))
  const all = [...new Set(records.flatMap((record) => Object.keys(record)))]
  // What has parts of its own fits into no column; --json has it.
  const names = all.filter((name) => !records.every((record) => isRecord(record[name])))
  const lines = [names, ...records.map((record) => names.map((name) => cell(record[name])))]
  const widths = names.map((_, column) =>
    lines.reduce((most, line) => Math.max(most, (line[column] ?? '').length), 0),
  )
  const print = (line: readonly string[]): string =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${lines.map(print).join('\n')}\n`
}

function printRecord(record: Readonly<Record<string, unknown>>, indent: string): string {
  const names = Object.keys(record)
  const width = names.reduce((most, name) => Math.max(most, name.length), 0)
  let text = ''
  for (const name of names) {
    const value = record[name]
    if (isRecord(value) && Object.keys(value).length > 0) {
      text += `${indent}${name}\n${printRecord(value, `${indent}  `)}`
    } else text += `${indent}${name.padEnd(width)}  ${cell(value)}\n`
  }
  return text
}

/** Control characters came over the network; they are shown as `?` and never reach the terminal. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '-'
  if (isRecord(value) && Object.keys(value).length === 0) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  let shown = ''
  for (const character of text) {
    const code = character.charCodeAt(0)
    shown += code < 0x20 || (code >= 0x7f && code < 0xa0) ? '?' : character
  }
  return shown
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
