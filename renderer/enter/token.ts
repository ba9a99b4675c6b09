const KEPT = 'sidetone.token'
const shape = /^#?([0-9a-f]{64})$/

/** The token behind the # of the link, else the one of this tab. It is taken out of the address at once. */
export function takeToken(): string | undefined {
  const fresh = readToken(location.hash)
  if (fresh === undefined) return sessionStorage.getItem(KEPT) ?? undefined
  history.replaceState(null, '', location.pathname)
  keepToken(fresh)
  return fresh
}

/** For this tab alone, and not beyond it: unlike a cookie it goes to no other port of this computer. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEPT, token)
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEPT)
}

/** Undefined for what is no token; somebody may have pasted the whole link. */
export function readToken(text: string): string | undefined {
  const last = text.trim().split('#').at(-1) ?? ''
  return shape.exec(last)?.[1]
}
