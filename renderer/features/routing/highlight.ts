export interface Piece {
  readonly kind: 'note' | 'text' | 'word' | 'plain'
  readonly text: string
}

const words = new Set(
  'if else route failure_route onreply_route loadmodule modparam break return drop log forward listen port'.split(
    ' ',
  ),
)
const shape =
  /(?<note>#.*$|\/\*.*?\*\/)|(?<text>"(?:[^"\\]|\\.)*"?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|[^"#A-Za-z_/]+|\//g

/** The pieces of one line of a ser.cfg by their look. Joined they are the line. */
export function highlight(line: string): Piece[] {
  return Array.from(line.matchAll(shape), ({ 0: text, groups }) => ({ kind: kindOf(text, groups), text }))
}

function kindOf(text: string, groups: Partial<Record<string, string>> | undefined): Piece['kind'] {
  if (groups?.['note'] !== undefined) return 'note'
  if (groups?.['text'] !== undefined) return 'text'
  return groups?.['word'] !== undefined && words.has(text) ? 'word' : 'plain'
}
