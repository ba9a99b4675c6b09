/**
 * Session descriptions as a relay of media sees them (RFC 8866, RFC 3264): read leniently, changed by edits of the
 * received octets. Knows no SIP, no ports of ours and no relay.
 */
export type {
  Connection,
  Direction,
  Format,
  MediaDescription,
  SessionDescription,
  TextEdit,
  Unreadable,
} from './description.ts'
export { connectionOf, directionOf } from './description.ts'
export { parseSession } from './parse.ts'
export type { RelayPlace } from './readdress.ts'
export { applyTextEdits, isHeldAddress, readdress, wantsRelay } from './readdress.ts'
export type { OwnSecurity, Rendition } from './render.ts'
export { commonFormats, renderFor } from './render.ts'
export type { CryptoAttribute, MediaSecurity, Protection } from './security.ts'
export { securityOf } from './security.ts'
export type { DescriptionPart } from './bodies.ts'
export { editsOfPart, findDescription } from './bodies.ts'
