import type { Octets } from '../lib/octets.ts'
import type { Program } from '../script/index.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import { reasonPhrase } from '../sip/index.ts'
import type { Accounted } from './accounting-record.ts'
import { accountingLine, accountingRow } from './accounting-record.ts'
import type { Core } from './core.ts'
import type { Run, RunState } from './run.ts'

/** Parameters of the module acc that decide here; flags as bit masks, 0 where they are off. */
interface AccountingSettings {
  readonly isEarlyMedia: boolean
  readonly isFailures: boolean
  readonly isAcks: boolean
  readonly isCancels: boolean
  readonly logFlag: number
  readonly logMissedFlag: number
  readonly dbFlag: number
  readonly dbMissedFlag: number
  readonly logLevel: number
  readonly logFormat: string
  readonly table: string
  readonly missedTable: string
  readonly isLocalTime: boolean
}

/** A transaction as acc looks at it. */
export interface AccountedTransaction {
  readonly request: SipRequest | undefined
  readonly state: RunState
  readonly uri: Octets
}

/** Answered calls whose ACK is to be recorded and has not come; with more, the oldest are given up. */
const mostUnacknowledged = 10_000

/** SER's acc: records of transactions whose flag the script has set, in the log and in tables. */
export class Accounting {
  readonly #core: Core
  readonly #settings: AccountingSettings
  readonly #unacknowledged = new Map<string, Accounted & { readonly state: RunState }>()

  constructor(core: Core, settings: AccountingSettings) {
    this.#core = core
    this.#settings = settings
  }

  provisional(transaction: AccountedTransaction, response: SipResponse): void {
    if (this.#settings.isEarlyMedia && response.status === 183)
      this.#record('transaction answered: ', transaction, response.status, response)
  }

  answered(transaction: AccountedTransaction, response: SipResponse): void {
    const record = this.#record('transaction answered: ', transaction, response.status, response)
    const { isAcks } = this.#settings
    if (record === undefined || !isAcks || record.request.method !== 'INVITE') return
    this.#unacknowledged.set(keyOf(record.request), { ...record, state: transaction.state })
    if (this.#unacknowledged.size > mostUnacknowledged)
      for (const oldest of this.#unacknowledged.keys()) {
        this.#unacknowledged.delete(oldest)
        break
      }
  }

  failed(transaction: AccountedTransaction, status: number, response: SipResponse | undefined): void {
    if (this.#settings.isFailures) this.#record('transaction answered: ', transaction, status, response)
  }

  /** Before a failure route sends the call elsewhere; once for each time that the flag was set. */
  missed(transaction: AccountedTransaction, status: number, response: SipResponse | undefined): void {
    const { state } = transaction
    const { logMissedFlag, dbMissedFlag, missedTable } = this.#settings
    const record = recordOf(transaction, status, response)
    if (record?.request.method !== 'INVITE' || status < 300) return
    if ((state.flags & logMissedFlag) !== 0) this.#log('call missed: ', record)
    if ((state.flags & dbMissedFlag) !== 0) this.#row(missedTable, record, true)
    state.flags &= ~(logMissedFlag | dbMissedFlag)
  }

  acknowledged(request: SipRequest): void {
    const answered = this.#unacknowledged.get(keyOf(request))
    if (answered === undefined) return
    this.#unacknowledged.delete(keyOf(request))
    this.#write('request acknowledged: ', answered.state, { ...answered, request })
  }

  cancelled(run: Run): void {
    if (!this.#settings.isCancels) return
    this.#record(
      'transaction answered: ',
      { request: run.request, state: run.state, uri: run.uri },
      200,
      undefined,
    )
  }

  /** acc_log_request: `comment` may begin with a status. */
  logRequest(run: Run, comment: Octets): 1 {
    this.#log('request accounted: ', commented(run, comment))
    return 1
  }

  /** acc_db_request. */
  storeRequest(run: Run, comment: Octets, table: string): 1 {
    this.#row(table, commented(run, comment), table === this.#settings.missedTable)
    return 1
  }

  #record(
    lead: string,
    transaction: AccountedTransaction,
    status: number,
    response: SipResponse | undefined,
  ): Accounted | undefined {
    const { logFlag, dbFlag } = this.#settings
    if ((transaction.state.flags & (logFlag | dbFlag)) === 0) return undefined
    const record = recordOf(transaction, status, response)
    if (record !== undefined) this.#write(lead, transaction.state, record)
    return record
  }

  #write(lead: string, state: RunState, record: Accounted): void {
    const { logFlag, dbFlag, table } = this.#settings
    if ((state.flags & logFlag) !== 0) this.#log(lead, record)
    if ((state.flags & dbFlag) !== 0) this.#row(table, record, false)
  }

  #log(lead: string, record: Accounted): void {
    const { logLevel, logFormat } = this.#settings
    this.#core.emit({ kind: 'accounted', level: logLevel, text: accountingLine(lead, logFormat, record) })
  }

  #row(table: string, record: Accounted, isMissed: boolean): void {
    const time = writeTime(this.#core.options.wallClock(), this.#settings.isLocalTime)
    this.#core.save([{ kind: 'add-accounting', table, row: accountingRow(record, isMissed, time) }])
  }
}

function recordOf(
  { request, state, uri }: AccountedTransaction,
  status: number,
  response: SipResponse | undefined,
): Accounted | undefined {
  if (request === undefined) return undefined
  const reason = response?.reason ?? reasonPhrase(status)
  return { request, response, status, reason, outgoing: uri, login: state.login }
}

/** `404 Not Found`, or any words: then the status is 0. */
function commented(run: Run, comment: Octets): Accounted {
  const hasStatus = /^\d{3}(?: |$)/.test(comment)
  return {
    request: run.request,
    response: undefined,
    status: hasStatus ? Number(comment.slice(0, 3)) : 0,
    reason: hasStatus ? comment.slice(4) : comment,
    outgoing: run.uri,
    login: run.state.login,
  }
}

function keyOf(request: SipRequest): string {
  return `${request.callId} ${request.cseq.number}`
}

/** Undefined where the script does without acc. */
export function accountingOf(core: Core, program: Program<Run>): Accounting | undefined {
  const settings = program.settings('acc')
  if (settings === undefined) return undefined
  const number = (name: string): number => Number(settings.get(name) ?? 0)
  const flag = (name: string): number => (number(name) === 0 ? 0 : 1 << number(name))
  return new Accounting(core, {
    isEarlyMedia: number('early_media') !== 0,
    isFailures: number('failed_transactions') !== 0,
    isAcks: number('report_ack') !== 0,
    isCancels: number('report_cancels') !== 0,
    logFlag: flag('log_flag'),
    logMissedFlag: flag('log_missed_flag'),
    dbFlag: flag('db_flag'),
    dbMissedFlag: flag('db_missed_flag'),
    logLevel: number('log_level'),
    logFormat: String(settings.get('log_fmt') ?? ''),
    table: String(settings.get('db_table_acc') ?? 'acc'),
    missedTable: String(settings.get('db_table_missed_calls') ?? 'missed_calls'),
    isLocalTime: number('db_localtime') !== 0,
  })
}

/** `2026-11-25 09:00:00`, as MySQL writes it. */
function writeTime(unixMs: number, isLocal: boolean): string {
  const at = new Date(unixMs)
  const shown = isLocal ? new Date(unixMs - at.getTimezoneOffset() * 60_000) : at
  return shown.toISOString().slice(0, 19).replace('T', ' ')
}
