/**
 * A copy that does not keep the message alive of which the text was a part. The engine keeps a slice as a window into
 * its whole; joining makes a new text, and only that is held by the slice of it.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1)
}
