import type { Flow, Listener } from '../lib/flow.ts'
import { isStream, isWebSocket } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { Header, SipRequest } from '../sip/index.ts'
import { findHeader, headerValue, parseMessage, printForward, printHostPort } from '../sip/index.ts'
import type { Exchange } from './exchange.ts'
import type { ResolvedAddress } from './inputs.ts'
import type { MediaWish } from './media-relay.ts'
import type { MediaSession } from './media-session.ts'
import type { Destination, NextHop } from './next-hop.ts'
import { defaultPort, flowTo, isResolved, nextHopOf, pickListener } from './next-hop.ts'
import type { ResponseContext } from './response-context.ts'
import type { RecordRoute, Run, Target } from './run.ts'
import { stamped } from './server-transactions.ts'

/** Over the life of a transaction, first relay and failure routes together. */
export const mostBranches = 12
/** RFC 3261 §18.1.1: above this a request leaves by a congestion-controlled transport where the next hop has one. */
const longestDatagram = 1300
/** RFC 3261 §16.6 step 3. */
const initialMaxForwards = 70
/** RFC 5393 §5.3.3. */
const initialMaxBreadth = 60

/** A request in the state in which all its copies leave, but for what each target changes. */
export interface Outbound {
  readonly request: SipRequest
  readonly topVia: Header
  readonly source: Flow
  readonly routes: Octets | undefined
  readonly recordRoute: RecordRoute | undefined
  readonly maxForwards: number
  readonly maxBreadth: number | undefined
  readonly lines: Octets
  readonly loopHash: string
  readonly preferred: Listener
  /** Whether the script or the Route names it. */
  readonly isSocketForced: boolean
  readonly sentBy: string | undefined
  readonly media: MediaWish | undefined
}

/** The present state of a run as a request to send; a status where it must not be sent. */
export function makeOutbound(run: Run, targets: number): Outbound | number {
  const request = edited(run)
  if (request === undefined) return 500
  const maxForwards = run.hasCountedHop
    ? (run.maxForwards ?? initialMaxForwards)
    : (request.maxForwards ?? initialMaxForwards + 1) - 1
  if (maxForwards < 0) return 483
  const loopHash = loopHashOf(run)
  if (isLoop(run, loopHash)) return 482
  const breadth = breadthFor(request, targets)
  if (breadth === 0) return 440
  return {
    request,
    topVia:
      request === run.request && run.leg?.topVia !== undefined
        ? run.leg.topVia
        : stamped(request, run.source, run.forcesRport),
    source: run.source,
    routes: run.routes,
    recordRoute: run.state.recordRoute,
    maxForwards,
    maxBreadth: breadth,
    lines: run.lines,
    loopHash,
    preferred: preferredListener(run),
    isSocketForced: run.sendSocket !== undefined,
    sentBy: advertised(run),
    media: run.media,
  }
}

/** Sends one copy to each target, or asks DNS for the way first. @returns statuses of targets that have no way */
export function sendToTargets(
  exchange: Exchange,
  context: ResponseContext,
  outbound: Outbound,
  targets: readonly Target[],
): number[] {
  const problems: number[] = []
  for (const target of targets) {
    if (context.branchCount >= mostBranches) break
    const way = wayTo(exchange, outbound, target)
    if (typeof way === 'number') {
      problems.push(way)
      continue
    }
    context.branchCount++
    if ('listener' in way) ready(exchange, context, outbound, target.uri, way)
    else lookUp(exchange, context, outbound, target, way)
  }
  return problems
}

/** ACK, and the core's forward(): no transaction, the branch is made from the received one (RFC 3261 §16.11). */
export function forwardStateless(
  exchange: Exchange,
  run: Run,
  destination: Destination | undefined,
): number | undefined {
  const outbound = makeOutbound(run, 1)
  if (typeof outbound === 'number') return outbound
  const target: Target = { uri: run.uri, destination: destination ?? run.destination, q: undefined }
  const way = wayTo(exchange, outbound, target)
  if (typeof way === 'number') return way
  const branch = exchange.statelessBranch(outbound.request, viaText(outbound.topVia))
  const send = (flow: Flow): void => {
    const sendCopy = (copy: Outbound): void => {
      exchange.core.send(flow, printFor(exchange, copy, target.uri, flow, branch))
    }
    // The ACK that answers a late offer; an INVITE without a transaction would never give its ports back.
    if (outbound.media === undefined || outbound.request.method !== 'ACK') sendCopy(outbound)
    else
      exchange.media.readyRequest(outbound.request, outbound.media, outbound.source, flow, (readied) => {
        sendCopy('status' in readied ? outbound : { ...outbound, request: readied.request })
      })
  }
  if (!('listener' in way)) {
    exchange.lookUp(way, (addresses) => {
      const flow = flowFrom(exchange, outbound, way, addresses)
      if (flow !== undefined) send(flow)
    })
    return undefined
  }
  if (outbound.request.method === 'ACK' && exchange.isOwnAddress(way)) return 482
  send(way)
  return undefined
}

