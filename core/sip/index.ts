/**
 * SIP as it stands on the wire: messages, URIs, framing, transactions, and the copies that a proxy makes.
 * Knows no socket, no clock, no registrar and no routing script.
 */
export type {
  CSeq,
  Header,
  Malformed,
  NameAddr,
  Parsed,
  SipMessage,
  SipRequest,
  SipResponse,
  Via,
} from './message.ts'
export { findHeader, headerValue, makeHeader } from './message.ts'
export { parseMessage } from './parse.ts'
export { Framer } from './framing.ts'
export type { Frame } from './framing.ts'
export { parseNameAddr, parseNameAddrs } from './name-addr.ts'
export { findParameter, withoutParameter } from './parameters.ts'
export type { SipUri, Uri } from './uri.ts'
export { isSipUri, parseSipUri, parseUri, printHostPort, printUri, unescape, uriParameter } from './uri.ts'
export { printReply, stampVia } from './reply.ts'
export { printBackward, printForward } from './forward.ts'
export { reasonPhrase } from './status.ts'
export { equalsIgnoringCase } from './scan.ts'
export type { ClientTransactionOutput } from './client-transaction.ts'
export { ClientTransaction } from './client-transaction.ts'
export type { ServerTransactionInput } from './server-transaction.ts'
export { ServerTransaction } from './server-transaction.ts'
export type { TransactionTimers } from './transaction-timers.ts'
export { makeTransactionTimers, rfcTimers } from './transaction-timers.ts'
export { buildAck } from './ack.ts'
export { buildCancel } from './cancel.ts'
export type { Challenge, Credentials, DigestAlgorithm, NoCredentials } from './digest.ts'
export {
  expectedResponse,
  isCredentials,
  isPlainUserName,
  isSameDigest,
  parseCredentials,
  printChallenge,
} from './digest.ts'
