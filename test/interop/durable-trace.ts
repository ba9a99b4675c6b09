/** What strace saw of a store: writes and syncs in their order, and what the disk would hold after a power cut. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

export interface TracedWrite {
  readonly kind: 'write'
  /** Without its folder. */
  readonly file: string
  readonly offset: number
  readonly bytes: Buffer
  readonly startedAt: number
  readonly endedAt: number
}

export interface TracedSync {
  readonly kind: 'sync'
  readonly file: string
  readonly startedAt: number
  readonly endedAt: number
}

export interface TracedCut {
  readonly kind: 'cut'
  readonly file: string
  readonly length: number
  readonly startedAt: number
  readonly endedAt: number
}

export interface TracedSend {
  readonly kind: 'send'
  readonly text: string
  readonly startedAt: number
  readonly endedAt: number
}

export type Traced = TracedWrite | TracedSync | TracedCut | TracedSend

/** The words of strace that give what `readTrace` reads. */
export function traceWords(file: string): string[] {
  const calls = 'pwrite64,fdatasync,fsync,ftruncate,sendmsg,sendmmsg,sendto'
  return ['strace', '-f', '-xx', '-y', '-s', '70000', '-o', file, '-e', `trace=${calls}`]
}

/** In the order of their ends; the places count the lines of the trace. */
export function readTrace(path: string): Traced[] {
  const begun = new Map<string, { readonly head: string; readonly at: number }>()
  const found: Traced[] = []
  for (const [at, line] of readFileSync(path, 'latin1').split('\n').entries()) {
    const space = line.indexOf(' ')
    const pid = line.slice(0, space)
    let call = line.slice(space).trimStart()
    let startedAt = at
    if (call.endsWith('<unfinished ...>')) {
      begun.set(pid, { head: call.slice(0, -'<unfinished ...>'.length), at })
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(call)
    if (resumed !== null) {
      const start = begun.get(pid)
      if (start === undefined) continue
      call = start.head + call.slice(resumed[0].length)
      startedAt = start.at
    }
    const traced = readCall(call, startedAt, at)
    if (traced !== undefined) found.push(traced)
  }
  return found
}

function readCall(call: string, startedAt: number, endedAt: number): Traced | undefined {
  const name = call.slice(0, call.indexOf('('))
  const failed = / = -1 E[A-Z]+/.test(call.slice(-80))
  if (failed) return undefined
  if (name.startsWith('send')) {
    const text = [...call.matchAll(/iov_base="([^"]*)"/g)].map(([, hex = '']) =>
      bytesOf(hex).toString('latin1'),
    )
    return { kind: 'send', text: text.join('\n'), startedAt, endedAt }
  }
  const [, hexName = ''] = /\(\d+<([^>]*)>/.exec(call) ?? []
  const file = basename(bytesOf(hexName).toString('utf8'))
  if (name === 'fdatasync' || name === 'fsync') return { kind: 'sync', file, startedAt, endedAt }
  if (name === 'ftruncate') {
    const [, length = '0'] = />, (\d+)\)/.exec(call) ?? []
    return { kind: 'cut', file, length: Number(length), startedAt, endedAt }
  }
  const first = call.indexOf('"')
  const last = call.lastIndexOf('"')
  const [, offset = '0'] = /, \d+, (\d+)\)/.exec(call.slice(last)) ?? []
  return {
    kind: 'write',
    file,
    offset: Number(offset),
    bytes: bytesOf(call.slice(first + 1, last)),
    startedAt,
    endedAt,
  }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex')
}

const sectorBytes = 512

/**
 * The files as a disk may hold them when the power goes at line `at`: what was synced stands, of what was not any
 * sectors, by chance.
 */
export function afterPowerCut(
  base: ReadonlyMap<string, Buffer>,
  trace: readonly Traced[],
  at: number,
  chance: () => number,
): Map<string, Buffer> {
  const files = new Map(base)
  const pending = new Map<string, (TracedWrite | TracedCut)[]>()
  for (const traced of trace) {
    if (traced.kind === 'send' || traced.startedAt >= at) continue
    const waiting = pending.get(traced.file) ?? []
    pending.set(traced.file, waiting)
    if (traced.kind !== 'sync') waiting.push(traced)
    else if (traced.endedAt < at) {
      for (const one of waiting.filter(({ endedAt }) => endedAt < traced.startedAt))
        apply(files, one, () => true)
      pending.set(
        traced.file,
        waiting.filter(({ endedAt }) => endedAt >= traced.startedAt),
      )
    }
  }
  for (const waiting of pending.values()) for (const one of waiting) apply(files, one, () => chance() < 0.5)
  return files
}

function apply(files: Map<string, Buffer>, change: TracedWrite | TracedCut, takes: () => boolean): void {
  const old = files.get(change.file) ?? Buffer.alloc(0)
  if (change.kind === 'cut') {
    if (takes()) files.set(change.file, resized(old, change.length))
    return
  }
  const { offset, bytes } = change
  const now = resized(old, Math.max(old.length, offset + bytes.length))
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + sectorBytes - ((offset + from) % sectorBytes))
    if (takes()) bytes.copy(now, offset + from, from, to)
    from = to
  }
  files.set(change.file, now)
}

function resized(bytes: Buffer, length: number): Buffer {
  const copy = Buffer.alloc(length)
  bytes.copy(copy, 0, 0, Math.min(length, bytes.length))
  return copy
}
