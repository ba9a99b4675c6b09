import type { TransactionTable } from './transaction-table.ts'

export type InviteClientState = 'Calling' | 'Proceeding' | 'Completed' | 'Accepted' | 'Terminated'
export type NonInviteClientState = 'Trying' | 'Proceeding' | 'Completed' | 'Terminated'

/** The classes of status are responses that have come. */
export type InviteClientEvent = '1xx' | '2xx' | '3xx-6xx' | 'transport-failed'
export type NonInviteClientEvent = '1xx' | 'final' | 'transport-failed'

/** `send`: the request; `pass`: give the response to the user; `report-…`: tell the user. */
export type ClientAction = 'send' | 'send-ack' | 'pass' | 'report-timeout' | 'report-transport'

export const inviteClientTable: TransactionTable<InviteClientState, InviteClientEvent, ClientAction> = {
  figure: 'RFC 3261 figure 5 as corrected by RFC 6026 §7.2: INVITE client transaction',
  first: 'Calling',
  rows: {
    Calling: {
      resend: 'A',
      end: 'B',
      on: {
        '1xx': { do: ['pass'], to: 'Proceeding' },
        '2xx': { do: ['pass'], to: 'Accepted' },
        '3xx-6xx': { do: ['send-ack', 'pass'], to: 'Completed' },
        A: { do: ['send'] },
        B: { do: ['report-timeout'], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'], to: 'Terminated' },
      },
    },
    // No timer runs here: how long a phone may ring is the user's (timer C, RFC 3261 §16.8).
    Proceeding: {
      on: {
        '1xx': { do: ['pass'] },
        '2xx': { do: ['pass'], to: 'Accepted' },
        '3xx-6xx': { do: ['send-ack', 'pass'], to: 'Completed' },
      },
    },
    Completed: {
      end: 'D',
      on: {
        '3xx-6xx': { do: ['send-ack'] },
        D: { do: [], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'], to: 'Terminated' },
      },
    },
    Accepted: {
      end: 'M',
      on: {
        '2xx': { do: ['pass'] },
        M: { do: [], to: 'Terminated' },
      },
    },
    Terminated: { on: {} },
  },
}

export const nonInviteClientTable: TransactionTable<
  NonInviteClientState,
  NonInviteClientEvent,
  ClientAction
> = {
  figure: 'RFC 3261 figure 6: non-INVITE client transaction',
  first: 'Trying',
  rows: {
    Trying: {
      resend: 'E',
      end: 'F',
      on: {
        '1xx': { do: ['pass'], to: 'Proceeding' },
        final: { do: ['pass'], to: 'Completed' },
        E: { do: ['send'] },
        F: { do: ['report-timeout'], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'], to: 'Terminated' },
      },
    },
    // E and F run on from Trying; each further wait of E is T2 (RFC 3261 §17.1.2.2).
    Proceeding: {
      resend: 'E',
      resendsSlowly: true,
      end: 'F',
      on: {
        '1xx': { do: ['pass'] },
        final: { do: ['pass'], to: 'Completed' },
        E: { do: ['send'] },
        F: { do: ['report-timeout'], to: 'Terminated' },
        'transport-failed': { do: ['report-transport'], to: 'Terminated' },
      },
    },
    Completed: {
      end: 'K',
      on: { K: { do: [], to: 'Terminated' } },
    },
    Terminated: { on: {} },
  },
}
