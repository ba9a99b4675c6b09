import type { Octets } from '../../core/lib/octets.ts'
import type { SipRequest, SipResponse } from '../../core/sip/index.ts'
import { parseNameAddrs, parseSipUri, uriParameter } from '../../core/sip/index.ts'

/** One dialog as its end sees it, RFC 3261 §12. */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly localUri: Octets
  readonly remoteUri: Octets
  readonly remoteTarget: Octets
  /** Route values in the order in which they are to be followed. */
  readonly routes: readonly Octets[]
  localCSeq: number
}

/** Of the end that sent the INVITE: Record-Route turned round (§12.1.2). */
export function callersDialog(invite: SipRequest, success: SipResponse): Dialog {
  return {
    callId: invite.callId,
    localTag: invite.fromTag ?? '',
    remoteTag: success.toTag ?? '',
    localUri: invite.from.uri,
    remoteUri: invite.to.uri,
    remoteTarget: contactOf(success),
    routes: recordRoutes(success).reverse(),
    localCSeq: invite.cseq.number,
  }
}

/** Of the end that answered it: Record-Route as it stands (§12.1.1). */
export function calledsDialog(invite: SipRequest, localTag: string): Dialog {
  return {
    callId: invite.callId,
    localTag,
    remoteTag: invite.fromTag ?? '',
    localUri: invite.to.uri,
    remoteUri: invite.from.uri,
    remoteTarget: contactOf(invite),
    routes: recordRoutes(invite),
    localCSeq: 0,
  }
}

export interface DialogRequest {
  readonly uri: Octets
  /** Route lines. */
  readonly routes: Octets
  /** The URI that names the next hop. */
  readonly nextHop: Octets
}

/** Request-URI and Route of a request within the dialog, §12.2.1.1: loose routing, and strict where the first has no `lr`. */
export function routeWithin({ routes, remoteTarget }: Dialog): DialogRequest {
  const first = routes[0]
  if (first === undefined) return { uri: remoteTarget, routes: '', nextHop: remoteTarget }
  const uri = uriOf(first)
  const parsed = parseSipUri(uri)
  if (parsed !== undefined && uriParameter(parsed, 'lr') !== undefined) {
    return { uri: remoteTarget, routes: routes.map((route) => `Route: ${route}\r\n`).join(''), nextHop: uri }
  }
  const rest = [...routes.slice(1), `<${remoteTarget}>`]
  return { uri, routes: rest.map((route) => `Route: ${route}\r\n`).join(''), nextHop: uri }
}

function uriOf(route: Octets): Octets {
  return route.slice(route.indexOf('<') + 1, route.indexOf('>'))
}

function recordRoutes(message: SipRequest | SipResponse): Octets[] {
  const routes = parseNameAddrs(message.headers, 'record-route')
  if (typeof routes === 'string') throw new Error(`Record-Route ${routes}`)
  return routes.map(({ text }) => text)
}

function contactOf(message: SipRequest | SipResponse): Octets {
  const contacts = parseNameAddrs(message.headers, 'contact')
  const contact = typeof contacts === 'string' ? undefined : contacts[0]
  if (contact === undefined) throw new Error('a message that makes a dialog has one Contact')
  return contact.uri
}
