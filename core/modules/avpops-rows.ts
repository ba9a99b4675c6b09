import type { AttributeName, Row, Run } from '../exchange/index.ts'
import type { Refused, Settings } from '../script/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { readAttributeName, readSource, splitAtSlash } from './avp-names.ts'
import { isOn, isRefused, rowsOf, textOf } from './built.ts'

/** How a table of attributes is read. */
interface Columns {
  readonly table: string
  readonly uuid: string
  readonly username: string
  readonly domain: string
  readonly attribute: string
  readonly value: string
  readonly type: string
}

export interface Wanted {
  readonly columns: Columns
  /** Which rows belong to whom is asked for; undefined where the message does not say. */
  readonly owner: (run: Run) => ((row: Row) => boolean) | undefined
  /** Which of the owner's rows. */
  readonly isMeant: (name: AttributeName) => boolean
}

/** Bits of the column `type`: the value is a number; the name is a number. */
const valueIsNumber = 1
const nameIsNumber = 2

/** avp_db_load's arguments: whose attributes, which of them, and from which table. */
export function readDatabaseName(source: string, name: string, settings: Settings): Wanted | Refused {
  const [wanted, place] = splitAtSlash(name)
  const columns = columnsFor(place, settings)
  if (isRefused(columns)) return columns
  const isMeant = meaning(wanted, settings)
  if (isRefused(isMeant)) return isMeant
  const owner = ownerOf(source, columns, settings)
  return isRefused(owner) ? owner : { columns, owner, isMeant }
}

export function loadAttributes(run: Run, { columns, owner, isMeant }: Wanted): 1 | -1 {
  const isOwned = owner(run)
  if (isOwned === undefined) return -1
  let count = 0
  for (const row of rowsOf(run, columns.table)) {
    if (!isOwned(row)) continue
    const type = Number(row[columns.type] ?? 0)
    const name = typed(row[columns.attribute] ?? '', (type & nameIsNumber) !== 0)
    if (!isMeant(name)) continue
    run.attributes.add(name, typed(row[columns.value] ?? '', (type & valueIsNumber) !== 0))
    count++
  }
  return count > 0 ? 1 : -1
}

function typed(text: string, isNumber: boolean): AttributeName {
  return isNumber ? Number(text) : text
}

function columnsFor(place: string, settings: Settings): Columns | Refused {
  const plain: Columns = {
    table: textOf(settings, 'avp_table') || 'usr_preferences',
    uuid: textOf(settings, 'uuid_column'),
    username: textOf(settings, 'username_column'),
    domain: textOf(settings, 'domain_column'),
    attribute: textOf(settings, 'attribute_column'),
    value: textOf(settings, 'value_column'),
    type: textOf(settings, 'type_column'),
  }
  if (!place.startsWith('$')) return place === '' ? plain : { ...plain, table: place }
  const [name, ...fields] = textOf(settings, 'db_scheme').split(/[:;]/)
  if (name !== place.slice(1)) {
    return {
      refused: `there is no scheme "${place}".`,
      remedy: `Write modparam("avpops", "db_scheme", "${place.slice(1)}:table=…").`,
    }
  }
  const given = new Map(
    fields.map((field) => [field.split('=')[0]?.trim(), field.split('=')[1]?.trim() ?? '']),
  )
  return {
    table: given.get('table') ?? plain.table,
    uuid: given.get('uuid_column') ?? plain.uuid,
    username: given.get('username_column') ?? plain.username,
    domain: given.get('domain_column') ?? plain.domain,
    attribute: given.get('attribute_column') ?? plain.attribute,
    value: given.get('value_column') ?? plain.value,
    type: given.get('type_column') ?? plain.type,
  }
}

/** `""` is every attribute, `s:` and `i:` every one named by a text or a number. */
function meaning(wanted: string, settings: Settings): ((name: AttributeName) => boolean) | Refused {
  if (wanted === '') return () => true
  if (wanted === 's:') return (name) => typeof name === 'string'
  if (wanted === 'i:') return (name) => typeof name === 'number'
  const attribute = readAttributeName(wanted, textOf(settings, 'avp_aliases'))
  return isRefused(attribute) ? attribute : (name) => name === attribute
}

function ownerOf(source: string, columns: Columns, settings: Settings): Wanted['owner'] | Refused {
  const [from, part] = splitAtSlash(source)
  if (!source.startsWith('$')) return () => (row) => row[columns.uuid] === source
  const read = readSource(from)
  if (read === undefined || from === '$src_ip') return ownerByAttribute(source, columns, settings)
  const usesDomain = isOn(settings, 'use_domain')
  return (run) => {
    const uri = parseSipUri(read(run) ?? '')
    if (uri === undefined) return undefined
    const isUser = (row: Row): boolean => row[columns.username] === uri.user
    const isDomain = (row: Row): boolean => row[columns.domain]?.toLowerCase() === uri.host
    if (part === 'username') return isUser
    if (part === 'domain') return isDomain
    return usesDomain ? (row) => isUser(row) && isDomain(row) : isUser
  }
}

/** The identifier stands in an attribute of the call. */
function ownerByAttribute(source: string, columns: Columns, settings: Settings): Wanted['owner'] | Refused {
  const attribute = readAttributeName(source, textOf(settings, 'avp_aliases'))
  if (isRefused(attribute)) return attribute
  return (run) => {
    const uuid = run.attributes.first(attribute)
    return uuid === undefined ? undefined : (row) => row[columns.uuid] === String(uuid)
  }
}
