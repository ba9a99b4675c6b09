import { isLocal, isUnicast, readAddress4 } from '../lib/ip.ts'
import type { StunReply } from './asker.ts'
import { addressOf, attributeTypes, mappedAddressOf, type StunAddress } from './attributes.ts'

/** One server's first answer. */
export interface Surveyed {
  readonly server: StunAddress
  /** Where it saw us. */
  readonly mapped: StunAddress
  /** Its second place, if it has one that may be asked: another address and another port. */
  readonly other: StunAddress | undefined
  readonly reply: StunReply
}

/** None or one. A reply that was not sent by the server itself tells nothing. */
export function readSurvey(server: StunAddress, reply: StunReply): Surveyed[] {
  const mapped = mappedAddressOf(reply.message)
  const isOwn = isSamePlace(reply.from, server)
  if (reply.message.class !== 'success' || mapped === undefined || !isOwn) return []
  const { otherAddress, changedAddress } = attributeTypes
  // RFC 3489's name for the same.
  const told = addressOf(reply.message, otherAddress) ?? addressOf(reply.message, changedAddress)
  const other = told !== undefined && mayBeAsked(server, told) ? told : undefined
  return [{ server, mapped, other, reply }]
}

export function isSamePlace(one: StunAddress, other: StunAddress): boolean {
  return one.address === other.address && one.port === other.port
}

/** A hostile server must not lead us to machines of the office: what is local is asked only next to a local server. */
function mayBeAsked(server: StunAddress, other: StunAddress): boolean {
  if (other.address === server.address || other.port === server.port) return false
  if (!isUnicast(other.address) || other.port < 1024) return false
  if (!isLocal(other.address)) return true
  const here = readAddress4(server.address)
  const there = readAddress4(other.address)
  return here !== undefined && there !== undefined && isLocal(server.address) && here >>> 8 === there >>> 8
}
