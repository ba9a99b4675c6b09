import type { Globals } from './globals.ts'
import type { Block, Comparison } from './syntax.ts'
import type { Settings, Value } from './vocabulary.ts'

/**
 * What the adviser needs to follow a message through a script: the methods there are, the facts that commands leave
 * behind, and the traps. The adviser itself only walks; every word of this comes from outside.
 */
export interface FlowVocabulary {
  /** Every method by its name; the last stands for all that are not named. At most 31. */
  readonly methods: readonly string[]
  /** At most 31. */
  readonly facts: readonly string[]
  /** What is known where a block begins. A fact that is not named is unknown. */
  readonly beginnings: Readonly<Record<Block['block'], Facts>>
  /** Facts that last for one action only. */
  readonly fading: readonly string[]
  /** By the name of a command, of the core or of a module. One that is missing may succeed or fail and changes nothing. */
  readonly effects: ReadonlyMap<string, Effect | ((args: readonly string[], settings: Settings) => Effect)>
  /** What a comparison tells where it holds and where it does not; a comparison of methods tells that by itself. */
  tells(comparison: Comparison): { readonly yes?: Facts; readonly no?: Facts } | undefined
  readonly traps: readonly Trap[]
  readonly cautions: readonly Caution[]
}

/** Facts by name; `undefined` is one that is no longer known. */
export type Facts = Readonly<Record<string, boolean | undefined>>

/** What a command does. With none of `yes`, `no` and `stop` it may succeed or fail; else only what is named can happen. */
export interface Effect {
  /** What kind of command it is; traps stand at kinds. */
  readonly traits?: readonly string[]
  readonly yes?: Outcome
  readonly no?: Outcome
  /** It ends the list, as a result of 0 does. */
  readonly stop?: Outcome
  /** The block of its first argument's number may run later, with the same message. */
  readonly arms?: 'failure_route' | 'onreply_route'
  /** To ignore its result is a mistake. */
  readonly isQuestion?: boolean
}

export interface Outcome {
  /** It happens to no other methods. */
  readonly methods?: readonly string[]
  /** It happens only where these are so, or may be so; behind it they are so. */
  readonly when?: Facts
  /** What it makes so. */
  readonly then?: Facts
  /** Message flags that it may set or clear. */
  readonly flags?: readonly number[]
}

/** What is true of the whole script. */
export interface Circumstances {
  readonly globals: Globals
  /** Whether a command of this kind stands anywhere in it. */
  uses(trait: string): boolean
  settings(module: string): Settings | undefined
}

interface Warning {
  /** Stable, kebab-case. */
  readonly code: string
  /** `{command}` and `{methods}` are filled in. */
  readonly message: string
  readonly consequence: string
  readonly remedy: string
}

/** A mistake that shows in what is known of a message at a command. */
export interface Trap extends Warning {
  /** The kind of command it stands at; `end`: where the block ends. */
  readonly at: string
  /** Absent: only the main route and the routes it calls. */
  readonly blocks?: readonly Block['block'][]
  /** Only if one of these can get here. */
  readonly methods?: readonly string[]
  /** Facts that must be known to be so. */
  readonly holds?: readonly string[]
  /** Facts that must not be known to be so. */
  readonly lacks?: readonly string[]
  /** Facts of which it must not be known that they are not so. */
  readonly spares?: readonly string[]
  readonly where?: (circumstances: Circumstances) => boolean
  /** Shown at the statement before it in the same list, or where that fact came about. */
  readonly shownAt?: 'statement before' | { readonly fact: string }
}

/** A setting that is allowed and does not do what its writer hopes. */
export interface Caution extends Warning {
  /** Absent: any. */
  readonly module: string | undefined
  readonly parameter: RegExp
  applies(value: Value): boolean
}
