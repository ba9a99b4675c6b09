import { mappedAddressOf, attributeTypes } from './attributes.ts'
import type { Mapping } from './nat-findings.ts'
import { elsewhere, filtering, type Probing } from './probing.ts'
import type { Surveyed } from './nat-survey.ts'

const FIRST_SILENCE_MS = 30_000
/** Closer than this is of no use to whoever keeps a mapping awake. */
const CLOSE_ENOUGH_MS = 2_000

/**
 * RFC 5780 §4.6: how long a mapping lives without traffic. One socket is silent; then another has the server answer
 * to that one's outside port (RESPONSE-PORT). Longer silences are tried until one is too long, then halves between.
 */
export function learnLifetime(
  probing: Probing,
  server: Surveyed,
  mapping: Mapping | undefined,
  longestMs: number,
  done: () => void,
): void {
  if (mapping === 'none') {
    probing.found({ id: 'lifetime', outcome: 'no-translator' })
    return done()
  }
  const isOpenAfter = (silenceMs: number, told: (isOpen: boolean | undefined) => void): void => {
    openAfter(probing, server, silenceMs, told)
  }
  const search = (atLeastMs: number, lessThanMs: number | undefined, silenceMs: number): void => {
    isOpenAfter(silenceMs, (isOpen) => {
      if (isOpen === undefined) {
        probing.found({ id: 'lifetime', outcome: 'unsupported' })
        return done()
      }
      const low = isOpen ? silenceMs : atLeastMs
      const high = isOpen ? lessThanMs : silenceMs
      const isFound =
        high === undefined ? low >= longestMs : high - low <= Math.max(CLOSE_ENOUGH_MS, low / 10)
      if (!isFound)
        return search(low, high, high === undefined ? Math.min(2 * low, longestMs) : (low + high) / 2)
      probing.found({ id: 'lifetime', outcome: 'measured', atLeastMs: low, lessThanMs: high })
      done()
    })
  }
  // Without silence an answer must get in, or the server does not know how.
  isOpenAfter(0, (isOpen) => {
    if (isOpen === true) return search(0, undefined, Math.min(FIRST_SILENCE_MS, longestMs))
    probing.found({ id: 'lifetime', outcome: 'unsupported' })
    done()
  })
}

/** Undefined: the server was not reached. */
function openAfter(
  { asker }: Probing,
  { server }: Surveyed,
  silenceMs: number,
  told: (isOpen: boolean | undefined) => void,
): void {
  asker.ask({ socket: filtering, to: server }, (opened) => {
    const outside = opened === undefined ? undefined : mappedAddressOf(opened.message)
    if (outside === undefined) return told(undefined)
    const port = Uint8Array.of(outside.port >> 8, outside.port & 0xff, 0, 0)
    asker.after(silenceMs, () => {
      const attributes = [{ type: attributeTypes.responsePort, value: port }]
      asker.ask({ socket: elsewhere, to: server, attributes }, (reply) => {
        told(reply?.message.class === 'success' && reply.socket === filtering)
      })
    })
  })
}
