import { z } from 'zod'

/** An office of this program's kind; more people are added with `ctl` or a script. */
const mostPeople = 300

/** What may stand in a SIP address without being escaped, so that a phone's own keys can type it. */
const number = z
  .string()
  .max(32)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const personName = z.string().trim().max(60)

export const person = z.strictObject({ number, name: personName })
export type Person = z.infer<typeof person>

const mode = z.enum(['passwords', 'demo'])
const port = z.number().int().min(1).max(65_535)
const address = z.union([z.ipv4(), z.ipv6()])

/** What the wizard has been told; nothing of it applies before its button. */
export const setupDraft = z.strictObject({
  step: z.enum(['network', 'ports', 'people', 'connect']),
  address: z.union([address, z.literal('')]),
  port,
  mode,
  people: z.array(person).max(mostPeople),
})
export type SetupDraft = z.infer<typeof setupDraft>

/** What the last finished set-up has made; `serve` starts from it. */
export const setupPlan = z.strictObject({
  address,
  port,
  mode,
  /** Until then phones need no password; null with passwords. */
  demoEndsAtMs: z.number().nullable(),
})
export type SetupPlan = z.infer<typeof setupPlan>

/** The names that people go by, by number. */
export const peopleNames = z.record(z.string(), personName)

const networkKind = z.enum(['office', 'virtual', 'this-computer'])
export type NetworkKind = z.infer<typeof networkKind>

const networkChoice = z.object({
  device: z.string(),
  address: z.string(),
  kind: networkKind,
})
export type NetworkChoice = z.infer<typeof networkChoice>

export const setupView = z.object({
  /** False where --script said what runs. */
  canSetUp: z.boolean(),
  plan: setupPlan.nullable(),
  draft: setupDraft.nullable(),
  /** The likeliest first. */
  networks: z.array(networkChoice),
})
export type SetupView = z.infer<typeof setupView>

export const portTest = z.object({
  state: z.enum(['free', 'ours', 'taken', 'refused']),
  /** The program that has it, or the system's word for its refusal. */
  why: z.string(),
})
export type PortTest = z.infer<typeof portTest>

const setupDeed = z.object({
  deed: z.enum(['script', 'listening', 'kept', 'people']),
  isDone: z.boolean(),
  why: z.string(),
})
export type SetupDeed = z.infer<typeof setupDeed>

const sheetRow = z.object({ number: z.string(), name: z.string(), password: z.string() })
export type SheetRow = z.infer<typeof sheetRow>

export const setupOutcome = z.object({
  deeds: z.array(setupDeed),
  /** New people with their passwords, told this once: only digests are kept. */
  sheet: z.array(sheetRow),
})
export type SetupOutcome = z.infer<typeof setupOutcome>

const nothing = z.strictObject({})
const oneNumber = z.strictObject({ number })
const newPassword = z.object({ number: z.string(), password: z.string() })
const eventRow = z.object({ at: z.string(), level: z.string(), code: z.string(), text: z.string() })
export type EventRow = z.infer<typeof eventRow>
const ban = z.object({ address: z.string(), secondsLeft: z.number() })
export type BanRow = z.infer<typeof ban>

export const setupCommands = {
  'read-setup': { takes: nothing, gives: setupView },
  'keep-draft': { takes: setupDraft, gives: nothing },
  'drop-draft': { takes: nothing, gives: nothing },
  'test-port': { takes: z.strictObject({ address, port }), gives: portTest },
  'finish-setup': { takes: setupDraft, gives: setupOutcome },
} as const

export const peopleCommands = {
  'list-people': { takes: nothing, gives: z.array(person) },
  'add-person': { takes: person, gives: newPassword },
  'name-person': { takes: person, gives: nothing },
  'renew-password': { takes: oneNumber, gives: newPassword },
  'remove-person': { takes: oneNumber, gives: nothing },
  'find-events': { takes: z.strictObject({ search: z.string().max(200) }), gives: z.array(eventRow) },
  'list-bans': { takes: nothing, gives: z.array(ban) },
  'lift-ban': { takes: z.strictObject({ address: z.string().max(64) }), gives: nothing },
  'trace-script': {
    takes: z.strictObject({ from: number, to: number }),
    gives: z.object({
      ends: z.array(z.string()),
      steps: z.array(z.object({ line: z.number(), text: z.string() })),
    }),
  },
} as const
