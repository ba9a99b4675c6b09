import type { Program } from '../script/index.ts'
import type { DigestAlgorithm } from '../sip/index.ts'
import type { Run } from './run.ts'

/** Parameters of the module auth that decide here. */
export interface AuthSettings {
  readonly secret: string
  readonly expireSeconds: number
  /** What is taken off the beginning of a realm that comes from a URI. */
  readonly realmPrefix: string
  /** The realm where a command names none; empty: the host of the URI, as in SER. */
  readonly realm: string
  readonly algorithms: readonly DigestAlgorithm[]
  readonly rpidPrefix: string
  readonly rpidSuffix: string
}

/** RFC 8760 §2.4: the best goes first. */
export const allAlgorithms = 'SHA-256,MD5'

export function authSettingsOf(program: Program<Run>): AuthSettings {
  const settings = program.settings('auth')
  const text = (name: string, preset: string): string => String(settings?.get(name) ?? preset)
  return {
    secret: text('secret', ''),
    expireSeconds: Number(settings?.get('nonce_expire') ?? 300),
    realmPrefix: text('realm_prefix', ''),
    realm: text('realm', ''),
    algorithms: readAlgorithms(text('algorithms', allAlgorithms)) ?? ['SHA-256', 'MD5'],
    rpidPrefix: text('rpid_prefix', ''),
    rpidSuffix: text('rpid_suffix', ';party=calling;id-type=subscriber;screen=yes'),
  }
}

/** `SHA-256,MD5` in any order, each once; undefined where it is anything else. */
export function readAlgorithms(text: string): readonly DigestAlgorithm[] | undefined {
  const names = text.split(',').map((name) => name.trim())
  const known = names.filter((name): name is DigestAlgorithm => name === 'SHA-256' || name === 'MD5')
  return known.length === names.length && new Set(known).size === names.length ? known : undefined
}
