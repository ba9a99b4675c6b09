import type { Flow } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { MediaWish } from './media-relay.ts'
import type { MediaSession } from './media-session.ts'

/** Methods whose requests may carry a description (RFC 3261, 3262, 3311). */
export const describing: ReadonlySet<string> = new Set(['INVITE', 'ACK', 'PRACK', 'UPDATE'])

/** A wish with nothing special about it. */
export const plainWish: MediaWish = {
  by: 'nathelper',
  isAsymmetric: false,
  isTrusted: false,
  isLookup: false,
  facing: [undefined, undefined],
  address: undefined,
}

/**
 * What a script need not ask for: a browser and a desk phone have no media in common, and two browsers would have to
 * find each other past all translators. Undefined where no browser has part in it, or another relay has had it.
 */
export function unaskedWish(source: Flow, way: Flow, text: Octets | undefined): MediaWish | undefined {
  if (text === undefined || /^a=nortpproxy:yes\s*$/im.test(text)) return undefined
  const isByBrowser = /^m=\S+ \d+ UDP\/TLS\//im.test(text)
  const isWanted = isByBrowser
    ? isBrowserWay(source) || isBrowserWay(way)
    : isBrowserWay(way) && !isBrowserWay(source)
  return isWanted ? plainWish : undefined
}

export function unaskedWishOf({ parties: [caller, called] }: MediaSession): MediaWish | undefined {
  return isBrowserWay(caller.flow) || isBrowserWay(called.flow) ? plainWish : undefined
}

/** RFC 7118: nobody but browsers speaks SIP in WebSocket frames. */
function isBrowserWay({ listener }: Flow): boolean {
  return listener.transport === 'ws' || listener.transport === 'wss'
}
