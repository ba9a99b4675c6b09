export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly target: EventTarget | null
}

export interface KeyAction {
  readonly kind: 'type' | 'tone' | 'answer' | 'end' | 'mute' | 'hold' | 'transfer'
  readonly key: string
}

const letters: Readonly<Record<string, KeyAction['kind']>> = { m: 'mute', h: 'hold', t: 'transfer' }

/** What a key does at the telephone; undefined where it belongs to somebody else, such as a field that is typed into. */
export function keyAction(
  press: KeyPress,
  { isTalking, isRinging }: { readonly isTalking: boolean; readonly isRinging: boolean },
): KeyAction | undefined {
  const { key, target } = press
  if (isShortcut(press)) return undefined
  if (key === 'Escape') return { kind: 'end', key }
  if (takesKeys(target)) return undefined
  // Enter presses the button that has the focus.
  if (key === 'Enter') return isRinging && !isButton(target) ? { kind: 'answer', key } : undefined
  if (/^[0-9*#]$/.test(key)) return { kind: isTalking ? 'tone' : 'type', key }
  const kind = letters[key.toLowerCase()]
  return kind === undefined || !isTalking ? undefined : { kind, key }
}

/** The browser's, or the desktop's. */
function isShortcut({ ctrlKey, metaKey, altKey }: KeyPress): boolean {
  return ctrlKey || metaKey || altKey
}

function takesKeys(target: EventTarget | null): boolean {
  const name = tagOf(target)
  return name === 'INPUT' || name === 'SELECT' || name === 'TEXTAREA'
}

function isButton(target: EventTarget | null): boolean {
  const name = tagOf(target)
  return name === 'BUTTON' || name === 'A'
}

function tagOf(target: EventTarget | null): string {
  return target !== null && 'tagName' in target ? String(target.tagName) : ''
}
