/** The Authorization value that answers a Digest challenge (RFC 2617 and RFC 8760), for the test phone. */
import { createHash } from 'node:crypto'

export interface Login {
  readonly user: string
  readonly password: string
}

/** `challenge` is the value of WWW-Authenticate or Proxy-Authenticate; `count` how often its nonce was used, this time too. */
export function answerDigest(
  challenge: string,
  method: string,
  uri: string,
  login: Login,
  count = 1,
): string {
  const realm = quoted(challenge, 'realm')
  const nonce = quoted(challenge, 'nonce')
  const algorithm = word(challenge, 'algorithm') || 'MD5'
  const hash = (text: string): string =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text, 'latin1')
      .digest('hex')
  const ha1 = hash(`${login.user}:${realm}:${login.password}`)
  const ha2 = hash(`${method}:${uri}`)
  const parts = [`username="${login.user}"`, `realm="${realm}"`, `nonce="${nonce}"`, `uri="${uri}"`]
  const opaque = quoted(challenge, 'opaque')
  if (challenge.includes('qop=')) {
    const nc = count.toString(16).padStart(8, '0')
    const response = hash(`${ha1}:${nonce}:${nc}:0a4f113b:auth:${ha2}`)
    parts.push(`response="${response}"`, 'qop=auth', `nc=${nc}`, 'cnonce="0a4f113b"')
  } else {
    parts.push(`response="${hash(`${ha1}:${nonce}:${ha2}`)}"`)
  }
  parts.push(`algorithm=${algorithm}`)
  if (opaque !== '') parts.push(`opaque="${opaque}"`)
  return `Digest ${parts.join(', ')}`
}

function quoted(challenge: string, name: string): string {
  const at = challenge.indexOf(`${name}="`)
  if (at < 0) return ''
  const from = at + name.length + 2
  return challenge.slice(from, challenge.indexOf('"', from))
}

function word(challenge: string, name: string): string {
  const at = challenge.indexOf(`${name}=`)
  if (at < 0) return ''
  const text = challenge.slice(at + name.length + 1)
  return (text.split(',')[0] ?? '').trim().replaceAll('"', '')
}
