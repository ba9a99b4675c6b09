import { isLoopback, isUnicast, readAddress4 } from '../lib/ip.ts'
import type { SipUri } from '../sip/index.ts'

/** Ports of other services (RFC 6335 §6): no phone listens there, and calls must not be aimed at them. */
const firstUserPort = 1024

/** Why a Contact can be no phone's; undefined where it may be one's. */
export function contactProblem(uri: SipUri, sourceAddress: string): string | undefined {
  const isLiteral = uri.host.includes(':') || readAddress4(uri.host) !== undefined
  if (isLiteral && !isUnicast(uri.host)) return 'Contact is no address of one host'
  if ((uri.host === 'localhost' || isLoopback(uri.host)) && !isLoopback(sourceAddress))
    return 'Contact is this computer itself'
  if (uri.port !== undefined && uri.port < firstUserPort)
    return `Contact has port ${uri.port}, which no phone has`
  return undefined
}
