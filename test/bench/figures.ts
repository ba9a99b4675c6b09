/** What a measurement yields, and how it is shown: JSON for machines, a table for people. */

export interface Figure {
  readonly bench: string
  readonly ours: number
  /** Null where no peer does the same work. */
  readonly peer: number | null
  readonly unit: string
}

export interface Side<T> {
  readonly ours: T
  readonly peer: T
}

export function jsonLine(figure: Figure): string {
  const { bench, ours, peer, unit } = figure
  return JSON.stringify({
    bench,
    ours: rounded(ours),
    peer: peer === null ? null : rounded(peer),
    unit,
    ratio: ratioOf(figure),
  })
}

export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ['what', 'ours', 'peer', 'unit', 'ours : peer'],
    ...figures.map((figure) => [
      figure.bench,
      String(rounded(figure.ours)),
      figure.peer === null ? '–' : String(rounded(figure.peer)),
      figure.unit,
      String(ratioOf(figure) ?? '–'),
    ]),
  ]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  return lines.join('\n')
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

function ratioOf(figure: Figure): number | null {
  return figure.peer === null || figure.peer === 0 ? null : rounded(figure.ours / figure.peer)
}

function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
