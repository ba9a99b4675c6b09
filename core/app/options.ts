import { parseArgs, type ParseArgsConfig } from 'node:util'
import { isIP } from 'node:net'
import { logLevels, type LogLevel } from '../io/index.ts'
import { defaultDataFolder } from './data-folder.ts'
import { Failure } from './failure.ts'
import { parseListen, type ListenWish } from './listen.ts'
import type { NatTestOptions } from './nat-test-command.ts'
import type { StunPlace, StunWish } from './stun-server.ts'
import type { TrialRequest } from './trial.ts'

export interface ServeOptions {
  readonly folder: string
  readonly script: string | undefined
  readonly listen: readonly ListenWish[]
  readonly media: MediaRange | undefined
  readonly stun: StunWish
  readonly console: { readonly host: string; readonly port: number } | 'off' | undefined
  readonly isReadyJson: boolean
  readonly logLevel: LogLevel
}

export interface MediaRange {
  readonly host: string
  readonly lowPort: number
  readonly highPort: number
}

export interface CheckOptions {
  readonly files: readonly string[]
  readonly isJson: boolean
}

export interface ExplainOptions {
  readonly file: string
  readonly isJson: boolean
}

export interface TraceOptions {
  readonly file: string
  readonly isJson: boolean
  readonly request: TrialRequest
}

export interface BackupOptions {
  readonly folder: string
  readonly file: string
  readonly isDryRun: boolean
  readonly isJson: boolean
}

export interface DoctorOptions {
  readonly folder: string
  readonly callId: string
  readonly language: 'en' | 'de'
  readonly isJson: boolean
}

export interface CtlOptions {
  readonly folder: string
  readonly words: readonly string[]
  readonly isJson: boolean
}

/** Each reader throws a `Failure` with exit code 2 on words that it can't use. */
export function readServeOptions(args: readonly string[]): ServeOptions {
  const { values } = read(args, {
    options: {
      data: { type: 'string' },
      script: { type: 'string' },
      listen: { type: 'string', multiple: true },
      media: { type: 'string' },
      stun: { type: 'string', multiple: true },
      'stun-discovery': { type: 'boolean' },
      console: { type: 'string' },
      'ready-json': { type: 'boolean' },
      log: { type: 'string' },
    },
    allowPositionals: false,
  })
  return {
    folder: values.data ?? defaultDataFolder(),
    script: values.script,
    listen: (values.listen ?? []).map(readListen),
    media: values.media === undefined ? undefined : readMedia(values.media),
    stun: { places: readStun(values.stun), isDiscovery: values['stun-discovery'] === true },
    console: values.console === undefined ? undefined : readConsole(values.console),
    isReadyJson: values['ready-json'] === true,
    logLevel: values.log === undefined ? 'info' : readLevel(values.log),
  }
}

