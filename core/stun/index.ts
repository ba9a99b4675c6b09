/**
 * STUN (RFC 8489): messages and their attributes, integrity and fingerprint, the server's answers,
 * and the test of what lies between here and such servers.
 * Knows no socket, no clock and no hash function of its own; HMAC and chance come in.
 */
export {
  addressAttribute,
  addressOf,
  attributeTypes,
  errorAttribute,
  errorOf,
  findAttribute,
  flagAttribute,
  mappedAddressOf,
  numberAttribute,
  numberOf,
  textAttribute,
  textOf,
  tieBreakerAttribute,
  tieBreakerOf,
  unknownAttributes,
  unknownAttributesOf,
  unknownRequired,
  xorMappedAddress,
  xorMappedAddressOf,
} from './attributes.ts'
export type { AttributeType, StunAddress, StunError } from './attributes.ts'
export { addFingerprint, checkFingerprint } from './fingerprint.ts'
export { IceLite } from './ice-lite.ts'
export type { AnnouncedCredentials, CheckOutcome } from './ice-lite.ts'
export { addIntegrity, checkIntegrity, integrity, integritySha256 } from './integrity.ts'
export type { Hmac, IntegrityKind } from './integrity.ts'
export { NatProbe } from './nat-probe.ts'
export type { NatProbeInput, NatProbeOptions, NatProbeOutput } from './nat-probe.ts'
export type { Filtering, Lifetime, Mapping, NatFinding, NoFiltering } from './nat-findings.ts'
export { socketCount } from './probing.ts'
export { BINDING, isSameTransaction, isStun, readMessage, writeMessage } from './message.ts'
export type { StunAttribute, StunClass, StunDraft, StunFault, StunMessage } from './message.ts'
export { CHANGE_ADDRESS, CHANGE_PORT, Responder } from './responder.ts'
export type { Alternates, StunAnswer, StunSilence } from './responder.ts'
