import type { FlowVocabulary } from './flow-vocabulary.ts'

/**
 * What a routing script may say, supplied from outside: the script itself knows no SIP.
 * A module's commands and parameters are one table; the interpreter runs it, the checker checks against it,
 * the explanation and the manual are printed from it.
 */

/** Result of an action: above 0 go on (true), below 0 failed but go on (false), 0 stop this list (ser-language §4). */
export type Result = number

/** Where a command may stand; the bits of the reference table. */
export const inRequest = 1
export const inFailure = 2
export const inReply = 4

export type Value = string | number

/** Module parameters after defaults and every modparam, by parameter name. `undefined` where there is no default. */
export type Settings = ReadonlyMap<string, Value | undefined>

export interface ParameterSpec {
  readonly name: string
  readonly type: 'number' | 'string'
  readonly default: Value | undefined
  /** One sentence, with its unit. */
  readonly meaning: string
}

/** A refused argument or setting: what is wrong and what to write instead. */
export interface Refused {
  readonly refused: string
  readonly remedy: string
}

export type Step<Context> = (context: Context) => Result

export interface CommandSpec<Context> {
  readonly name: string
  /** Names of its string arguments, in order; their number is part of the command's identity. */
  readonly takes: readonly string[]
  readonly blocks: number
  /** The sentence that `explain` prints; arguments are filled in as `{0}`, `{1}`. */
  readonly explanation: string
  /** RFC or module section that it rests on, such as `RFC 3261 §16.6`. */
  readonly rests: string
  /** Paths of the files whose texts its step asks for. */
  readonly reads?: (args: readonly string[], settings: Settings) => readonly string[]
  /** Turns the arguments into a step, once, at load time. Absent: the command is known but not built yet. */
  readonly prepare?: (args: readonly string[], settings: Settings) => Step<Context> | Refused
}

export interface ModuleSpec<Context> {
  readonly name: string
  readonly summary: string
  readonly parameters: readonly ParameterSpec[]
  readonly commands: readonly CommandSpec<Context>[]
  /** Checks the settings as a whole at load time, such as a limit above another. */
  readonly refuse?: (settings: Settings) => Refused | undefined
  /** What whoever loads it should know, though the script runs: said once, as a warning. */
  readonly remark?: { readonly message: string; readonly remedy: string }
}

/** An address of a `listen`, `alias`, `forward` …; host is a name or an address without brackets. */
export interface Endpoint {
  readonly transport: 'udp' | 'tcp' | 'tls' | undefined
  readonly host: string
  readonly port: number | undefined
}

/** What the conditions of a script read. A getter that cannot be evaluated gives undefined: the condition is false. */
export interface Operands<Context> {
  method(context: Context): string | undefined
  /** Requests: the current Request-URI. Replies: the three digits of the status. */
  uri(context: Context): string | undefined
  fromUri(context: Context): string | undefined
  toUri(context: Context): string | undefined
  sourcePort(context: Context): number
  destinationPort(context: Context): number
  messageLength(context: Context): number
  transport(context: Context): 'udp' | 'tcp' | 'tls'
  /** Text form without brackets; IPv4-mapped IPv6 as IPv4. */
  sourceAddress(context: Context): string
  destinationAddress(context: Context): string
  /** `uri == myself` and its kin; undefined when the operand cannot be evaluated. */
  isMyself(context: Context, what: 'uri' | 'from_uri' | 'to_uri' | 'src_ip' | 'dst_ip'): boolean | undefined
  /**
   * Whether `name` stands for that address. Absent, or undefined: names are not looked up, and the `if` takes
   * its false branch.
   */
  isAddressOf?(context: Context, what: 'src_ip' | 'dst_ip', name: string): boolean | undefined
}

/** The core commands of ser-language §5; `drop`, `break`, `route` and the log level filter belong to the interpreter. */
export interface CoreCommands<Context> {
  log(context: Context, level: number, text: string): Result
  /** `target` undefined: the current Request-URI (`uri:host`, `uri:port`); `port` 'uri' likewise. */
  forward(
    context: Context,
    transport: 'udp' | 'tcp' | 'tls' | undefined,
    target: Endpoint | 'uri',
    port: number | 'uri' | undefined,
  ): Result
  send(context: Context, transport: 'udp' | 'tcp', target: Endpoint): Result
  error(context: Context, first: string, second: string): Result
  exec(context: Context, command: string): Result
  setFlag(context: Context, flag: number): Result
  resetFlag(context: Context, flag: number): Result
  isFlagSet(context: Context, flag: number): Result
  rewriteHost(context: Context, host: string): Result
  rewriteHostPort(context: Context, hostPort: string): Result
  rewriteUser(context: Context, user: string): Result
  rewriteUserPass(context: Context, userPass: string): Result
  rewritePort(context: Context, port: string): Result
  rewriteUri(context: Context, uri: string): Result
  prefix(context: Context, text: string): Result
  strip(context: Context, count: number): Result
  stripTail(context: Context, count: number): Result
  revertUri(context: Context): Result
  appendBranch(context: Context, uri: string | undefined, q: string | undefined): Result
  forceRport(context: Context): Result
  forceTcpAlias(context: Context, port: number | undefined): Result
  setAdvertisedAddress(context: Context, host: string): Result
  setAdvertisedPort(context: Context, port: number): Result
  forceSendSocket(context: Context, socket: Endpoint): Result
}

export interface Vocabulary<Context> {
  readonly operands: Operands<Context>
  readonly core: CoreCommands<Context>
  readonly modules: readonly ModuleSpec<Context>[]
  /** What the adviser needs; without it there is no advice. */
  readonly flow?: FlowVocabulary
}
