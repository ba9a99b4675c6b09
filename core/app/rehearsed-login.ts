import { md5, sha256 } from '../io/index.ts'
import type { Octets } from '../lib/octets.ts'
import { headerValue, parseMessage } from '../sip/index.ts'

/** The password of everybody in a rehearsal: it opens nothing outside of it. */
export const rehearsalPassword = 'nobody-in-the-house'

/** The request once more, with what the challenge asks for; undefined where the answer is no challenge. */
export function withLogin(request: Octets, answer: Octets): Octets | undefined {
  if (!answer.startsWith('SIP/2.0 401') && !answer.startsWith('SIP/2.0 407')) return undefined
  const asked = parseMessage(request)
  const message = parseMessage(answer)
  if (asked.kind !== 'request' || message.kind !== 'response') return undefined
  const header = message.headers.find(
    ({ name }) => name === 'www-authenticate' || name === 'proxy-authenticate',
  )
  if (header === undefined) return undefined
  const challenge = headerValue(header)
  const user = /sip:([^@]*)@/.exec(asked.from.uri)?.[1] ?? ''
  const field = header.name === 'www-authenticate' ? 'Authorization' : 'Proxy-Authorization'
  const line = `${field}: ${digest(challenge, asked.method, asked.uri, user)}\r\n`
  return request
    .replace('branch=z9hG4bK', 'branch=z9hG4bKlogin')
    .replace('Content-Length', `${line}Content-Length`)
}

function digest(challenge: string, method: string, uri: Octets, user: string): string {
  const quoted = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
  const realm = quoted('realm')
  const nonce = quoted('nonce')
  const isSha256 = challenge.includes('algorithm=SHA-256')
  const hash = isSha256 ? sha256 : md5
  const hasQop = challenge.includes('qop=')
  const middle = hasQop ? `${nonce}:00000001:c:auth` : nonce
  const response = hash(
    `${hash(`${user}:${realm}:${rehearsalPassword}`)}:${middle}:${hash(`${method}:${uri}`)}`,
  )
  const rest = hasQop ? ', qop=auth, nc=00000001, cnonce="c"' : ''
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${isSha256 ? 'SHA-256' : 'MD5'}${rest}`
}
