import type { Argument, CoreAction } from './syntax.ts'
import type { CoreCommands, Endpoint, Step } from './vocabulary.ts'

/** The level of a `log("text")` without a level. */
const defaultLogLevel = 4

/**
 * Turns a core command into a step; `route` is not one of them, it belongs to the compiler.
 * `debug`: log lines of a higher level are left out.
 */
export function compileCommand<Context>(
  action: CoreAction,
  core: CoreCommands<Context>,
  debug: number,
): Step<Context> {
  const { args } = action
  switch (action.name) {
    case 'log':
      return compileLog(args, core, debug)
    case 'forward':
    case 'forward_udp':
    case 'forward_tcp':
    case 'forward_tls':
      return compileForward(action, core)
    case 'send':
    case 'send_tcp':
      return compileSend(action, core)
    case 'error':
      return bind2(core, 'error', textOf(args[0]), textOf(args[1]))
    default:
      return numberCommands.has(action.name)
        ? compileNumber(action.name, core, numberOf(args[0]))
        : compileOther(action, core)
  }
}

const numberCommands: ReadonlySet<string> = new Set([
  'setflag',
  'resetflag',
  'isflagset',
  'strip',
  'strip_tail',
  'set_advertised_port',
])

function compileLog<Context>(
  args: readonly Argument[],
  core: CoreCommands<Context>,
  debug: number,
): Step<Context> {
  const level = args.length === 2 ? numberOf(args[0]) : defaultLogLevel
  const text = textOf(args[args.length - 1])
  return level > debug ? () => 1 : (context) => core.log(context, level, text)
}

function compileForward<Context>({ name, args }: CoreAction, core: CoreCommands<Context>): Step<Context> {
  const transport = name === 'forward' ? undefined : (name.slice('forward_'.length) as 'udp' | 'tcp' | 'tls')
  const [first, second] = args
  const port = second === undefined ? undefined : second.kind === 'uri:port' ? 'uri' : numberOf(second)
  const target =
    first?.kind === 'uri:host' ? 'uri' : endpointOf(first, transport, port === 'uri' ? undefined : port)
  return (context) => core.forward(context, transport, target, port)
}

function compileSend<Context>({ name, args }: CoreAction, core: CoreCommands<Context>): Step<Context> {
  const transport = name === 'send' ? 'udp' : 'tcp'
  const port = args.length === 2 ? numberOf(args[1]) : undefined
  const target = endpointOf(args[0], transport, port)
  return (context) => core.send(context, transport, target)
}

function compileNumber<Context>(name: string, core: CoreCommands<Context>, number: number): Step<Context> {
  switch (name) {
    case 'setflag':
      return (context) => core.setFlag(context, number)
    case 'resetflag':
      return (context) => core.resetFlag(context, number)
    case 'isflagset':
      return (context) => core.isFlagSet(context, number)
    case 'strip':
      return (context) => core.strip(context, number)
    case 'strip_tail':
      return (context) => core.stripTail(context, number)
    default:
      return (context) => core.setAdvertisedPort(context, number)
  }
}

const textCommands = {
  exec: 'exec',
  rewritehost: 'rewriteHost',
  rewritehostport: 'rewriteHostPort',
  rewriteuser: 'rewriteUser',
  rewriteuserpass: 'rewriteUserPass',
  rewriteport: 'rewritePort',
  rewriteuri: 'rewriteUri',
  prefix: 'prefix',
  set_advertised_address: 'setAdvertisedAddress',
} as const

function compileOther<Context>({ name, args }: CoreAction, core: CoreCommands<Context>): Step<Context> {
  const [first, second] = args
  switch (name) {
    case 'drop':
      return () => 0
    case 'revert_uri':
      return (context) => core.revertUri(context)
    case 'force_rport':
      return (context) => core.forceRport(context)
    case 'append_branch':
      return bind2(core, 'appendBranch', first && textOf(first), second && textOf(second))
    case 'force_tcp_alias': {
      const port = first && numberOf(first)
      return (context) => core.forceTcpAlias(context, port)
    }
    case 'force_send_socket': {
      const { endpoint } = first as Argument & { kind: 'socket' }
      return (context) => core.forceSendSocket(context, endpoint)
    }
    default: {
      const command = textCommands[name as keyof typeof textCommands]
      const text = textOf(first)
      return (context) => core[command](context, text)
    }
  }
}

function bind2<Context>(core: CoreCommands<Context>, name: 'error', a: string, b: string): Step<Context>
function bind2<Context>(
  core: CoreCommands<Context>,
  name: 'appendBranch',
  a: string | undefined,
  b: string | undefined,
): Step<Context>
function bind2<Context>(
  core: CoreCommands<Context>,
  name: 'error' | 'appendBranch',
  a: string | undefined,
  b: string | undefined,
): Step<Context> {
  return (context) =>
    name === 'error' ? core.error(context, a as string, b as string) : core.appendBranch(context, a, b)
}

/** The grammar has checked the kinds of arguments before. */
function textOf(argument: Argument | undefined): string {
  return (argument as Argument & { kind: 'string' | 'host' }).text
}

function numberOf(argument: Argument | undefined): number {
  return (argument as Argument & { kind: 'number' }).number
}

/** A text may hold an address in brackets; an endpoint has none. */
function endpointOf(
  argument: Argument | undefined,
  transport: Endpoint['transport'],
  port: number | undefined,
): Endpoint {
  return { transport, host: textOf(argument).replace(/^\[(.*)\]$/, '$1'), port }
}
