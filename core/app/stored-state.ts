import type { CallRecord, Notice, StoredState, Subscriber } from '../exchange/index.ts'
import type { SqlRow, Store } from '../io/index.ts'
import { joinUser, subscriberColumns } from './stored-rows.ts'

const dateMs = (column: string): string =>
  `CAST(round((julianday(${column}) - 2440587.5) * 86400000) AS INTEGER)`
/** A list of lists for each table: a row that comes as an object costs five times as much. */
const contactQuery = ['location', 'aliases', 'other_contacts']
  .map((table) => {
    const name = table === 'other_contacts' ? 'table_name' : `'${table}'`
    return `SELECT json_group_array(json_array(${name}, username, domain, contact, received, ${dateMs('expires')},
      q, callid, cseq, flags, user_agent, parameters)) AS list FROM ${table}`
  })
  .join(' UNION ALL ')

type ContactRow = readonly [
  table: string,
  username: string,
  domain: string,
  contact: string,
  received: string | null,
  expiresAtUnixMs: number,
  q: number | null,
  callId: string,
  cseq: number,
  flags: number,
  userAgent: string,
  parameters: string,
]

/** All that the exchange has to know before its first message. */
export async function loadState(store: Store): Promise<StoredState> {
  const contacts = await store.read(contactQuery)
  const subscribers = await store.read('SELECT * FROM subscriber')
  const calls = await store.read('SELECT * FROM calls WHERE ended_at_ms IS NULL ORDER BY began_at_ms')
  const domains = await store.read('SELECT domain FROM domain ORDER BY domain')
  const settings = await store.read('SELECT name, value FROM settings')
  const notices = await store.read('SELECT * FROM events ORDER BY id DESC LIMIT 1000')
  return {
    contacts: contacts.flatMap((row) => (JSON.parse(text(row, 'list')) as ContactRow[]).map(contactOf)),
    subscribers: subscribers.map(subscriberOf),
    callsUnderWay: calls.map(callOf),
    domains: domains.map((row) => text(row, 'domain')),
    settings: Object.fromEntries(settings.map((row) => [text(row, 'name'), text(row, 'value')])),
    notices: notices.map(noticeOf).reverse(),
  }
}

function contactOf(row: ContactRow): StoredState['contacts'][number] {
  const [
    table,
    username,
    domain,
    contact,
    received,
    expiresAtUnixMs,
    q,
    callId,
    cseq,
    flags,
    userAgent,
    rest,
  ] = row
  return {
    table,
    contact: {
      user: joinUser(username, domain),
      contact,
      received: received ?? undefined,
      expiresAtUnixMs,
      q: q === null ? undefined : Math.round(q * 1000),
      callId,
      cseq,
      flags,
      userAgent,
      parameters: rest,
    },
  }
}

function subscriberOf(row: SqlRow): Subscriber {
  const columns: Record<string, string> = readMore(text(row, 'more'))
  for (const name of subscriberColumns) {
    const value = optionalText(row, name)
    if (value !== undefined && value !== '') columns[name] = value
  }
  return {
    username: text(row, 'username'),
    domain: text(row, 'domain'),
    ha1: text(row, 'ha1'),
    ha1b: text(row, 'ha1b'),
    ha1Sha256: text(row, 'ha1_sha256'),
    ha1bSha256: text(row, 'ha1b_sha256'),
    email: text(row, 'email_address'),
    displayName: text(row, 'display_name'),
    columns,
  }
}

function readMore(json: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, String(held)]))
  } catch {
    return {}
  }
}

function callOf(row: SqlRow): CallRecord {
  return {
    callId: text(row, 'call_id'),
    fromTag: text(row, 'from_tag'),
    from: text(row, 'sip_from'),
    to: text(row, 'sip_to'),
    beganAtUnixMs: number(row, 'began_at_ms'),
    answeredAtUnixMs: optionalNumber(row, 'answered_at_ms'),
    endedAtUnixMs: undefined,
    durationMs: number(row, 'duration_ms'),
    ending: undefined,
    status: number(row, 'status'),
    hungUpBy: undefined,
    facts: text(row, 'facts'),
  }
}

function noticeOf(row: SqlRow): Notice {
  const level = text(row, 'level')
  return {
    atUnixMs: number(row, 'at_ms'),
    level: level === 'problem' || level === 'warning' ? level : 'info',
    code: text(row, 'code'),
    text: text(row, 'text'),
    subject: text(row, 'subject'),
  }
}

function text(row: SqlRow, column: string): string {
  return String(row[column] ?? '')
}

function optionalText(row: SqlRow, column: string): string | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : String(value)
}

function number(row: SqlRow, column: string): number {
  return Number(row[column] ?? 0)
}

function optionalNumber(row: SqlRow, column: string): number | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : Number(value)
}
