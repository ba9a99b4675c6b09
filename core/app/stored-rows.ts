import type { CallRecord, Change, Notice, StoredContact, Subscriber } from '../exchange/index.ts'
import type { Operation, SqlValue } from '../io/index.ts'
import { unreachable } from '../lib/unreachable.ts'

/** A change as rows for the tables. */
export function operationsOf(change: Change, nowUnixMs: number): Operation {
  switch (change.kind) {
    case 'put-contact':
      return putContact(change.table, change.contact, nowUnixMs)
    case 'drop-contact':
      return dropContact(change.table, change.user, change.contact)
    case 'clear-contacts':
      return isOwnTable(change.table)
        ? { sql: clearing[change.table], row: [] }
        : { sql: clearOthers, row: [change.table] }
    case 'put-subscriber':
      return { sql: putSubscriber, row: subscriberRow(change.subscriber, nowUnixMs) }
    case 'drop-subscriber':
      return { sql: dropSubscriber, row: [change.username, change.domain] }
    case 'add-accounting':
      return addAccounting(change.table, change.row)
    case 'put-call':
      return { sql: putCall, row: callRow(change.call) }
    case 'add-notice':
      return { sql: addNotice, row: noticeRow(change.notice) }
    case 'put-setting':
      return { sql: putSetting, row: [change.name, change.value] }
    default:
      return unreachable(change)
  }
}

/** The tables of contacts that stand in the guide; contacts of all others share one. */
type OwnTable = 'location' | 'aliases'

function isOwnTable(table: string): table is OwnTable {
  return table === 'location' || table === 'aliases'
}

/** `?1` is a JSON list of rows; the n-th value of each. */
function value(at: number): string {
  return `value ->> ${at}`
}

function values(count: number): string {
  return Array.from({ length: count }, (_, at) => value(at)).join(', ')
}

/** The guide's tools read dates; what is kept of the milliseconds does not disturb them. */
function date(at: number): string {
  return `strftime('%Y-%m-%d %H:%M:%f', ${value(at)} / 1000.0, 'unixepoch')`
}

const contactColumns =
  'username, domain, contact, received, q, callid, cseq, flags, user_agent, parameters, expires, last_modified'
const contactValues = `${values(10)}, ${date(10)}, ${date(11)}`
const contactKey = `SELECT ${values(3)} FROM json_each(?1)`

/** An update keeps its place in the file: phones of equal q are rung in the same order after a restart. */
function putInto(table: string, key: string, columns: string, given: string): string {
  const updates = columns
    .split(', ')
    .filter((column) => !key.split(', ').includes(column))
    .map((column) => `${column} = excluded.${column}`)
  return `INSERT INTO ${table} (${columns}) SELECT ${given} FROM json_each(?1) WHERE true
    ON CONFLICT (${key}) DO UPDATE SET ${updates.join(', ')}`
}

const contactKeys = 'username, domain, contact'
const putting = forOwnTables((table) => putInto(table, contactKeys, contactColumns, contactValues))
const dropping = forOwnTables(
  (table) => `DELETE FROM ${table} WHERE (username, domain, contact) IN (${contactKey})`,
)
const droppingAll = forOwnTables(
  (table) => `DELETE FROM ${table} WHERE (username, domain) IN (SELECT ${values(2)} FROM json_each(?1))`,
)
const clearing = forOwnTables((table) => `DELETE FROM ${table} WHERE ?1 IS NOT NULL`)
const putOther = putInto(
  'other_contacts',
  `table_name, ${contactKeys}`,
  `${contactColumns}, table_name`,
  `${contactValues}, ${value(12)}`,
)
const dropOther = `DELETE FROM other_contacts WHERE (username, domain, contact, table_name) IN
  (SELECT ${values(4)} FROM json_each(?1))`
const dropAllOther = `DELETE FROM other_contacts WHERE (username, domain, table_name) IN
  (SELECT ${values(3)} FROM json_each(?1))`
const clearOthers = `DELETE FROM other_contacts WHERE table_name IN (SELECT ${value(0)} FROM json_each(?1))`

function forOwnTables(sql: (table: string) => string): Readonly<Record<OwnTable, string>> {
  return { location: sql('location'), aliases: sql('aliases') }
}

function putContact(table: string, contact: StoredContact, nowUnixMs: number): Operation {
  const row: SqlValue[] = [
    ...splitUser(contact.user),
    contact.contact,
    contact.received ?? null,
    contact.q === undefined ? null : contact.q / 1000,
    contact.callId,
    contact.cseq,
    contact.flags,
    contact.userAgent,
    contact.parameters,
    contact.expiresAtUnixMs,
    nowUnixMs,
  ]
  return isOwnTable(table) ? { sql: putting[table], row } : { sql: putOther, row: [...row, table] }
}

