/**
 * The rim: sockets, names, clock, chance, hashes and log lines. It turns what happens into plain values and
 * does what it is told. It decides nothing and knows no SIP: messages are octets here.
 */
export { acceptedNumbers } from './accepted-numbers.ts'
export { addSleep, systemClock, type Clock } from './clock.ts'
export { Resolver, systemAddresses } from './dns.ts'
export { hmacSha256, md5, sha256 } from './hashes.ts'
export { interfaceAddresses, type InterfaceAddress } from './interfaces.ts'
export {
  logLevels,
  lostLogLines,
  openLog,
  type LineLevel,
  type Log,
  type LogFields,
  type LogLevel,
} from './log.ts'
export { portOwner } from './port-owner.ts'
export { secureRandom } from './random.ts'
export { SipWebSockets } from './sip-websockets.ts'
export { RelayControl } from './relay-control.ts'
export type { RecordingWish } from './media-recorder.ts'
export { RelayPorts, type RelayPortsOptions } from './relay-ports.ts'
export { SleepMeter } from './sleep-meter.ts'
export type { SqlRow, SqlValue } from './store.ts'
export { BackupRefused } from './store-backup.ts'
export { Store } from './store-life.ts'
export type { Operation } from './store-writer.ts'
export { Tcp } from './tcp.ts'
export { openUdp, reopenUdp, type UdpEvents, type UdpSocket } from './udp.ts'
export { WebSocketDoor, type WebSocketEvents, type WebSocketLine, type WebSocketRules } from './websocket.ts'
export { askNatPmp, type GatewayView } from './stun-gateway.ts'
export { defaultGateway, localAddressTowards } from './stun-route.ts'
