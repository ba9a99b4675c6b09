/**
 * RTP and RTCP as a relay sees them (RFC 3550): who may speak, what arrived, where it goes on.
 * Knows no socket, no clock and no SIP; a description comes as a `StreamEnd`.
 */
export { headerEnd, kindOf, packetKinds } from './header.ts'
export type { Hop } from './latch.ts'
export { relayDropReasons } from './orders.ts'
export type {
  EndFacts,
  Guard,
  GuardFacts,
  IceCredentials,
  Latching,
  MediaAddress,
  PayloadFormat,
  PayloadKind,
  RelayDropReason,
  RelayOrder,
  RelayPair,
  RelayReport,
  SdesKey,
  StreamEnd,
} from './orders.ts'
export { PacketRing, readRecordedPackets } from './packet-ring.ts'
export type { RecordedPacket, RecordedPackets } from './packet-ring.ts'
export { PortPool } from './port-pool.ts'
export type { PortRange } from './port-pool.ts'
export { Relay } from './relay.ts'
export type { RelayOutput } from './relay.ts'
export type { RelayEnd } from './relay-end.ts'
export { SrtpWindow } from './srtp-window.ts'
