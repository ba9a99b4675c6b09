import { randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET_BYTES = 32
/** Wrong tokens within one span that are answered one by one; whoever brings the right one is never kept waiting. */
const MOST_WRONG = 10
const SPAN_MS = 10_000

/** The two secrets of one run of the console; neither is ever written down. */
export class ConsoleSession {
  /** Goes to the user, who brings it to the window. */
  readonly token = randomBytes(SECRET_BYTES).toString('hex')
  readonly #cookie = randomBytes(SECRET_BYTES).toString('hex')
  readonly #cookieName: string
  #wrong = 0
  #sinceMs = -Infinity

  /** A cookie is sent to every port of its host: the port in its name keeps two consoles apart. */
  constructor(port: number) {
    this.#cookieName = `sidetone-${port}`
  }

  get cookieHeader(): string {
    return `${this.#cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`
  }

  isToken(text: string): boolean {
    return isEqual(text, this.token)
  }

  hasSession(cookies: string | undefined): boolean {
    const prefix = `${this.#cookieName}=`
    return (cookies ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .some((pair) => pair.startsWith(prefix) && isEqual(pair.slice(prefix.length), this.#cookie))
  }

  /** Counts a wrong token; true when there were too many lately. */
  wasWrong(nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= SPAN_MS) {
      this.#sinceMs = nowMs
      this.#wrong = 0
    }
    return ++this.#wrong > MOST_WRONG
  }
}

/** In the same time, wherever the difference is. */
function isEqual(text: string, secret: string): boolean {
  const given = Buffer.from(text)
  const wanted = Buffer.from(secret)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
