import { z } from 'zod'
import { diagnosis } from './facts-doctor.ts'
import { callDetails } from './facts-people.ts'
import { call, endedCall, network, office, phone, scriptCheck, scriptView, trouble } from './facts.ts'

/** Longer scripts exist nowhere; with its frame it stays below what a carrier takes in one piece. */
export const longestScript = 48_000
const mostHistoryRows = 200

const scriptText = z.string().max(longestScript)
const nothing = z.strictObject({})
/** As much of one as is shown. */
const longestCallId = 2_000
/** A number and a Contact, each as long as they are shown at most. */
const longestPhoneId = 4_001

/** Everything that crosses between a window and the core. Both ends are derived from this object by types. */
export const contract = {
  commands: {
    'call-history': {
      takes: z.strictObject({
        from: z.number().int().min(0).max(1_000_000),
        count: z.number().int().min(1).max(mostHistoryRows),
        search: z.string().max(200),
      }),
      gives: z.object({ total: z.number(), rows: z.array(endedCall) }),
    },
    'read-call': {
      takes: z.strictObject({ callId: z.string().min(1).max(longestCallId) }),
      gives: callDetails,
    },
    'forget-phone': {
      takes: z.strictObject({ id: z.string().min(1).max(longestPhoneId) }),
      gives: z.object({ removed: z.number() }),
    },
    'diagnose-call': {
      takes: z.strictObject({ callId: z.string().min(1).max(longestCallId) }),
      gives: diagnosis,
    },
    'read-network': { takes: nothing, gives: network },
    'read-script': { takes: nothing, gives: scriptView },
    'check-script': { takes: z.strictObject({ text: scriptText }), gives: scriptCheck },
    'apply-script': {
      takes: z.strictObject({ text: scriptText, revision: z.string().max(100) }),
      gives: scriptView,
    },
    'undo-script': { takes: nothing, gives: scriptView },
  },
  /** A value is sent anew when it changes; of a table, the rows that changed and the keys of those that went. */
  topics: {
    office: { kind: 'value', row: office, key: '' },
    phones: { kind: 'table', row: phone, key: 'id' },
    calls: { kind: 'table', row: call, key: 'callId' },
    troubles: { kind: 'table', row: trouble, key: 'id' },
  },
} as const

type Commands = (typeof contract)['commands']
type Topics = (typeof contract)['topics']
export type CommandName = keyof Commands
export type TopicName = keyof Topics

/** What a window writes. */
export type Takes<Name extends CommandName> = z.input<Commands[Name]['takes']>
/** What a handler gets, checked. */
export type Taken<Name extends CommandName> = z.output<Commands[Name]['takes']>
export type Gives<Name extends CommandName> = z.output<Commands[Name]['gives']>

export type TopicRow<Name extends TopicName> = z.output<Topics[Name]['row']>
export type TopicSnapshot<Name extends TopicName> = Topics[Name]['kind'] extends 'value'
  ? TopicRow<Name>
  : readonly TopicRow<Name>[]
export type TopicChange<Name extends TopicName> = Topics[Name]['kind'] extends 'value'
  ? TopicRow<Name>
  : TableChange<TopicRow<Name>>

export interface TableChange<Row> {
  readonly set: readonly Row[]
  /** Keys of the rows that are no more. */
  readonly gone: readonly string[]
}

/** The core supplies every command; a handler refuses by throwing a `Refused` with a code of the error table. */
export type Handlers = {
  readonly [Name in CommandName]: (taken: Taken<Name>) => Gives<Name> | Promise<Gives<Name>>
}

/** What a window holds. `watch` gives the way to stop watching. */
export interface Client {
  call<Name extends CommandName>(name: Name, takes: Takes<Name>): Promise<Gives<Name>>
  watch<Name extends TopicName>(name: Name, watcher: Watcher<Name>): () => void
}

export interface Watcher<Name extends TopicName> {
  readonly snapshot: (snapshot: TopicSnapshot<Name>) => void
  readonly change: (change: TopicChange<Name>) => void
}

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(contract.commands, name)
}

export function isTopicName(name: string): name is TopicName {
  return Object.hasOwn(contract.topics, name)
}
