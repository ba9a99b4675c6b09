import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import { isLocal, isPrivate4 } from '../lib/ip.ts'
import type { SipMessage, SipUri } from '../sip/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { descriptionOf, firstContactOf } from './message-places.ts'
import type { Run } from './run.ts'

/**
 * What a message may show of an address translator on its way. 1 to 16 are SER 0.9's; it ignores the others, and its
 * successors do not agree on them: here they mean what they mean in Kamailio.
 */
export const natTests = {
  1: 'Contact holds a private address',
  2: 'source address is not the one in Via',
  4: 'Via holds a private address',
  8: 'SDP holds a private address',
  16: 'source port is not the one in Via',
  32: 'source address is private',
  64: 'came over WebSocket',
  128: 'Contact port is not the source port',
  256: 'SDP address is not the source address',
} as const

export type NatTest = keyof typeof natTests

export const allNatTests = 511

/**
 * How a private address is judged. 0.9 counts every one of RFC 1918. In an office that would be every phone, so the
 * LAN-aware way counts one only where it cannot be reached as it stands: where the packet did not come from it, and
 * no network of our own holds both it and the packet's source.
 */
export interface NatView {
  readonly isLanAware: boolean
}

/** The tests among the wanted that show a translator; 0: none. */
export function natTestsShowing(run: Run, wanted: number, view: NatView): number {
  const { message, source } = run
  let showing = 0
  for (const [test, shows] of checks)
    if ((wanted & test) !== 0 && shows({ run, message, source, view })) showing |= test
  return showing
}

interface Sight {
  readonly run: Run
  readonly message: SipMessage
  readonly source: Flow
  readonly view: NatView
}

const checks: readonly (readonly [test: NatTest, shows: (sight: Sight) => boolean])[] = [
  [1, (sight) => isTelling(sight, contactOf(sight)?.host)],
  [2, ({ message, source }) => message.via.host !== source.address],
  [4, (sight) => isTelling(sight, sight.message.via.host)],
  [8, (sight) => addressesOf(sight).some((address) => isTelling(sight, address))],
  [16, viaPortDiffers],
  [32, ({ source, view }) => isPrivate(source.address, view)],
  [64, ({ source }) => source.listener.transport === 'ws' || source.listener.transport === 'wss'],
  [128, contactPortDiffers],
  [256, (sight) => addressesOf(sight).some((address) => address !== sight.source.address)],
]

function isTelling({ run, source, view }: Sight, address: string | undefined): boolean {
  if (address === undefined || !isPrivate(address, view)) return false
  if (!view.isLanAware) return true
  return address !== source.address && !run.exchange.core.areNeighbours(address, source.address)
}

/** Carrier-grade NAT, link-local and the like tell as much as RFC 1918; 0.9 does not know them. */
function isPrivate(address: string, view: NatView): boolean {
  return view.isLanAware ? isLocal(address) : isPrivate4(address)
}

/** A stream comes from a port of the moment, whatever its Via says (RFC 3261 §18.2.2). */
function viaPortDiffers({ message, source, view }: Sight): boolean {
  if (view.isLanAware && isStream(source.listener.transport)) return false
  return (message.via.port ?? 5060) !== source.port
}

function contactPortDiffers(sight: Sight): boolean {
  const contact = contactOf(sight)
  return contact !== undefined && (contact.port ?? 5060) !== sight.source.port
}

function contactOf({ message }: Sight): SipUri | undefined {
  const contact = firstContactOf(message)
  return contact === undefined ? undefined : parseSipUri(contact.uri)
}

/** Connection addresses of the description; those of a held stream (RFC 3264 §8.4) say nothing. */
function addressesOf({ message }: Sight): string[] {
  const description = descriptionOf(message)
  if (description === undefined) return []
  return description.lines
    .filter(({ type }) => type === 'c')
    .map(({ value }) => (/^IN IP[46] ([^ /]+)/i.exec(value)?.[1] ?? '').toLowerCase())
    .filter((address) => address !== '' && address !== '0.0.0.0' && address !== '::')
}
