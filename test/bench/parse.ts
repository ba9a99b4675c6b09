/**
 * Messages a second through the pure part, in this process. The received octets are made before each round; what goes
 * out is written into a buffer, so that no text stays half joined.
 */
import { readFileSync } from 'node:fs'
import type { Input } from '../../core/exchange/index.ts'
import { Exchange } from '../../core/exchange/index.ts'
import { instant, later } from '../../core/lib/instant.ts'
import type { Octets } from '../../core/lib/octets.ts'
import { findHeader, parseMessage, printForward, stampVia } from '../../core/sip/index.ts'
import { createChance } from '../sim/chance.ts'
import { listenersAt, loadProgram } from '../sim/exchange-host.ts'
import { flows } from '../vectors/index.ts'
import { median, type Figure } from './figures.ts'
import { largeDatagrams } from './large-datagrams.ts'

const ROUNDS = 9
const WARM_UP_ROUNDS = 4
const PER_ROUND = 30_000
/** Transactions linger, and phones that never answer make more of them than any office has. */
const CALLS_PER_ROUND = 5_000
/** Past timer C and the 32 s after it, every transaction has ended. */
const QUIET_MS = 300_000
const LOOKS = 101

const listeners = listenersAt('127.0.0.1')
const source = { listener: listeners[0]!, address: '127.0.0.2', port: 5060, connection: undefined }
const relayed = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')
/** The same way through the script, at its end without a transaction: parse, route and print, and nothing else. */
const forwarded = relayed.replace(/if \(!t_relay\(\)\) \{[^}]*\}/, 'forward(uri:host, uri:port)')

export function benchParse(): Promise<Figure[]> {
  const size = `INVITE of ${nextInvite().length} octets`
  const figures: Figure[] = [
    perSecond(`parse an ${size}`, parse),
    perSecond(`parse, change and print an ${size}`, parseChangePrint),
    perSecond(`parse, route by hello world and print an ${size}`, routeStateless()),
    perSecond(
      `take an ${size} with transactions, location and call`,
      wholeExchange(relayed),
      CALLS_PER_ROUND,
    ),
  ]
  for (const [name, octets] of largeDatagrams)
    figures.push({ bench: `64 kB: ${name}`, ours: medianMs(octets), peer: null, unit: 'ms' })
  return Promise.resolve(figures)
}

interface Work {
  readonly run: (octets: Octets) => void
  /** Between two rounds, not measured. */
  readonly settle?: () => void
}

/** The median of the rounds after warm-up. */
function perSecond(bench: string, work: Work | Work['run'], count = PER_ROUND): Figure {
  const { run, settle } = typeof work === 'function' ? { run: work, settle: undefined } : work
  const rates: number[] = []
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const received = Array.from({ length: count }, nextInvite)
    const before = performance.now()
    for (const octets of received) run(octets)
    if (round >= 0) rates.push((1000 * count) / (performance.now() - before))
    settle?.()
  }
  return { bench, ours: median(rates), peer: null, unit: 'per second' }
}

const mark = 'MARKMARK'
const template = Buffer.from(flows.invite(flows.flow({ branch: mark, callId: mark })), 'latin1')
const branchAt = template.indexOf(mark)
const callIdAt = template.indexOf(mark, branchAt + 1)
const outgoing = Buffer.alloc(65_536)
let invites = 0

/** A call of its own in octets of its own, as a socket gives them: nothing can be remembered from the one before. */
function nextInvite(): Octets {
  const text = (invites++).toString(36).padStart(mark.length, '0')
  template.write(text, branchAt, 'latin1')
  template.write(text, callIdAt, 'latin1')
  return template.toString('latin1')
}

function parse(octets: Octets): void {
  if (parseMessage(octets).kind !== 'request') throw new Error('the INVITE does not parse')
}

/** RFC 3261 §16.6 for one target: Request-URI, Max-Forwards, Record-Route and our Via above the stamped one. */
function parseChangePrint(octets: Octets): void {
  const request = parseMessage(octets)
  const topVia = findHeader({ headers: request.headers }, 'via')
  if (request.kind !== 'request' || topVia === undefined) throw new Error('the INVITE does not parse')
  const copy = printForward(request, {
    uri: 'sip:bob@127.0.0.3:5060;transport=udp',
    via: `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK${String(invites)}\r\n`,
    topVia: stampVia(topVia, request.via, '127.0.0.2', 5060, false),
    recordRoute: 'Record-Route: <sip:127.0.0.1;lr=on>\r\n',
    routes: undefined,
    maxForwards: (request.maxForwards ?? 70) - 1,
    maxBreadth: undefined,
    lines: '',
  })
  if (outgoing.write(copy, 'latin1') < template.length) throw new Error('the copy is too short')
}

function routeStateless(): Work {
  const exchange = exchangeWith(forwarded)
  return {
    run(octets) {
      const [sent] = exchange.handle(instant(0), datagram(octets))
      if (sent?.kind !== 'send' || !sent.octets.startsWith('INVITE sip:bob@127.0.0.3'))
        throw new Error('the INVITE is not forwarded')
      outgoing.write(sent.octets, 'latin1')
    },
  }
}

function wholeExchange(script: string): Work {
  const exchange = exchangeWith(script)
  let now = instant(0)
  return {
    run(octets) {
      let copies = 0
      for (const output of exchange.handle(now, datagram(octets))) {
        if (output.kind !== 'send') continue
        outgoing.write(output.octets, 'latin1')
        if (output.octets.startsWith('INVITE ')) copies++
      }
      if (copies !== 1) throw new Error('the INVITE is not relayed')
    },
    /** Nobody answers: all of them time out. */
    settle() {
      const end = later(now, QUIET_MS)
      for (let { deadline } = exchange; deadline !== undefined && deadline <= end; { deadline } = exchange) {
        now = deadline > now ? deadline : now
        exchange.handle(now, { kind: 'tick' })
      }
      now = end
    },
  }
}

/** Half of the looks take longer than this; each is a whole pass through the exchange. */
function medianMs(octets: Octets): number {
  const exchange = exchangeWith(relayed.replace('49152', '65536'))
  const bytes = Buffer.from(octets, 'latin1')
  const times: number[] = []
  for (let look = -LOOKS; look < LOOKS; look++) {
    const input = datagram(bytes.toString('latin1'))
    const before = performance.now()
    exchange.handle(instant(0), input)
    if (look >= 0) times.push(performance.now() - before)
  }
  return median(times)
}

function datagram(octets: Octets): Input {
  return { kind: 'datagram', flow: source, octets }
}

/** Bob has registered, so that an INVITE for him is looked up and goes out. */
function exchangeWith(script: string): Exchange {
  const exchange = new Exchange({
    listeners,
    program: loadProgram(`${script}\nalias="example.com"\n`),
    random: createChance(1),
    hash: (text) => text,
    sha256: (text) => text,
    hmac: (_, text) => text,
    wallClock: () => 0,
    version: 'measured',
  })
  exchange.handle(instant(0), {
    kind: 'command',
    id: 1,
    command: {
      name: 'bind',
      table: 'location',
      user: 'bob',
      uri: 'sip:bob@127.0.0.3:5060',
      expiresSeconds: 0,
    },
  })
  return exchange
}
