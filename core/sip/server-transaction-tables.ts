import type { TransactionTable } from './transaction-table.ts'

export type InviteServerState = 'Proceeding' | 'Completed' | 'Confirmed' | 'Accepted' | 'Terminated'
export type NonInviteServerState = 'Trying' | 'Proceeding' | 'Completed' | 'Terminated'

/** `request` is a retransmission; the classes of status are responses of the transaction's user. */
export type InviteServerEvent = 'request' | 'ack' | '1xx' | '2xx' | '3xx-6xx' | 'transport-failed'
export type NonInviteServerEvent = 'request' | '1xx' | 'final' | 'transport-failed'

/** `repeat`: send the last response again; `report-…`: tell the user. */
export type ServerAction = 'send' | 'repeat' | 'report-ack' | 'report-timeout' | 'report-transport'

export const inviteServerTable: TransactionTable<InviteServerState, InviteServerEvent, ServerAction> = {
  figure: 'RFC 3261 figure 7 as corrected by RFC 6026 §7.1: INVITE server transaction',
  first: 'Proceeding',
  rows: {
    Proceeding: {
      on: {
        request: { do: ['repeat'] },
        '1xx': { do: ['send'] },
        '2xx': { do: ['send'], to: 'Accepted' },
        '3xx-6xx': { do: ['send'], to: 'Completed' },
        'transport-failed': { do: ['report-transport'] },
      },
    },
    Completed: {
      resend: 'G',
      end: 'H',
      on: {
        request: { do: ['repeat'] },
        ack: { do: [], to: 'Confirmed' },
        G: { do: ['repeat'] },
        H: { do: ['report-timeout'], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'] },
      },
    },
    Confirmed: {
      end: 'I',
      on: { I: { do: [], to: 'Terminated' } },
    },
    // Retransmitted INVITEs are absorbed without an answer: repeating a 2xx is the user's (RFC 3261 §13.3.1.4).
    Accepted: {
      end: 'L',
      on: {
        ack: { do: ['report-ack'] },
        '2xx': { do: ['send'] },
        L: { do: [], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'] },
      },
    },
    Terminated: { on: {} },
  },
}

export const nonInviteServerTable: TransactionTable<
  NonInviteServerState,
  NonInviteServerEvent,
  ServerAction
> = {
  figure: 'RFC 3261 figure 8: non-INVITE server transaction',
  first: 'Trying',
  rows: {
    Trying: {
      on: {
        '1xx': { do: ['send'], to: 'Proceeding' },
        final: { do: ['send'], to: 'Completed' },
      },
    },
    Proceeding: {
      on: {
        request: { do: ['repeat'] },
        '1xx': { do: ['send'] },
        final: { do: ['send'], to: 'Completed' },
        'transport-failed': { do: ['report-transport'], to: 'Terminated' },
      },
    },
    Completed: {
      end: 'J',
      on: {
        request: { do: ['repeat'] },
        J: { do: [], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'], to: 'Terminated' },
      },
    },
    Terminated: { on: {} },
  },
}