/** The first value of the stamped Via: what a response will carry below ours. */
function viaText(topVia: Header): Octets {
  const value = headerValue(topVia)
  const comma = value.indexOf(',')
  return comma < 0 ? value : value.slice(0, comma).trimEnd()
}

function wayTo(exchange: Exchange, outbound: Outbound, target: Target): Flow | NextHop | number {
  const { destination } = target
  if (destination !== undefined && typeof destination !== 'string')
    return 'listener' in destination
      ? throughOpen(exchange, exchange.liveFlow(destination))
      : wayBy(exchange, outbound, destination)
  const text = destination ?? target.uri
  const named = exchange.flowContacts.find(text)
  if (named !== undefined) return throughOpen(exchange, named)
  const hop = nextHopOf(text)
  return typeof hop === 'string' ? 478 : wayBy(exchange, outbound, hop)
}

function wayBy(exchange: Exchange, outbound: Outbound, hop: NextHop): Flow | NextHop | number {
  if (!isResolved(hop)) return hop
  const place = { address: hop.host, port: hop.port ?? defaultPort(hop.transport) }
  return flowFrom(exchange, outbound, hop, [place]) ?? 478
}

/** RFC 5626 §5.3: to a flow that has failed nothing can be sent. */
const flowFailed = 430

function throughOpen(exchange: Exchange, flow: Flow): Flow | number {
  return isWebSocket(flow.listener.transport) && !exchange.streams.isOpen(flow) ? flowFailed : flow
}

function flowFrom(
  exchange: Exchange,
  outbound: Outbound,
  hop: NextHop,
  addresses: readonly ResolvedAddress[],
): Flow | undefined {
  for (const { address, port } of addresses) {
    const near = outbound.isSocketForced ? undefined : exchange.nearListener(outbound.preferred, address)
    const { listeners } = exchange.core.options
    const listener = pickListener(listeners, near ?? outbound.preferred, hop.transport, address)
    if (listener === undefined) continue
    const flow = flowTo(listener, address, port)
    if (isWebSocket(hop.transport)) return exchange.streams.find(flow)
    return isStream(hop.transport) ? exchange.streamTo(flow) : flow
  }
  return undefined
}

function lookUp(
  exchange: Exchange,
  context: ResponseContext,
  outbound: Outbound,
  target: Target,
  hop: NextHop,
): void {
  context.lookUpBegan()
  exchange.lookUp(hop, (addresses) => {
    const flow =
      context.leg.isFinal || context.isCancelled ? undefined : flowFrom(exchange, outbound, hop, addresses)
    if (flow !== undefined) ready(exchange, context, outbound, target.uri, flow)
    context.lookUpEnded(flow === undefined ? 478 : undefined)
  })
}

/** Where its media is to be led through a relay, the copy waits until it has its addresses. */
function ready(
  exchange: Exchange,
  context: ResponseContext,
  outbound: Outbound,
  uri: Octets,
  way: Flow,
): void {
  const { request, media, source } = outbound
  if (media === undefined) {
    launch(exchange, context, outbound, uri, { way, only: undefined, media: undefined })
    return
  }
  context.lookUpBegan()
  exchange.media.readyRequest(request, media, source, way, (readied) => {
    const isOver = context.leg.isFinal || context.isCancelled
    if ('status' in readied) context.lookUpEnded(readied.status)
    else if (isOver) {
      if (readied.session !== undefined) exchange.media.branchLost(readied.session)
      context.lookUpEnded(487)
    } else {
      const copy = { way, only: undefined, media: readied.session }
      launch(exchange, context, { ...outbound, request: readied.request }, uri, copy)
      context.lookUpEnded(undefined)
    }
  })
}

interface Launch {
  readonly way: Flow
  readonly only: 'udp' | undefined
  readonly media: MediaSession | undefined
}

function launch(
  exchange: Exchange,
  context: ResponseContext,
  outbound: Outbound,
  uri: Octets,
  { way, only, media }: Launch,
): void {
  const { method } = outbound.request
  let branchId = exchange.core.newBranch(outbound.loopHash)
  let octets = printFor(exchange, outbound, uri, way, branchId)
  let flow = way
  let fallback: (() => void) | undefined
  if (octets.length > longestDatagram && way.listener.transport === 'udp' && only === undefined) {
    const stream = exchange.streamBeside(way)
    if (stream !== undefined) {
      flow = stream
      branchId = exchange.core.newBranch(outbound.loopHash)
      octets = printFor(exchange, outbound, uri, flow, branchId)
      fallback = () => {
        context.drop(branch)
        launch(exchange, context, outbound, uri, { way, only: 'udp', media })
      }
    }
  }
  exchange.calls.wentOn(outbound.request, octets.length, flow)
  const branch = exchange.branches.begin(branchId, method, flow, octets)
  branch.fallback = fallback
  branch.media = media
  context.add(branch)
  branch.start()
}

