import type { Directive } from './lex.ts'
import type { Place } from './problem.ts'
import type { Endpoint, Value } from './vocabulary.ts'

/** An argument of a core command. `host` is an unquoted name or address. */
export type Argument =
  | { readonly kind: 'string' | 'host'; readonly text: string; readonly at: Place }
  | { readonly kind: 'number'; readonly number: number; readonly at: Place }
  | { readonly kind: 'socket'; readonly endpoint: Endpoint; readonly at: Place }
  | { readonly kind: 'uri:host' | 'uri:port'; readonly at: Place }

export interface CoreAction {
  readonly kind: 'core'
  /** The canonical name: `break` is `drop`, `sethost` is `rewritehost`. */
  readonly name: string
  readonly written: string
  readonly args: readonly Argument[]
  readonly at: Place
}

/** A command of a module. */
export interface CallAction {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly { readonly text: string; readonly at: Place }[]
  readonly at: Place
}

/** An `if` with all its `else if`s in one flat list, so that a long chain is no deep nesting. */
export interface IfAction {
  readonly kind: 'if'
  readonly arms: readonly Arm[]
  readonly otherwise: readonly Action[] | undefined
  readonly at: Place
}

export interface Arm {
  readonly condition: Condition
  readonly body: readonly Action[]
  readonly at: Place
}

export type Action = CoreAction | CallAction | IfAction

export type TextOperand = 'method' | 'uri' | 'from_uri' | 'to_uri'
export type NumberOperand = 'src_port' | 'dst_port' | 'msg:len'
export type AddressOperand = 'src_ip' | 'dst_ip'
export type MyselfOperand = Exclude<TextOperand, 'method'> | AddressOperand
export type Order = '==' | '!=' | '<' | '>' | '<=' | '>='

export type Comparison =
  | {
      readonly kind: 'text'
      readonly operand: TextOperand
      readonly isNegated: boolean
      readonly text: string
      readonly at: Place
    }
  | {
      readonly kind: 'pattern'
      readonly operand: TextOperand | AddressOperand
      readonly text: string
      readonly at: Place
    }
  | {
      readonly kind: 'myself'
      readonly operand: MyselfOperand
      readonly isNegated: boolean
      readonly at: Place
    }
  | {
      readonly kind: 'number'
      readonly operand: NumberOperand
      readonly order: Order
      readonly number: number
      readonly at: Place
    }
  /** The protocol as its number in SER: 0 any, 1 udp, 2 tcp, 3 tls. */
  | { readonly kind: 'proto'; readonly isNegated: boolean; readonly number: number; readonly at: Place }
  /** The address family as its number: 2 for IPv4, 10 for IPv6. */
  | { readonly kind: 'family'; readonly isNegated: boolean; readonly number: number; readonly at: Place }
  | {
      readonly kind: 'address'
      readonly operand: AddressOperand
      readonly isNegated: boolean
      /** An address or a name. */
      readonly text: string
      /** A number of bits, or an address of the same family; undefined compares the whole address. */
      readonly mask: number | string | undefined
      readonly at: Place
    }

export type Condition =
  | Comparison
  | { readonly kind: 'not'; readonly of: Condition; readonly at: Place }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[]; readonly at: Place }
  | { readonly kind: 'constant'; readonly number: number; readonly at: Place }
  /** A command, a block or an `if` in the place of a condition. */
  | { readonly kind: 'actions'; readonly actions: readonly Action[]; readonly at: Place }

export interface Assignment {
  readonly kind: 'assignment'
  readonly name: string
  readonly value: Value | readonly Endpoint[]
  readonly at: Place
}

export interface LoadModule {
  readonly kind: 'loadmodule'
  readonly path: string
  readonly at: Place
}

export interface ModuleParameter {
  readonly kind: 'modparam'
  readonly modules: string
  readonly name: string
  readonly value: Value
  readonly at: Place
}

export interface Block {
  readonly kind: 'block'
  readonly block: 'route' | 'failure_route' | 'onreply_route'
  readonly number: number
  readonly actions: readonly Action[]
  readonly at: Place
}

export type Item = Assignment | LoadModule | ModuleParameter | Block

/** A script as far as it could be understood; complete only when no problem was found. */
export interface Script {
  readonly items: readonly Item[]
  readonly directives: readonly Directive[]
}
