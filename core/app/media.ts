import type { RelayOrder, RelayReport } from '../rtp/index.ts'
import type { Listener } from '../lib/flow.ts'
import type { MediaRange } from './options.ts'

/** The sockets of the media relay, whoever moves their packets. */
export interface MediaPorts {
  order(order: RelayOrder): void
  close(): Promise<void>
}

/** Opens pairs in each range and tells of them, and of all that happens to them, by `report`. */
export type OpenMedia = (
  ranges: readonly MediaRange[],
  report: (report: RelayReport) => void,
) => MediaPorts | Promise<MediaPorts>

/** 500 calls with both phones relayed; below the ports that systems give to whoever asks for any (RFC 6335 §6). */
const usualLowPort = 35_000
const usualHighPort = 35_999

/** Media runs where the signalling is listened for, unless somebody named a place. */
export function mediaRanges(
  wanted: MediaRange | undefined,
  listeners: readonly Listener[],
): readonly MediaRange[] {
  if (wanted !== undefined) return [wanted]
  const hosts = [...new Set(listeners.map(({ address }) => address))]
  return hosts.map((host) => ({ host, lowPort: usualLowPort, highPort: usualHighPort }))
}

export function printRange({ host, lowPort, highPort }: MediaRange): string {
  return `${host.includes(':') ? `[${host}]` : host}:${lowPort}-${highPort}`
}