function printFor(exchange: Exchange, outbound: Outbound, uri: Octets, flow: Flow, branch: string): Octets {
  const { listener } = flow
  const sentBy = outbound.sentBy ?? exchange.sentBy(listener)
  const { recordRoute } = outbound
  return printForward(outbound.request, {
    uri,
    via: `Via: SIP/2.0/${listener.transport.toUpperCase()} ${sentBy};branch=${branch}\r\n`,
    topVia: outbound.topVia,
    recordRoute: recordRoute === undefined ? '' : printRecordRoute(exchange, outbound, recordRoute, listener),
    routes: outbound.routes,
    maxForwards: outbound.maxForwards,
    maxBreadth: outbound.maxBreadth,
    lines: outbound.lines,
  })
}

/** RFC 3261 §16.6 step 4; two values where the request leaves by another socket than it came (rr's enable_double_rr). */
function printRecordRoute(
  exchange: Exchange,
  outbound: Outbound,
  wanted: RecordRoute,
  out: Listener,
): Octets {
  const user = wanted.user === undefined ? '' : `${wanted.user}@`
  const { listener } = outbound.source
  const value = (at: Listener, extra: string): Octets => {
    const place = wanted.preset ?? outbound.sentBy ?? exchange.sentBy(at)
    const transport = at.transport === 'udp' ? '' : `;transport=${at.transport}`
    return `Record-Route: <sip:${user}${place}${transport}${extra}${wanted.parameters}${wanted.loose}>\r\n`
  }
  if (out === listener || !wanted.isDouble || wanted.preset !== undefined) return value(out, '')
  return value(out, ';r2=on') + value(listener, ';r2=on')
}

/** The request with the script's changes of its text; undefined where they spoil it. */
function edited(run: Run): SipRequest | undefined {
  if (run.edits.length === 0) return withoutConsumed(run.request, run)
  const parsed = parseMessage(applyEdits(run.request.octets, run))
  return parsed.kind === 'request' ? withoutConsumed(parsed, run) : undefined
}

function withoutConsumed(request: SipRequest, { consumed }: Run): SipRequest {
  if (consumed === undefined) return request
  const { name, line } = consumed
  return {
    ...request,
    headers: request.headers.filter((other) => other.name !== name || other.line !== line),
  }
}

export function applyEdits(octets: Octets, run: Run): Octets {
  let text = ''
  let at = 0
  for (const edit of [...run.edits].sort((a, b) => a.at - b.at)) {
    if (edit.at < at) continue
    text += octets.slice(at, edit.at) + edit.insert
    at = edit.at + edit.remove
  }
  return withLength(text + octets.slice(at))
}

/** A changed body gets its Content-Length set right. */
function withLength(text: Octets): Octets {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return text
  const length = text.length - head - 4
  const lines = text.slice(0, head).split('\r\n')
  const at = lines.findIndex((line) => /^(content-length|l)[ \t]*:/i.test(line))
  if (at < 0) return text
  lines[at] = `Content-Length: ${length}`
  return lines.join('\r\n') + text.slice(head)
}

/** RFC 5393 §4.2: everything that decides where a request goes. The Request-URI is the received one. */
function loopHashOf(run: Run): string {
  const { request } = run
  let text = `${request.uri} ${request.fromTag ?? ''} ${request.toTag ?? ''} ${request.callId} ${request.cseq.number}`
  for (const header of request.headers)
    if (header.name === 'route' || header.name === 'proxy-require') text += header.line
  return run.exchange.core.hash(text)
}

/** RFC 3261 §16.3 step 4: one of our own Vias, made for just this. */
function isLoop(run: Run, loopHash: string): boolean {
  const { vias } = run.request
  if (vias.length < 2 && vias[0]?.branch?.startsWith(run.exchange.core.branchPrefix) !== true) return false
  const ending = `-${loopHash}`
  return vias.some(
    (via) => via.branch?.startsWith(run.exchange.core.branchPrefix) === true && via.branch.endsWith(ending),
  )
}

/** The share of each branch (RFC 5393 §5.3.3.2); 0 where there is not enough, undefined where it need not be written. */
function breadthFor(request: SipRequest, targets: number): number | undefined {
  const header = findHeader(request, 'max-breadth')
  if (header === undefined && targets < 2) return undefined
  const total = header === undefined ? initialMaxBreadth : Number(headerValue(header))
  return Number.isInteger(total) ? Math.floor(total / Math.max(1, targets)) : initialMaxBreadth
}

function preferredListener(run: Run): Listener {
  const wanted = run.sendSocket
  if (wanted === undefined) return run.source.listener
  const listeners = run.exchange.core.options.listeners
  return (
    listeners.find(
      (at) => at.address === wanted.host && (wanted.port === undefined || at.port === wanted.port),
    ) ?? run.source.listener
  )
}

function advertised(run: Run): string | undefined {
  const { globals } = run.exchange.core.program
  const host = run.advertisedHost ?? globals.text('advertised_address')
  const port = run.advertisedPort ?? globals.number('advertised_port')
  if (host === undefined && port === undefined) return undefined
  const { listener } = run.source
  return printHostPort(host ?? listener.address, port ?? listener.port)
}
