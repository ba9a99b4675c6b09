import { z } from 'zod'

/** Octets of the network are decoded before they come here; the window shows them as text and nothing else. */
const text = z.string()
/** Milliseconds since 1970: windows count down by themselves, so that a row changes only when a fact does. */
const wallMs = z.number()

const listener = z.object({ transport: z.string(), address: z.string(), port: z.number() })

/** What the whole appliance is and does. */
export const office = z.object({
  version: z.string(),
  startedAtMs: wallMs,
  /** Of the core's computer at the time of the snapshot; a window of another computer may go wrong by minutes. */
  nowMs: wallMs,
  listeners: z.array(listener),
  /** No script was given: no passwords, this computer only. */
  isHelloWorld: z.boolean(),
  folder: z.string(),
  /** Listened on, and no interface has them at this moment. */
  missingAddresses: z.array(z.string()).readonly(),
  /** Requests and responses heard since the start. */
  messagesHeard: z.number(),
  endedCalls: z.number(),
})
export type Office = z.infer<typeof office>

/** One contact of one number: a phone as the registrar knows it. */
export const phone = z.object({
  id: text,
  number: text,
  /** The User-Agent it gave. */
  device: text,
  contact: text,
  /** Where its packets came from, when its Contact can't be used as it stands. */
  seenAs: text.nullable(),
  transport: z.string(),
  sinceMs: wallMs,
  /** Null: it stays until somebody takes it away. */
  renewsByMs: wallMs.nullable(),
  state: z.enum(['registered', 'ringing', 'in-call']),
})
export type PhoneRow = z.infer<typeof phone>

/** The way of the voice in its four steps, caller to callee and back; `unknown` where nobody has measured. */
const voice = z.array(z.enum(['flows', 'silent', 'unknown'])).length(4)

export const call = z.object({
  callId: text,
  from: text,
  to: text,
  state: z.enum(['ringing', 'talking']),
  beganAtMs: wallMs,
  answeredAtMs: wallMs.nullable(),
  voice,
})
export type CallRow = z.infer<typeof call>

export const endedCall = z.object({
  callId: text,
  from: text,
  to: text,
  beganAtMs: wallMs,
  answeredAtMs: wallMs.nullable(),
  endedAtMs: wallMs,
  why: text,
})
export type EndedCall = z.infer<typeof endedCall>

/** Things that went wrong, the same kind from the same place counted as one. */
export const trouble = z.object({
  id: text,
  kind: z.enum(['refused', 'dropped', 'bug']),
  /** The SIP status, or the reason from the closed list of drops. */
  reason: text,
  detail: text,
  from: text.nullable(),
  count: z.number(),
  firstAtMs: wallMs,
  lastAtMs: wallMs,
})
export type TroubleRow = z.infer<typeof trouble>

const finding = z.object({
  line: z.number(),
  column: z.number(),
  code: z.string(),
  message: text,
  remedy: text,
})
export type Finding = z.infer<typeof finding>

export const scriptView = z.object({
  path: z.string(),
  text,
  /** Names this very text; whoever applies a change says which text it was made from. */
  revision: z.string(),
  /** The script that comes with the program can be read, not changed. */
  isShipped: z.boolean(),
  canUndo: z.boolean(),
})
export type ScriptView = z.infer<typeof scriptView>

export const scriptCheck = z.object({
  problems: z.array(finding),
  warnings: z.array(finding),
  lines: z.array(z.object({ line: z.number(), depth: z.number(), text, rests: text })),
})

export const network = z.object({
  listeners: z.array(listener),
  addresses: z.array(z.object({ name: text, address: z.string(), isLoopback: z.boolean() })),
})
export type Network = z.infer<typeof network>
