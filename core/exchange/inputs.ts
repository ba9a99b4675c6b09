import type { Flow, Transport } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { RelayOrder, RelayReport } from '../rtp/index.ts'
import type { Change, StoredState } from './changes.ts'
import type { Command, CommandResult } from './commands.ts'
import type { Event } from './events.ts'
import type { OutsidePlace } from './outside-address.ts'

/** What happens to the exchange. */
export type Input =
  | { readonly kind: 'datagram'; readonly flow: Flow; readonly octets: Octets }
  /** A peer opened a connection to one of our listeners. */
  | { readonly kind: 'accepted'; readonly flow: Flow }
  /** A connection that we asked for is open. */
  | { readonly kind: 'connected'; readonly connection: number }
  | { readonly kind: 'stream'; readonly connection: number; readonly octets: Octets }
  /** A connection has ended or could not be opened; nothing more comes for this number. */
  | { readonly kind: 'closed'; readonly connection: number; readonly why: string }
  /** A datagram to this flow could not be sent (ICMP, no route, firewall). */
  | { readonly kind: 'send-failed'; readonly flow: Flow; readonly why: string }
  /** Answer to `look-up`; no addresses: the name does not resolve. */
  | { readonly kind: 'looked-up'; readonly id: number; readonly addresses: readonly ResolvedAddress[] }
  /** Answer to `ask-outside`; datagrams carry their cookie and no id. No octets: it could not be handed over. */
  | { readonly kind: 'outside-said'; readonly id: number | undefined; readonly octets: Octets | undefined }
  | { readonly kind: 'relayed'; readonly report: RelayReport }
  /**
   * What the store has: the first input of all where it could be read at the start, else as soon as it can be.
   * `isWhole`: in place of everything that is in memory, as after a restore.
   */
  | { readonly kind: 'loaded'; readonly state: StoredState; readonly isWhole: boolean }
  /** Answer to a `save` with an id. Not `ok`: the store keeps nothing of it and does not try again. */
  | { readonly kind: 'saved'; readonly id: number; readonly ok: boolean; readonly why: string }
  | { readonly kind: 'command'; readonly id: number; readonly command: Command }
  | { readonly kind: 'tick' }

/** What the exchange wants done. */
export type Output =
  /** On a stream, octets queue until the connection is open. */
  | { readonly kind: 'send'; readonly flow: Flow; readonly octets: Octets }
  /** Open a connection; its flow's `connection` names it. */
  | { readonly kind: 'connect'; readonly flow: Flow }
  /** Let queued octets leave, then end the connection. */
  | { readonly kind: 'close'; readonly connection: number }
  /** Resolve by RFC 3263: `SRV` when `port` is undefined, else addresses only. */
  | {
      readonly kind: 'look-up'
      readonly id: number
      readonly host: string
      readonly port: number | undefined
      readonly transport: Transport
    }
  /** A command for a relay outside this program. */
  | {
      readonly kind: 'ask-outside'
      readonly place: OutsidePlace
      readonly id: number
      readonly octets: Octets
    }
  /** To the relay of media. */
  | { readonly kind: 'relay'; readonly order: RelayOrder }
  | { readonly kind: 'event'; readonly event: Event }
  /**
   * Keep for good, all or nothing, in the order of the outputs. With an id a `saved` follows once it is on disk or has
   * failed. Without one the store holds on to it until the disk takes it, within its bounds.
   */
  | { readonly kind: 'save'; readonly id: number | undefined; readonly changes: readonly Change[] }
  | { readonly kind: 'reply'; readonly id: number; readonly result: CommandResult }

export interface ResolvedAddress {
  readonly address: string
  readonly port: number
}
