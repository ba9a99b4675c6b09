/** Where a relay outside this program takes its commands, and in which protocol. */
export interface OutsideAddress {
  /** `rtpproxy`: lines of text; `ng`: rtpengine's dictionaries. */
  readonly protocol: 'rtpproxy' | 'ng'
  readonly place: OutsidePlace
}

export type OutsidePlace =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'udp'; readonly family: 4 | 6; readonly host: string; readonly port: number }

/** rtpproxy's own, and what rtpengine's documentation takes for ng. */
const usualPorts = { rtpproxy: 22_222, ng: 2_223 }

/** Reads `rtpproxy_sock`; a sentence where it names no place. */
export function parseOutsideAddress(text: string): OutsideAddress | string {
  const isNg = text.startsWith('rtpengine:')
  const protocol = isNg ? 'ng' : 'rtpproxy'
  const rest = isNg ? text.slice('rtpengine:'.length) : text
  const udp = /^(udp6?):(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(rest)
  if (udp !== null) {
    const [, kind = '', bracketed = '', digits] = udp
    const port = digits === undefined ? usualPorts[protocol] : Number(digits)
    return port < 1 || port > 65_535
      ? 'names a port that is not from 1 to 65535'
      : { protocol, place: datagramPlace(kind, bracketed.replace(/^\[|\]$/g, ''), port) }
  }
  if (isNg) return 'names no udp: or udp6: place behind rtpengine:'
  const path = /^(?:unix:)?(\/.+)$/.exec(rest)?.[1]
  return path === undefined ? 'names no place' : { protocol, place: { kind: 'unix', path } }
}

function datagramPlace(kind: string, host: string, port: number): OutsidePlace {
  return { kind: 'udp', family: kind === 'udp6' || host.includes(':') ? 6 : 4, host, port }
}