function dropContact(table: string, user: string, contact: string | undefined): Operation {
  const key = splitUser(user)
  if (contact === undefined)
    return isOwnTable(table)
      ? { sql: droppingAll[table], row: key }
      : { sql: dropAllOther, row: [...key, table] }
  const row = [...key, contact]
  return isOwnTable(table) ? { sql: dropping[table], row } : { sql: dropOther, row: [...row, table] }
}

/** A record's key as the guide's two columns; `joinUser` is its reverse for every key. */
export function splitUser(user: string): [username: string, domain: string] {
  const at = user.lastIndexOf('@')
  return at < 0 ? [user, ''] : [user.slice(0, at), user.slice(at + 1)]
}

export function joinUser(username: string, domain: string): string {
  return domain === '' ? username : `${username}@${domain}`
}

/** Columns of the guide's subscriber table that a script may ask for; whatever else there is stands in `more`. */
export const subscriberColumns = [
  'first_name',
  'last_name',
  'phone',
  'greeting',
  'timezone',
  'rpid',
  'domn',
  'uuid',
] as const

const putSubscriber = `INSERT INTO subscriber
  (username, domain, ha1, ha1b, ha1_sha256, ha1b_sha256, email_address, display_name, more,
   ${subscriberColumns.join(', ')}, datetime_created, datetime_modified)
  SELECT ${values(9)}, ${subscriberColumns.map((name, at) => (at < 4 ? `coalesce(${value(9 + at)}, '')` : value(9 + at))).join(', ')},
    ${date(17)}, ${date(17)} FROM json_each(?1) WHERE true
  ON CONFLICT (username, domain) DO UPDATE SET
    ha1 = excluded.ha1, ha1b = excluded.ha1b, ha1_sha256 = excluded.ha1_sha256, ha1b_sha256 = excluded.ha1b_sha256,
    email_address = excluded.email_address, display_name = excluded.display_name, more = excluded.more,
    ${subscriberColumns.map((name) => `${name} = excluded.${name}`).join(', ')},
    datetime_modified = excluded.datetime_modified`
const dropSubscriber = `DELETE FROM subscriber WHERE (username, domain) IN (SELECT ${values(2)} FROM json_each(?1))`

function subscriberRow(subscriber: Subscriber, nowUnixMs: number): SqlValue[] {
  const own = new Set<string>(subscriberColumns)
  const more = Object.entries(subscriber.columns).filter(([name]) => !own.has(name))
  return [
    subscriber.username,
    subscriber.domain,
    subscriber.ha1,
    subscriber.ha1b,
    subscriber.ha1Sha256,
    subscriber.ha1bSha256,
    subscriber.email,
    subscriber.displayName,
    JSON.stringify(Object.fromEntries(more)),
    ...subscriberColumns.map((name) => subscriber.columns[name] ?? null),
    nowUnixMs,
  ]
}

const accountingColumns = [
  'sip_from',
  'sip_to',
  'sip_status',
  'sip_method',
  'i_uri',
  'o_uri',
  'from_uri',
  'to_uri',
  'sip_callid',
  'username',
  'domain',
  'fromtag',
  'totag',
  'time',
] as const

function addAccounting(table: string, row: Readonly<Record<string, string>>): Operation {
  const name = table === 'missed_calls' ? 'missed_calls' : 'acc'
  const sql = `INSERT INTO ${name} (${accountingColumns.join(', ')}) SELECT ${values(accountingColumns.length)} FROM json_each(?1)`
  return { sql, row: accountingColumns.map((column) => row[column] ?? '') }
}

const putCall = `INSERT OR REPLACE INTO calls
  (call_id, from_tag, sip_from, sip_to, began_at_ms, answered_at_ms, ended_at_ms, duration_ms, ending, status,
   hung_up_by, facts) SELECT ${values(12)} FROM json_each(?1)`

function callRow(call: CallRecord): SqlValue[] {
  return [
    call.callId,
    call.fromTag,
    call.from,
    call.to,
    call.beganAtUnixMs,
    call.answeredAtUnixMs ?? null,
    call.endedAtUnixMs ?? null,
    call.durationMs,
    call.ending ?? null,
    call.status,
    call.hungUpBy ?? null,
    call.facts,
  ]
}

export const putSetting =
  'INSERT OR REPLACE INTO settings (name, value) SELECT value ->> 0, value ->> 1 FROM json_each(?1)'
const addNotice = `INSERT INTO events (at_ms, level, code, subject, text) SELECT ${values(5)} FROM json_each(?1)`

function noticeRow(notice: Notice): SqlValue[] {
  return [notice.atUnixMs, notice.level, notice.code, notice.subject, notice.text]
}
