import type { NextHop, Run } from '../exchange/index.ts'
import { forwardWithoutTransaction, nextHopOf } from '../exchange/index.ts'
import { isAddress } from '../lib/ip.ts'
import type { CoreCommands, Endpoint } from '../script/index.ts'
import type { SipUri } from '../sip/index.ts'
import { parseSipUri, parseUri, printUri } from '../sip/index.ts'

/** RFC 3261 has no limit; SER's is kept, so that a script cannot grow a URI without end. */
const longestUri = 1024
const mostBranches = 12

/** The core commands of ser-language §5. */
export const coreCommands: CoreCommands<Run> = {
  log(run, level, text) {
    run.exchange.core.emit({ kind: 'script-log', level, text })
    return 1
  },
  error(run, first, second) {
    run.exchange.core.emit({ kind: 'script-log', level: -1, text: `${first} ${second}` })
    return 1
  },
  exec(run, command) {
    // Running programs at the wish of a packet needs the user's leave; without it the command fails.
    run.exchange.core.emit({ kind: 'script-log', level: -1, text: `exec("${command}") is not allowed here` })
    return -1
  },
  forward(run, transport, target, port) {
    const hop = target === 'uri' ? ofUri(run, transport, port) : hopTo(target, transport, port)
    return typeof hop === 'number' ? hop : forwardWithoutTransaction(run, hop)
  },
  send(run, transport, target) {
    const hop = hopTo(target, transport, target.port)
    const { core } = run.exchange
    const listener = core.options.listeners.find(
      (at) => at.transport === transport && at.address.includes(':') === hop.host.includes(':'),
    )
    if (listener === undefined || !isAddress(hop.host)) return run.fail(478, 'Unresolvable destination')
    const flow = { listener, address: hop.host, port: hop.port ?? 5060, connection: undefined }
    core.send(transport === 'udp' ? flow : run.exchange.streamTo(flow), run.message.octets)
    run.disposition = 'relayed'
    return 1
  },
  setFlag(run, flag) {
    run.state.flags |= 1 << flag
    return 1
  },
  resetFlag(run, flag) {
    run.state.flags &= ~(1 << flag)
    return 1
  },
  isFlagSet: (run, flag) => ((run.state.flags & (1 << flag)) === 0 ? -1 : 1),
  rewriteHost: (run, host) => rewrite(run, (uri) => ({ ...uri, ...hostOf(host), port: uri.port })),
  rewriteHostPort(run, hostPort) {
    const place = parseSipUri(`sip:${hostPort}`)
    if (place === undefined) return run.fail(500, 'rewritehostport')
    return rewrite(run, (uri) => ({ ...uri, host: place.host, port: place.port }))
  },
  rewriteUser: (run, user) => rewrite(run, (uri) => ({ ...uri, user: user === '' ? undefined : user })),
  rewriteUserPass(run, userPass) {
    const colon = userPass.indexOf(':')
    const user = colon < 0 ? userPass : userPass.slice(0, colon)
    const password = colon < 0 ? undefined : userPass.slice(colon + 1)
    return rewrite(run, (uri) => ({ ...uri, user, password }))
  },
  rewritePort(run, port) {
    const number = Number(port)
    if (!/^\d{1,5}$/.test(port) || number < 1 || number > 65535) return run.fail(500, 'rewriteport')
    return rewrite(run, (uri) => ({ ...uri, port: number }))
  },
  rewriteUri(run, uri) {
    if (parseUri(uri).scheme === undefined || uri.length > longestUri) return run.fail(400, 'Bad Request')
    return setUri(run, uri)
  },
  prefix: (run, text) => rewrite(run, (uri) => ({ ...uri, user: `${text}${uri.user ?? ''}` })),
  strip: (run, count) =>
    rewrite(run, (uri) => ({ ...uri, user: emptyAsNone((uri.user ?? '').slice(count)) })),
  stripTail: (run, count) =>
    rewrite(run, (uri) => ({
      ...uri,
      user: emptyAsNone((uri.user ?? '').slice(0, Math.max(0, (uri.user ?? '').length - count))),
    })),
  revertUri: (run) => setUri(run, run.request.uri),
  appendBranch(run, uri, q) {
    if (run.branches.length + (run.context?.branchCount ?? 1) >= mostBranches)
      return run.fail(500, 'Forking capacity exceeded')
    if (uri !== undefined && nextHopOf(uri) === 'is no SIP URI') return run.fail(400, 'Bad Request')
    run.branches.push({
      uri: uri ?? run.uri,
      destination: uri === undefined ? run.destination : undefined,
      q: q === undefined ? undefined : Math.round(Number(q) * 1000),
    })
    return 1
  },
  forceRport(run) {
    run.forcesRport = true
    return 1
  },
  forceTcpAlias(run, port) {
    run.exchange.streams.alias(run.source, port ?? run.message.via.port ?? 5060)
    return 1
  },
  setAdvertisedAddress(run, host) {
    run.advertisedHost = host
    return 1
  },
  setAdvertisedPort(run, port) {
    run.advertisedPort = port
    return 1
  },
  forceSendSocket(run, socket) {
    run.sendSocket = socket
    return 1
  },
}

/** 0.9 builds every rewritten URI anew: `sip:user:password@host:port;parameters?headers`. */
function rewrite(run: Run, change: (uri: SipUri) => SipUri): number {
  const uri = run.sipTarget
  if (uri === undefined) return run.fail(479, 'Regretfully, we were not able to process the URI')
  const text = printUri(change(uri))
  return text.length > longestUri
    ? run.fail(479, 'Regretfully, we were not able to process the URI')
    : setUri(run, text)
}

/** A new Request-URI: a way that an earlier look-up found belongs to the old one. */
function setUri(run: Run, uri: string): 1 {
  run.uri = uri
  run.destination = undefined
  run.q = undefined
  return 1
}

function hostOf(host: string): { host: string } {
  return {
    host: host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1).toLowerCase() : host.toLowerCase(),
  }
}

function emptyAsNone(user: string): string | undefined {
  return user === '' ? undefined : user
}

function hopTo(
  target: Endpoint,
  transport: 'udp' | 'tcp' | 'tls' | undefined,
  port: number | 'uri' | undefined,
): NextHop {
  return {
    transport: transport ?? target.transport ?? 'udp',
    host: target.host,
    port: typeof port === 'number' ? port : target.port,
    isTransportFixed: transport !== undefined,
  }
}

/** `forward(uri:host, uri:port)`: a way set by loose_route() or lookup() goes before the Request-URI. */
function ofUri(
  run: Run,
  transport: 'udp' | 'tcp' | 'tls' | undefined,
  port: number | 'uri' | undefined,
): NextHop | undefined | number {
  if (run.destination !== undefined) return undefined
  const hop = nextHopOf(run.uri)
  if (typeof hop === 'string') return run.fail(478, 'Unresolvable destination')
  return { ...hop, transport: transport ?? hop.transport, port: typeof port === 'number' ? port : hop.port }
}
