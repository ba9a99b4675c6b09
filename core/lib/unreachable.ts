/** The compiler proves that this is never called; if it is, a bug has been found. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
