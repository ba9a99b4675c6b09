import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** One line of JSON each way, ended by a line feed. */
export interface ControlCall {
  readonly words: readonly string[]
}

export type ControlAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** A command has a few short words; nothing legitimate comes near this. */
export const longestCallBytes = 16_384
const MOST_WORDS = 32

/** Where the appliance of a data folder is talked to. */
export function controlPath(folder: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return join(folder, 'control.sock')
  const name = createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 32)
  return `\\\\.\\pipe\\sidetone-${name}`
}

/** Undefined for anything but a call; the text comes from another process. */
export function readControlCall(line: string): ControlCall | undefined {
  const value = readJson(line)
  if (value === undefined || !('words' in value)) return undefined
  const { words } = value
  if (!Array.isArray(words) || words.length > MOST_WORDS) return undefined
  return words.every((word): word is string => typeof word === 'string') ? { words } : undefined
}

/** Undefined for anything but an answer. */
export function readControlAnswer(line: string): ControlAnswer | undefined {
  const value = readJson(line)
  if (value === undefined || !('ok' in value)) return undefined
  if (value.ok === true && 'value' in value) return { ok: true, value: value.value }
  if (value.ok !== false || !('code' in value) || !('message' in value)) return undefined
  return { ok: false, code: String(value.code), message: String(value.message) }
}

function readJson(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
