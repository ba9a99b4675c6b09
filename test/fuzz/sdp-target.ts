import { describeStreams } from '../../core/exchange/media-places.ts'
import { isUnicast } from '../../core/lib/ip.ts'
import type { Octets } from '../../core/lib/octets.ts'
import type { RelayPlace, SessionDescription } from '../../core/sdp/index.ts'
import {
  applyTextEdits,
  editsOfPart,
  findDescription,
  isHeldAddress,
  connectionOf,
  parseSession,
  readdress,
  wantsRelay,
} from '../../core/sdp/index.ts'
import type { Chance } from './mutations.ts'
import { below, mutate, noise, pick } from './mutations.ts'
import type { Target } from './target.ts'
import { mustHold } from './target.ts'

const head = 'v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\n'

const seeds: readonly Octets[] = [
  `${head}c=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 17000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n`,
  `${head}t=0 0\r\na=ice-ufrag:abcd\r\nm=audio 17000 UDP/TLS/RTP/SAVPF 111\r\ni=voice\r\nc=IN IP4 198.51.100.2/127\r\na=rtcp:17009 IN IP4 198.51.100.3\r\na=candidate:1 1 UDP 1 10.0.0.1 17000 typ host\r\na=rtcp-mux\r\nm=video 17010/2 RTP/AVP 31\r\nc=IN IP6 2001:db8::9\r\na=inactive\r\n`,
  `${head}c=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 17000 RTP/AVP 0\r\nm=image 17020 udptl t38\r\na=T38FaxVersion:0\r\nm=video 0 RTP/AVP 31\r\n`,
  `${head}c=IN IP4 198.51.100.1\nt=0 0\na=nortpproxy:yes\nm=audio 17000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\n`,
  `--edge\r\nContent-Type: application/sdp\r\nContent-Length: 90\r\n\r\n${head}c=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 17000 RTP/AVP 0\r\n\r\n--edge\r\nContent-Type: text/plain\r\n\r\nhello\r\n--edge--\r\n`,
]

const lines: readonly Octets[] = [
  'c=IN IP4 127.0.0.1',
  'c=IN IP4 255.255.255.255',
  'c=IN IP4 0.0.0.0',
  'c=IN IP6 ::1',
  'c=IN IP6 0:0:0:0:0:0:0:1',
  'c=IN IP6 ::ffff:7f00:1',
  'c=IN IP6 ff02::1',
  'c=IN IP6 fe80::1%lo',
  'c=IN IP4 203.0.113.77',
  'm=audio 35000 RTP/AVP 0',
  'm=audio 5060 RTP/AVP 0',
  'm=audio 65535 RTP/AVP 0',
  'a=rtcp:5060',
  'a=rtcp:35001 IN IP4 203.0.113.77',
  'a=nortpproxy:yes',
  'a=candidate:1',
  'i=x',
]

const ours = { address: '203.0.113.77', lowPort: 35_000, highPort: 35_999 }
const forbiddenPorts: ReadonlySet<number> = new Set([5060, 5061, 3478, 3479, 5349, 5350])

/** Any text that might stand where a session description is expected. */
export function someDescription(chance: Chance): Octets {
  if (chance() < 0.02) return noise(chance, 300)
  let text = mutate(pick(chance, seeds), chance, seeds)
  for (let count = below(chance, 3); count > 0; count--) {
    const at = text.indexOf('\n', below(chance, text.length + 1)) + 1
    text = `${text.slice(0, at)}${pick(chance, lines)}\r\n${text.slice(at)}`
  }
  return text.length > 20_000 ? text.slice(0, 20_000) : text
}

/** Descriptions: whatever the octets, a value; what a relay changes is what leads media, and nothing else. */
export const descriptionTarget: Target = {
  name: 'descriptions',
  weight: 25,
  run(chance, shown) {
    const text = someDescription(chance)
    shown(text)
    checkDescription(text)
    checkBody(text)
  },
  finish: () => undefined,
}

export function checkDescription(text: Octets): 'unreadable' | 'refused' | 'relayed' | 'left' {
  const session = parseSession(text)
  if ('unreadable' in session) return 'unreadable'
  const places = session.media.map((media, at): RelayPlace | undefined =>
    wantsRelay(session, media) ? { address: `192.0.2.${at % 2}`, port: 40_000 + 2 * at } : undefined,
  )
  checkReaddressed(session, places)
  const streams = describeStreams(session, {
    address: '198.51.100.1',
    isTrusted: false,
    isOurs: ({ address, port }) => address === ours.address && port >= ours.lowPort && port <= ours.highPort,
  })
  if (typeof streams === 'string') return 'refused'
  for (const { rtp, rtcp } of streams) for (const place of [rtp, rtcp]) mayLeadTo(place)
  return places.some((place) => place !== undefined) ? 'relayed' : 'left'
}

/** The first seed of a part keeps its multipart frame: only its description and its own length change. */
function checkBody(body: Octets): void {
  const part = findDescription('multipart/mixed;boundary=edge', body)
  if (part === undefined) return
  const changed = applyTextEdits(body, editsOfPart(part, [{ at: 0, remove: part.length, insert: 'v=0\r\n' }]))
  const again = findDescription('multipart/mixed;boundary=edge', changed)
  mustHold(
    again !== undefined && changed.slice(again.at, again.at + again.length) === 'v=0\r\n',
    'the description of a body is found again after its change',
  )
}

function checkReaddressed(session: SessionDescription, places: readonly (RelayPlace | undefined)[]): void {
  const once = applyTextEdits(session.text, readdress(session, places, { isMarked: true }))
  if (places.every((place) => place === undefined)) {
    mustHold(once === session.text, 'a description without a relayed medium stays as it is')
    return
  }
  const again = parseSession(once)
  if ('unreadable' in again) throw new Error(`what the relay wrote is unreadable: ${again.unreadable}`)
  mustHold(again.isRelayed, 'what a relay has changed bears its mark')
  mustHold(again.media.length === session.media.length, 'no medium comes or goes')
  mustHold(
    untouched(once) === untouched(session.text),
    'lines that lead no media keep their octets and their order',
  )
  for (const [at, place] of places.entries()) {
    const medium = again.media[at]
    if (place === undefined || medium === undefined) continue
    mustHold(medium.port === place.port, 'a relayed medium has the port of the relay')
    const address = connectionOf(again, medium)?.address ?? ''
    mustHold(
      address === place.address || isHeldAddress(address),
      'a relayed medium leads to the relay or is held',
    )
    mustHold(medium.ice.length === 0 && again.ice.length === 0, 'no candidate leads past the relay')
  }
  const twice = applyTextEdits(once, readdress(again, places, { isMarked: true }))
  mustHold(twice === once, 'the same places a second time change nothing')
}

/** All lines but those that a relay has a say in. */
function untouched(text: Octets): Octets {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter(
      (line) =>
        line !== '' &&
        !/^(?:[cm]=|a=\s*(?:rtcp\s*(?::|$)|nortpproxy:|(?:remote-)?candidates?\b|end-of-candidates|ice-))/i.test(
          line,
        ),
    )
    .join('\n')
}

function mayLeadTo(place: { readonly address: string; readonly port: number } | undefined): void {
  if (place === undefined) return
  const { address, port } = place
  mustHold(port >= 1024 && !forbiddenPorts.has(port), 'media goes to no port of a service')
  mustHold(isUnicast(address), 'media goes to one host')
  mustHold(!/^127\.|^::1$|^::ffff:|%/.test(address), 'media does not go to this computer')
  mustHold(
    address !== ours.address || port < ours.lowPort || port > ours.highPort,
    'media goes to no socket of ours',
  )
}
