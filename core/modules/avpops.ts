import type { AttributeName, AttributeValue, Run } from '../exchange/index.ts'
import type { ModuleSpec, Pattern, Refused, Settings, Step } from '../script/index.ts'
import { compilePattern } from '../script/index.ts'
import { loadAttributes, readDatabaseName } from './avpops-rows.ts'
import { logAttribute, readAttributeName, readSource, readValue, splitAtSlash } from './avp-names.ts'
import { preparePush } from './avpops-push.ts'
import { built, isRefused, textOf } from './built.ts'
import { blocksRF, command } from './later-tables.ts'
import { columns, number, text } from './tables.ts'

const rests = 'module avpops'

/** Attributes ("AVPs") that go with a transaction, and the preferences of users that they come from. */
export const avpops: ModuleSpec<Run> = {
  name: 'avpops',
  summary: 'reads, writes and compares attributes of a call, and loads them from a table',
  parameters: [
    text('avp_url', undefined, 'Database of other systems; this one has its own tables.'),
    text('avp_table', undefined, 'Table of attributes. Unset: usr_preferences.'),
    text('avp_aliases', undefined, 'Other names for attributes, such as "name=i:12;other=s:text".'),
    number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
    ...columns(
      ['uuid_column', 'uuid', 'the identifier'],
      ['username_column', 'username', 'the user'],
      ['domain_column', 'domain', 'the domain'],
      ['attribute_column', 'attribute', 'the name of the attribute'],
      ['value_column', 'value', 'its value'],
      ['type_column', 'type', 'its type'],
    ),
    text('db_scheme', undefined, 'Another way to read a table, such as "name:table=..;value_column=..".'),
  ],
  commands: [
    built(
      'avp_db_load(source, name)',
      blocksRF,
      'Loads the attributes {1} of {0} from a table; false when there are none.',
      rests,
      ([source = '', name = ''], settings) => {
        const wanted = readDatabaseName(source, name, settings)
        return isRefused(wanted) ? wanted : (run) => loadAttributes(run, wanted)
      },
    ),
    command(
      'avp_db_store(source, name)',
      blocksRF,
      'Stores the attributes {1} of {0} in the database.',
      rests,
    ),
    command(
      'avp_db_delete(source, name)',
      blocksRF,
      'Deletes the attributes {1} of {0} from the database.',
      rests,
    ),
    built(
      'avp_write(value, name)',
      blocksRF,
      'Gives the call an attribute {1} with the value {0}.',
      rests,
      ([value = '', name = ''], settings) => prepareWrite(value, name, settings),
    ),
    built(
      'avp_delete(name)',
      blocksRF,
      'Takes the newest attribute {0} from the call, with /g all of that name; false when there is none.',
      rests,
      ([name = ''], settings) => {
        const [wanted, flags] = splitAtSlash(name)
        const attribute = readAttributeName(wanted, textOf(settings, 'avp_aliases'))
        if (isRefused(attribute)) return attribute
        return (run) => (run.attributes.remove(attribute, flags === 'g') > 0 ? 1 : -1)
      },
    ),
    built(
      'avp_pushto(target, name)',
      blocksRF,
      'Writes the value of the attribute {1} into {0}; false when there is no such attribute.',
      rests,
      ([target = '', name = ''], settings) => preparePush(target, name, textOf(settings, 'avp_aliases')),
    ),
    built(
      'avp_check(name, comparison)',
      blocksRF,
      'True if the attribute {0} meets {1}.',
      rests,
      ([name = '', comparison = ''], settings) => prepareCheck(name, comparison, settings),
    ),
    built(
      'avp_print()',
      blocksRF,
      'Writes the attributes of the call into the log, the newest first.',
      rests,
      () => (run) => {
        for (const { name, value } of run.attributes.list) logAttribute(run, name, value)
        return 1
      },
    ),
  ],
}

function prepareWrite(value: string, name: string, settings: Settings): Step<Run> | Refused {
  const attribute = readAttributeName(name, textOf(settings, 'avp_aliases'))
  if (isRefused(attribute)) return attribute
  const read = prepareValue(value)
  if (isRefused(read)) return read
  return (run) => {
    const found = read(run)
    if (found === undefined) return -1
    run.attributes.add(attribute, found)
    return 1
  }
}

function prepareValue(text: string): ((run: Run) => AttributeValue | undefined) | Refused {
  if (text.startsWith('$')) {
    const source = readSource(text)
    return (
      source ?? {
        refused: `"${text}" is no source of a value.`,
        remedy: 'Write $src_ip, or $from, $to or $ruri, with /username or /domain behind it if you like.',
      }
    )
  }
  const value = readValue(text)
  if (Number.isNaN(value)) return { refused: `"${text}" is no number.`, remedy: 'Write "i:5".' }
  return () => value
}

type Compare = (value: AttributeValue, run: Run) => boolean

function prepareCheck(name: string, comparison: string, settings: Settings): Step<Run> | Refused {
  const attribute = readAttributeName(name, textOf(settings, 'avp_aliases'))
  if (isRefused(attribute)) return attribute
  const compare = readComparison(comparison)
  if (isRefused(compare)) return compare
  return (run) =>
    valuesOf(run, attribute, compare.isAny).some((value) => compare.holds(value, run)) ? 1 : -1
}

function valuesOf(run: Run, name: AttributeName, isAny: boolean): readonly AttributeValue[] {
  const values = run.attributes.all(name)
  return isAny ? values : values.slice(0, 1)
}

/** `eq/value/flags`; g: any of the values may meet it, i: letters of either case. */
function readComparison(text: string): { readonly holds: Compare; readonly isAny: boolean } | Refused {
  const [, operator = '', wanted = '', flags = ''] =
    /^(eq|lt|gt|re)\/(\$\w+(?:\/(?:username|domain))?|[^/]*)(?:\/([gi]*))?$/s.exec(text) ?? []
  const isFolded = flags.includes('i')
  const isAny = flags.includes('g')
  if (operator === '') {
    return {
      refused: `"${text}" is no comparison.`,
      remedy: 'Write eq, lt, gt or re, a slash and the value, such as "eq/s:yes/i".',
    }
  }
  if (operator === 're') {
    const pattern = compilePattern(String(readValue(wanted)), { isCaseSensitive: !isFolded })
    return isRefused(pattern) ? pattern : { holds: matching(pattern), isAny }
  }
  const read = prepareValue(wanted)
  if (isRefused(read)) return read
  const sign = operator === 'eq' ? 0 : operator === 'lt' ? -1 : 1
  const holds: Compare = (value, run) => {
    const other = read(run)
    return other !== undefined && order(value, other, isFolded) === sign
  }
  return { holds, isAny }
}

function matching(pattern: Pattern): Compare {
  return (value) => typeof value === 'string' && pattern.test(value)
}

/** Undefined where a number meets a text. */
function order(a: AttributeValue, b: AttributeValue, isFolded: boolean): number | undefined {
  if (typeof a !== typeof b) return undefined
  if (typeof a === 'number') return Math.sign(a - Number(b))
  const [one, other] = isFolded ? [a.toLowerCase(), String(b).toLowerCase()] : [a, String(b)]
  return one === other ? 0 : one < other ? -1 : 1
}
