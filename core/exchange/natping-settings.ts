import type { Listener } from '../lib/flow.ts'
import type { Program } from '../script/index.ts'
import type { Run } from './run.ts'

export type PingMethod = 'zeros' | 'crlf' | 'options'

/** What the script asks for; the shortest line between nathelper and mediaproxy, which both can ask for it. */
export interface PingSettings {
  /** 0: off. */
  readonly mostMs: number
  readonly method: PingMethod
  readonly isNatedOnly: boolean
  /** `force_socket`, where it is one of our sockets. */
  readonly listener: Listener | undefined
}

export function pingSettingsOf(program: Program<Run>, listeners: readonly Listener[]): PingSettings {
  const nathelper = program.settings('nathelper')
  const seconds = Number(nathelper?.get('natping_interval') ?? 0)
  if (seconds > 0) {
    return {
      mostMs: seconds * 1000,
      method: methodOf(nathelper?.get('natping_method')),
      isNatedOnly: nathelper?.get('ping_nated_only') === 1,
      listener: listenerNamed(nathelper?.get('force_socket'), listeners),
    }
  }
  // mediaproxy has no more words for it, and pings marked phones alone.
  const others = Number(program.settings('mediaproxy')?.get('natping_interval') ?? 0)
  return { mostMs: others * 1000, method: 'zeros', isNatedOnly: true, listener: undefined }
}

function methodOf(value: unknown): PingMethod {
  return value === 'crlf' || value === 'options' ? value : 'zeros'
}

/** `[udp:]address[:port]`, an IPv6 address in brackets. */
function listenerNamed(value: unknown, listeners: readonly Listener[]): Listener | undefined {
  if (typeof value !== 'string') return undefined
  const parts = /^(?:udp:)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/i.exec(value)
  const address = parts?.[1]?.replace(/^\[|\]$/g, '')
  return listeners.find(
    (listener) =>
      listener.transport === 'udp' &&
      listener.address === address &&
      (parts?.[2] === undefined || listener.port === Number(parts[2])),
  )
}
