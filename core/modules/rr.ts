import type { Run } from '../exchange/index.ts'
import { replyStateless } from '../exchange/index.ts'
import type { ModuleSpec, Settings } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import type { NameAddr, SipUri } from '../sip/index.ts'
import { findHeader, parseNameAddrs, parseSipUri, uriParameter } from '../sip/index.ts'

/** Record-Route and Route: staying in the path of a dialog and following it. */
export const rr: ModuleSpec<Run> = {
  name: 'rr',
  summary: 'keeps this server in the path of a call, and sends later requests of it along that path',
  parameters: [
    {
      name: 'enable_full_lr',
      type: 'number',
      default: 0,
      meaning: '1 writes ;lr=on in place of ;lr, for phones that lose a parameter without a value.',
    },
    {
      name: 'append_fromtag',
      type: 'number',
      default: 1,
      meaning: '1 adds the tag of From as ;ftag to the Record-Route.',
    },
    {
      name: 'enable_double_rr',
      type: 'number',
      default: 1,
      meaning: '1 writes two values where a request comes and goes by different sockets.',
    },
    {
      name: 'add_username',
      type: 'number',
      default: 0,
      meaning: '1 puts the user of the Request-URI into the Record-Route.',
    },
    {
      name: 'ignore_user',
      type: 'string',
      default: undefined,
      meaning: 'A user that is passed over where the Route is compared with us.',
    },
  ],
  commands: [
    {
      name: 'record_route',
      takes: [],
      blocks: inRequest,
      explanation: 'Asks both phones to send the rest of this call through here.',
      rests: 'RFC 3261 §16.6 step 4, module rr',
      prepare: (_args, settings) => (run) => recordRoute(run, settings, undefined),
    },
    {
      name: 'record_route_preset',
      takes: ['host:port'],
      blocks: inRequest,
      explanation: 'Asks both phones to send the rest of this call to {0}.',
      rests: 'RFC 3261 §16.6 step 4, module rr',
      prepare([place], settings) {
        if (parseSipUri(`sip:${place ?? ''}`) === undefined) {
          return {
            refused: `"${place ?? ''}" is no address of the form host:port.`,
            remedy: 'Write it as "192.0.2.1:5060".',
          }
        }
        return (run) => recordRoute(run, settings, place)
      },
    },
    {
      name: 'loose_route',
      takes: [],
      blocks: inRequest,
      explanation: 'Follows the Route of a request inside a call; true when its next hop is settled by that.',
      rests: 'RFC 3261 §16.4, module rr',
      prepare: () => looseRoute,
    },
  ],
}

function recordRoute(run: Run, settings: Settings, preset: string | undefined): number {
  if (run.state.recordRoute !== undefined) return -1
  const fromTag = run.request.fromTag
  const isTagged =
    settings.get('append_fromtag') !== 0 && fromTag !== undefined && /^[\w.!%*+`'~-]+$/.test(fromTag)
  const usesUser = settings.get('add_username') === 1 || preset !== undefined
  run.state.recordRoute = {
    user: usesUser ? run.sipTarget?.user : undefined,
    parameters: isTagged ? `;ftag=${fromTag}` : '',
    loose: settings.get('enable_full_lr') === 1 ? ';lr=on' : ';lr',
    preset,
    isDouble: settings.get('enable_double_rr') !== 0,
  }
  return 1
}

/**
 * 1: the next hop follows from the Route set; -1: there is none left to follow, the Request-URI decides; 0: refused.
 * Departs from 0.9 where the top Route of a request outside any dialog is not ours: it is answered 403, for to follow
 * it makes an open relay and to pass over it breaks RFC 3261 §16.6 step 7; `compatibility=ser09` gives 0.9's 1.
 */
function looseRoute(run: Run): number {
  const { request, exchange } = run
  if (findHeader(request, 'route') === undefined) return -1
  const routes = parseNameAddrs(request.headers, 'route')
  if (typeof routes === 'string') return run.fail(400, 'Bad Request')
  if (request.toTag !== undefined && cameFromStrictRouter(run)) restoreUri(run, routes)
  const top = sipUriOf(routes[0])
  if (top === undefined) return finish(run, routes, 1)
  if (!exchange.identity.isUri(top)) return foreignTop(run, routes)
  routes.shift()
  const second = sipUriOf(routes[0])
  if (second !== undefined && isOurSecond(run, top, second)) {
    // The socket that the other side knows us by; a translator lets nothing else in.
    run.sendSocket ??= { transport: undefined, host: second.host, port: second.port }
    routes.shift()
  }
  run.routeParameters = top.parameters
  if (routes.length > 0) return finish(run, routes, 1)
  run.routes = ''
  return request.toTag === undefined ? -1 : 1
}

/** The other half of a double Record-Route. */
function isOurSecond(run: Run, top: SipUri, second: SipUri): boolean {
  if (uriParameter(top, 'r2') !== 'on' || uriParameter(second, 'r2') !== 'on') return false
  return run.exchange.identity.isUri(second)
}

function foreignTop(run: Run, routes: NameAddr[]): number {
  if (run.request.toTag !== undefined || run.exchange.isSer09) return finish(run, routes, 1)
  replyStateless(run, 403, 'Preset Route Refused', run.state.replyLines)
  return 0
}

/** RFC 3261 §16.4: the Request-URI is one that we put into a Record-Route. */
function cameFromStrictRouter(run: Run): boolean {
  const uri = run.sipTarget
  return uri !== undefined && run.exchange.identity.isUri(uri) && uriParameter(uri, 'lr') !== undefined
}

function restoreUri(run: Run, routes: NameAddr[]): void {
  const last = routes.pop()
  if (last === undefined) return
  run.uri = last.uri
  run.routes = printRoutes(routes)
}

/** RFC 3261 §16.6 steps 6 and 7: by the first Route; a strict router there gets the Request-URI for itself. */
function finish(run: Run, routes: NameAddr[], result: 1): number {
  const next = routes[0]
  if (next === undefined) {
    run.routes = ''
    return result
  }
  const uri = sipUriOf(next)
  if (uri === undefined) return run.fail(400, 'Bad Request')
  run.destination = next.uri
  if (uriParameter(uri, 'lr') !== undefined) run.routes = printRoutes(routes)
  else {
    routes.shift()
    run.routes = `${printRoutes(routes)}Route: <${run.uri}>\r\n`
    run.uri = next.uri
  }
  return result
}

function printRoutes(routes: readonly NameAddr[]): string {
  let text = ''
  for (const route of routes) text += `Route: ${route.text}\r\n`
  return text
}

function sipUriOf(route: NameAddr | undefined): SipUri | undefined {
  return route === undefined ? undefined : parseSipUri(route.uri)
}
