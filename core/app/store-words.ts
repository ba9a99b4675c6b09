import type { Exchange } from '../exchange/index.ts'
import type { Store } from '../io/index.ts'
import type { ControlAnswer } from './control-protocol.ts'
import type { Host } from './host.ts'
import type { Keeper } from './keeper.ts'
import { retentionLimits } from './retention.ts'
import { putSetting } from './stored-rows.ts'

/** What is asked of the store and not of the exchange. */
export type StoreRequest =
  | { readonly what: 'backup'; readonly file: string }
  | { readonly what: 'restore'; readonly file: string; readonly isDryRun: boolean }
  | { readonly what: 'showdb'; readonly user: string | undefined }
  | { readonly what: 'settings' }
  | { readonly what: 'set'; readonly name: string; readonly value: string }

export const storeUsage = [
  'showdb [USER]                the contacts that are on disk',
  'backup FILE                  a copy of the store as it is now, in one file',
  'restore FILE [--dry-run]     puts a backup in place of everything that is kept',
  'settings [NAME VALUE]        for how long events, calls and traces are kept',
]

/** The words behind `ctl`; a text says what was wrong with them, undefined: they are no words of the store. */
export function readStoreWords([first = '', ...rest]: readonly string[]): StoreRequest | string | undefined {
  switch (first) {
    case 'backup': {
      const [file] = rest
      return file !== undefined && rest.length === 1 ? { what: 'backup', file } : 'write backup FILE'
    }
    case 'restore':
      return readRestore(rest)
    case 'showdb':
      return rest.length <= 1 ? { what: 'showdb', user: rest[0] } : 'write showdb [USER]'
    case 'settings':
      return readSettings(rest)
    default:
      return undefined
  }
}

function readRestore(words: readonly string[]): StoreRequest | string {
  const files = words.filter((word) => word !== '--dry-run' && word !== 'dry-run')
  const [file] = files
  if (file === undefined || files.length > 1 || words.length > 2) return 'write restore FILE [--dry-run]'
  return { what: 'restore', file, isDryRun: words.length > files.length }
}

function readSettings(words: readonly string[]): StoreRequest | string {
  if (words.length === 0) return { what: 'settings' }
  const [name = '', value = ''] = words
  const names = Object.keys(presets())
  if (words.length !== 2 || !names.includes(name) || !/^\d{1,9}$/.test(value))
    return `write settings NAME NUMBER; names are ${names.join(', ')}`
  return { what: 'set', name, value }
}

export async function answerStore(
  request: StoreRequest,
  keeper: Keeper,
  host: Host<Exchange>,
): Promise<ControlAnswer> {
  try {
    return { ok: true, value: await carryOut(request, keeper, host) }
  } catch (error) {
    return { ok: false, code: 'store', message: error instanceof Error ? error.message : String(error) }
  }
}

async function carryOut(request: StoreRequest, keeper: Keeper, host: Host<Exchange>): Promise<unknown> {
  const { store } = keeper
  switch (request.what) {
    case 'backup':
      return { file: request.file, ...(await store.backUp(request.file)) }
    case 'restore': {
      const rows = await store.restore(request.file, request.isDryRun)
      if (!request.isDryRun) host.tell({ kind: 'loaded', state: await keeper.load(), isWhole: true })
      return { restored: !request.isDryRun, rows }
    }
    case 'showdb':
      return store.read(showQuery, request.user ?? null)
    case 'settings':
      return { ...presets(), ...(await readStored(store)) }
    case 'set':
      return setOne(store, request.name, request.value)
  }
}

const shown = 'username, domain, contact, expires, q, flags, received, user_agent'
const showQuery = `SELECT * FROM (
  SELECT 'location' AS "table", ${shown} FROM location UNION ALL
  SELECT 'aliases', ${shown} FROM aliases UNION ALL
  SELECT table_name, ${shown} FROM other_contacts)
  WHERE ?1 IS NULL OR username = ?1 OR username || '@' || domain = ?1 LIMIT 100000`

function presets(): Record<string, number> {
  return Object.fromEntries(
    retentionLimits.flatMap(({ daysSetting, days, rowsSetting, rows }) => [
      [daysSetting, days],
      [rowsSetting, rows],
    ]),
  )
}

async function readStored(store: Store): Promise<Record<string, number>> {
  const known = presets()
  const rows = await store.read('SELECT name, value FROM settings')
  return Object.fromEntries(
    rows
      .filter(({ name }) => String(name) in known)
      .map(({ name, value }) => [String(name), Number(value)] as const),
  )
}

function setOne(store: Store, name: string, value: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    store.write([{ sql: putSetting, row: [name, value] }], (trouble) => {
      if (trouble === undefined) resolve({ [name]: value })
      else reject(new Error(trouble.sentence))
    })
  })
}
