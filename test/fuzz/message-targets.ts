import type { Octets } from '../../core/lib/octets.ts'
import type { Frame, SipMessage } from '../../core/sip/index.ts'
import {
  findHeader,
  Framer,
  parseMessage,
  parseNameAddrs,
  parseUri,
  printBackward,
  printForward,
  printUri,
  isSipUri,
  makeHeader,
} from '../../core/sip/index.ts'
import type { Chance } from './mutations.ts'
import { below, mutate, noise, pick } from './mutations.ts'
import { messageSeeds } from './seeds.ts'
import type { Target } from './target.ts'
import { mustHold } from './target.ts'

export function someMessage(chance: Chance): Octets {
  return chance() < 0.02 ? noise(chance, 400) : mutate(pick(chance, messageSeeds), chance, messageSeeds)
}

/** Datagrams: whatever comes has a value, and what is untouched goes out as it came. */
export const messageTarget: Target = {
  name: 'messages',
  weight: 50,
  run(chance, shown) {
    const octets = someMessage(chance)
    shown(octets)
    const message = parseMessage(octets)
    if (message.kind === 'malformed') return
    mustHold(octets.includes(message.octets), 'a message is part of what was received')
    checkUntouched(message)
  },
  finish: () => undefined,
}

/** Start line, header lines and body make up the whole; what is forwarded parses to the same headers. */
export function checkUntouched(message: SipMessage): void {
  const { octets, headers, body } = message
  if (octets.includes('\r\n\r\n')) {
    const startLine = octets.slice(0, octets.indexOf('\r\n') + 2)
    mustHold(
      `${startLine}${headers.map(({ line }) => line).join('')}\r\n${body}` === octets,
      'the parts of a message are the message',
    )
  }
  if (message.kind === 'response') {
    if (message.vias.length > 1)
      mustHold(
        parseMessage(printBackward(message)).kind === 'response',
        'a response without our Via is a response',
      )
    return
  }
  // One more Via than a request may have is what only a response to us can carry.
  if (message.vias.length === 70) return
  const again = parseMessage(
    printForward(message, {
      uri: message.uri,
      via: 'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKfuzz\r\n',
      topVia: findHeader(message, 'via') ?? makeHeader('via', 'Via', ''),
      recordRoute: '',
      routes: undefined,
      maxForwards: 69,
      maxBreadth: undefined,
      lines: '',
    }),
  )
  mustHold(
    again.kind === 'request',
    `what is forwarded is a request: ${again.kind === 'malformed' ? `${again.where} ${again.why}` : ''}`,
  )
  if (again.kind !== 'request') return
  mustHold(again.body === message.body, 'the body goes on as it came')
  mustHold(keptLines(again) === keptLines(message), 'header lines go on as they came')
}

const changed = new Set(['via', 'max-forwards', 'content-length'])

function keptLines({ headers }: SipMessage): Octets {
  return headers
    .filter(({ name }) => !changed.has(name))
    .map(({ line }) => line)
    .join('')
}

/** One stream in two chunkings: the same frames. */
export const streamTarget: Target = {
  name: 'streams',
  weight: 15,
  run(chance, shown) {
    const octets = someMessage(chance) + (chance() < 0.3 ? someMessage(chance) : pick(chance, messageSeeds))
    shown(octets)
    const whole = framesText(new Framer().push(octets))
    const cut = new Framer()
    const frames: Frame[] = []
    for (let at = 0; at < octets.length;) {
      const size = 1 + below(chance, chance() < 0.5 ? 4 : 200)
      frames.push(...cut.push(octets.slice(at, at + size)))
      at += size
    }
    mustHold(framesText(frames) === whole, 'two chunkings of one stream give the same messages')
  },
  finish: () => undefined,
}

/** Keep-alives are told by their chunks, and what is told of a broken stream depends on how much of it has come. */
export function framesText(frames: readonly Frame[]): string {
  return frames
    .filter(({ kind }) => kind !== 'keep-alive')
    .map((frame) => (frame.kind === 'message' ? frame.octets : frame.kind))
    .join('\0|\0')
}

const uris = [
  'sip:alice@example.com',
  'sips:alice:secret@[2001:db8::1]:5061;transport=tcp?subject=x',
  'sip:127.0.0.1:5060;lr',
  'tel:+1-201-555-0123;phone-context=x',
  'sip:%61lice%40x@example.com;maddr=239.255.255.1;ttl=15',
  'mailto:a@b',
  'sip:a;b=c@d;e?f=g&h=i',
]
const nameAddrs = [
  '"A \\" B" <sip:a@b;lr>;tag=1;q=0.5',
  '<sip:a@b>, <sip:c@d>;expires=1',
  'sip:a@b;tag=2',
  'A B <sip:a@b>',
  '*',
  '"x" <sip:a@b?c=d>;+sip.instance="<urn:uuid:1>"',
]

export const uriTarget: Target = {
  name: 'URIs and name-addrs',
  weight: 25,
  run(chance, shown) {
    const text = mutate(pick(chance, uris), chance, uris)
    const list = mutate(pick(chance, nameAddrs), chance, nameAddrs)
    shown(`${text}\n${list}`)
    const uri = parseUri(text)
    if (isSipUri(uri)) {
      const printed = parseUri(printUri(uri))
      mustHold(
        isSipUri(printed) && printUri(printed) === printUri(uri),
        'parse, print, parse is a fixed point',
      )
    }
    parseNameAddrs([{ name: 'contact', line: `Contact: ${list}\r\n`, valueAt: 8 }], 'contact')
  },
  finish: () => undefined,
}