export function readCheckOptions(args: readonly string[]): CheckOptions {
  const { values, positionals } = read(args, {
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (positionals.length === 0) throw new Failure('check needs the name of at least one script.', 2)
  return { files: positionals, isJson: values.json === true }
}

export function readExplainOptions(args: readonly string[]): ExplainOptions {
  const { values, positionals } = read(args, {
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  })
  const [file] = positionals
  if (file === undefined || positionals.length > 1)
    throw new Failure('explain needs the name of one script.', 2)
  return { file, isJson: values.json === true }
}

export function readDoctorOptions(args: readonly string[]): DoctorOptions {
  const { values, positionals } = read(args, {
    options: { data: { type: 'string' }, json: { type: 'boolean' }, language: { type: 'string' } },
    allowPositionals: true,
  })
  const [callId] = positionals
  if (callId === undefined || positionals.length > 1)
    throw new Failure('doctor needs the Call-ID of one call; sidetone ctl calls lists them.', 2)
  const { language = 'en' } = values
  if (language !== 'en' && language !== 'de') throw new Failure('--language is en or de.', 2)
  return { folder: values.data ?? defaultDataFolder(), callId, language, isJson: values.json === true }
}

export function readTraceOptions(args: readonly string[]): TraceOptions {
  const { values, positionals } = read(args, {
    options: {
      json: { type: 'boolean' },
      method: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      source: { type: 'string' },
      'in-dialog': { type: 'boolean' },
      header: { type: 'string', multiple: true },
      registered: { type: 'string', multiple: true },
      answer: { type: 'string', multiple: true },
    },
    allowPositionals: true,
  })
  const [file] = positionals
  if (file === undefined || positionals.length > 1)
    throw new Failure('trace needs the name of one script.', 2)
  return {
    file,
    isJson: values.json === true,
    request: {
      method: readWord('method', values.method ?? 'INVITE', /^[A-Z]+$/, 'a method such as INVITE'),
      from: readWord('from', values.from ?? '101', printable, 'a number or a SIP URI'),
      to: readWord('to', values.to ?? '102', printable, 'a number or a SIP URI'),
      source: readPlace('source', values.source ?? '203.0.113.1:5060'),
      isInDialog: values['in-dialog'] === true,
      headers: (values.header ?? []).map((line) =>
        readWord('header', line, /^[\w-]+ *: *[ -~]*$/, 'a header such as "Route: <sip:10.0.0.5;lr>"'),
      ),
      registered: values.registered ?? [],
      answers: (values.answer ?? []).map((status) =>
        Number(readWord('answer', status, /^[1-6]\d\d$/, 'a status such as 486')),
      ),
    },
  }
}

const printable = /^[!-;=?-~]+$/

function readWord(option: string, text: string, shape: RegExp, wanted: string): string {
  if (!shape.test(text)) throw new Failure(`--${option} ${text}: write ${wanted}.`, 2)
  return text
}

export function readBackupOptions(what: 'backup' | 'restore', args: readonly string[]): BackupOptions {
  const { values, positionals } = read(args, {
    options: { json: { type: 'boolean' }, data: { type: 'string' }, 'dry-run': { type: 'boolean' } },
    allowPositionals: true,
  })
  const [file] = positionals
  if (file === undefined || positionals.length > 1)
    throw new Failure(`${what} needs the name of one file.`, 2)
  if (what === 'backup' && values['dry-run'] === true)
    throw new Failure('--dry-run is for restore: a backup changes nothing.', 2)
  return {
    folder: values.data ?? defaultDataFolder(),
    file,
    isDryRun: values['dry-run'] === true,
    isJson: values.json === true,
  }
}

export function readNatTestOptions(args: readonly string[]): NatTestOptions {
  const { values } = read(args, {
    options: {
      server: { type: 'string', multiple: true },
      lifetime: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowPositionals: false,
  })
  return { servers: values.server ?? [], longestSilence: values.lifetime, isJson: values.json === true }
}

export function readCtlOptions(args: readonly string[]): CtlOptions {
  const { values, positionals } = read(args, {
    options: { json: { type: 'boolean' }, data: { type: 'string' }, 'dry-run': { type: 'boolean' } },
    allowPositionals: true,
  })
  const words = values['dry-run'] === true ? [...positionals, '--dry-run'] : positionals
  return { folder: values.data ?? defaultDataFolder(), words, isJson: values.json === true }
}

function read<Config extends ParseArgsConfig>(
  args: readonly string[],
  config: Config,
): ReturnType<typeof parseArgs<Config & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] })
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    throw new Failure(`${first.replace(/\.$/, '')}: sidetone --help lists what there is.`, 2)
  }
}

function readListen(text: string): ListenWish {
  const wish = parseListen(text)
  if (typeof wish === 'string') throw new Failure(wish, 2)
  return wish
}

/** `HOST:LOW-HIGH`, IPv6 in brackets. */
function readMedia(text: string): MediaRange {
  const [, bracketed = '', low = '', high = ''] =
    /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5})-(\d{1,5})$/.exec(text) ?? []
  const range = { host: bracketed.replace(/^\[|\]$/g, ''), lowPort: Number(low), highPort: Number(high) }
  const isGood =
    isIP(range.host) !== 0 && range.lowPort >= 1 && range.lowPort < range.highPort && range.highPort <= 65_535
  if (!isGood) throw new Failure(`--media ${text}: write HOST:LOW-HIGH, such as 192.168.1.10:30000-39999.`, 2)
  return range
}

function readConsole(text: string): ServeOptions['console'] {
  if (text === 'off') return 'off'
  const { address: host, port } = readPlaceOr(
    text,
    `--console ${text}: write HOST:PORT, such as 127.0.0.1:8060, or off.`,
  )
  return { host, port }
}

function readStun(texts: readonly string[] | undefined): StunWish['places'] {
  if (texts === undefined) return undefined
  if (texts.includes('off')) return 'off'
  return texts.map((text): StunPlace => {
    const { address: host, port } = readPlace('stun', text)
    // RFC 5780 takes the next port too.
    if (port === 65_535) throw new Failure(`--stun ${text}: take a lower port.`, 2)
    return { host, port }
  })
}

function readPlace(option: string, text: string): { address: string; port: number } {
  const wanted = `--${option} ${text}: write ADDRESS:PORT, such as 192.168.1.20:5060.`
  const place = readPlaceOr(text, wanted)
  if (isIP(place.address) === 0) throw new Failure(wanted, 2)
  return place
}

function readPlaceOr(text: string, complaint: string): { address: string; port: number } {
  const [, bracketed = '', digits = ''] = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5})$/.exec(text) ?? []
  const place = { address: bracketed.replace(/^\[|\]$/g, ''), port: Number(digits) }
  if (place.address === '' || place.port > 65_535) throw new Failure(complaint, 2)
  return place
}

function readLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text)
  if (level === undefined) throw new Failure(`--log ${text}: one of ${logLevels.join(', ')}.`, 2)
  return level
}
