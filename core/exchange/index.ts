/**
 * The exchange: what a SIP proxy, registrar and redirect server decides, driven by a routing script.
 * Knows no socket, no clock and no disk: it is told what happened and says what to do.
 */
export { Exchange } from './exchange.ts'
export type { ExchangeOptions } from './core.ts'
export type { Input, Output, ResolvedAddress } from './inputs.ts'
export type { CapturedMessage, CaptureParts } from './call-capture.ts'
export type { Command, CommandResult } from './commands.ts'
export type { Call } from './calls.ts'
export type { DropReason, Event } from './events.ts'
export type {
  CallEnding,
  CallRecord,
  Change,
  Notice,
  StoredContact,
  StoredState,
  Subscriber,
} from './changes.ts'
export { readFacts } from './call-list.ts'
export { quoted } from './notices.ts'
export { dropReasons } from './events.ts'
export { newRunState, Run } from './run.ts'
export type { Edit, RecordRoute, RunState, Target } from './run.ts'
export { replyStateless } from './stateless-reply.ts'
export { nextHopOf } from './next-hop.ts'
export type { Destination, NextHop } from './next-hop.ts'
export {
  forwardWithoutTransaction,
  newTransaction,
  relay,
  replicate,
  replyWithTransaction,
} from './transaction-commands.ts'
export { addressOfRecord, isRegistered, lookUpUser, saveBindings } from './registrar.ts'
export type { RegistrarSettings } from './registrar.ts'
export type { AttributeName, AttributeValue } from './attributes.ts'
export type { Row, Tables } from './tables.ts'
export { perExchange } from './per-exchange.ts'
export { isAsymmetricClient } from './asymmetric-clients.ts'
export {
  addReceivedParameter,
  allDescriptionFixes,
  descriptionFixes,
  fixContact,
  fixDescription,
  sourceUri,
} from './nat-fixes.ts'
export { allNatTests, natTests, natTestsShowing } from './nat-tests.ts'
export { parseOutsideAddress } from './outside-address.ts'
export type { OutsideDescription, OutsideResult } from './outside-session.ts'
export { relayMedia, releaseMedia } from './media-commands.ts'
export type { RelayRules } from './media-commands.ts'
export type { Facing, MediaRelay, MediaWish, Passage, PassageOutcome } from './media-relay.ts'
export type { MediaSession } from './media-session.ts'
export { allAlgorithms, readAlgorithms } from './auth-settings.ts'
export { consumeCredentials } from './logins.ts'
export { appendIdentity, attributesFromAccount, hasFullNumber } from './account-attributes.ts'
export { checkOwner, doesUriExist, loginName } from './ownership.ts'
export type { OwnershipSettings } from './ownership.ts'
export { unknownLetter } from './accounting-record.ts'
