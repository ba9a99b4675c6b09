/** The parts of an HTTP request on which it is let in; `headers` as Node gives them, lower case. */
export interface Knock {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  /** What stands in the header X-Sidetone-Token or in the subprotocol. */
  readonly token: string | undefined
  readonly hasSession: boolean
}

export interface House {
  readonly port: number
  isToken(text: string): boolean
}

/** A request is refused with a status and a sentence, or is for one of these. */
export type Verdict =
  | { readonly kind: 'refused'; readonly status: number; readonly why: string }
  | { readonly kind: 'file'; readonly path: string }
  /** Somebody without a session wants the window: he is shown where to enter. */
  | { readonly kind: 'entrance' }
  | { readonly kind: 'enter' }

/** Below it stands what may be seen without a session: the page where one enters, and no fact of the office. */
export const entrancePath = '/enter/'
export const contractPath = '/contract'
/** SIP over WebSocket for the page itself (RFC 7118). */
export const sipPath = '/sip'
const sessionPath = '/session'

/** Answers a plain request. What a browser of a foreign page could send is refused before anything is looked up. */
export function admitRequest(knock: Knock, house: House): Verdict {
  const stranger = refuseStranger(knock, house)
  if (stranger !== undefined) return stranger
  if (hasBody(knock)) return refused(413, 'A request here has no body.')
  return knock.path === sessionPath ? admitEntry(knock, house) : admitReader(knock)
}

function admitEntry({ method, headers, token }: Knock, house: House): Verdict {
  if (method !== 'POST') return refused(405, 'Use POST here.')
  if (headers['origin'] === undefined) return refused(403, 'The header Origin is missing.')
  if (token === undefined || !house.isToken(token)) return refused(403, 'The token is wrong.')
  return { kind: 'enter' }
}

function admitReader({ method, path, hasSession }: Knock): Verdict {
  if (method !== 'GET' && method !== 'HEAD') return refused(405, 'Use GET here.')
  if (path === contractPath || path === sipPath) return refused(426, 'Here a WebSocket is spoken.')
  if (path.startsWith(entrancePath)) return { kind: 'file', path }
  if (hasSession) return { kind: 'file', path: path === '/' ? '/index.html' : path }
  return path === '/' ? { kind: 'entrance' } : refused(403, 'Enter with the link that Sidetone printed.')
}

/** Answers an upgrade: undefined lets it in. It needs both: the cookie goes to every port of this host, the token does not. */
export function refuseUpgrade(knock: Knock, house: House): (Verdict & { kind: 'refused' }) | undefined {
  const stranger = refuseStranger(knock, house)
  if (stranger !== undefined) return stranger
  if (knock.headers['origin'] === undefined) return refused(403, 'The header Origin is missing.')
  if (knock.path !== contractPath && knock.path !== sipPath) return refused(404, 'There is nothing here.')
  const isKnown = knock.hasSession && knock.token !== undefined && house.isToken(knock.token)
  return isKnown ? undefined : refused(403, 'Enter with the link that Sidetone printed.')
}

function refuseStranger(knock: Knock, { port }: House): (Verdict & { kind: 'refused' }) | undefined {
  const { headers, rawHeaders } = knock
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  const host = headers['host']
  // A name that an attacker's DNS lets point here would make his page and ours one origin.
  if (hosts.length !== 1 || (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)) {
    return refused(421, 'This is no address of the console.')
  }
  const origin = headers['origin']
  if (origin !== undefined && origin !== `http://${host}`) return refused(403, 'Another page asked.')
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return refused(403, 'Another page asked.')
  return undefined
}

function hasBody({ headers }: Knock): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

function refused(status: number, why: string): Verdict & { kind: 'refused' } {
  return { kind: 'refused', status, why }
}
