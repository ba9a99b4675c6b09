import { checkCall } from './check-call.ts'
import type { Checked, Checking } from './checking.ts'
import { resolveModules } from './resolve-modules.ts'
import { greatestBlockNumber } from './parse.ts'
import { NearNames } from './near-names.ts'
import { compilePattern } from './pattern.ts'
import type { Pattern } from './pattern.ts'
import { isAddressText } from './parse-host.ts'
import type { Findings } from './problem.ts'
import type {
  Action,
  Argument,
  Block,
  CallAction,
  Comparison,
  Condition,
  CoreAction,
  Script,
} from './syntax.ts'
import { inFailure, inReply, inRequest } from './vocabulary.ts'
import type { Step, Vocabulary } from './vocabulary.ts'

const blockBits = { route: inRequest, failure_route: inFailure, onreply_route: inReply } as const

/** Checks what the grammar cannot: modules, commands, values. Prepares every module command once. */
export function check<Context>(
  script: Script,
  vocabulary: Vocabulary<Context>,
  findings: Findings,
): Checked<Context> {
  const modules = resolveModules(script, vocabulary, findings)
  const blocks = script.items.filter((item) => item.kind === 'block')
  const routes = new Set(blocks.filter((block) => block.block === 'route').map((block) => block.number))
  const checking: Checking<Context> = {
    vocabulary,
    modules,
    routes,
    commandNames: new NearNames(
      vocabulary.modules.flatMap((module) => module.commands.map(({ name }) => name)),
    ),
    findings,
    steps: new Map<CallAction, Step<Context>>(),
    patterns: new Map<Comparison, Pattern>(),
    files: new Set<string>(),
  }
  for (const block of blocks) checkActions(block.actions, block, checking)
  return checking
}

function checkActions<Context>(actions: readonly Action[], block: Block, checking: Checking<Context>): void {
  for (const action of actions) {
    if (action.kind === 'core') checkCore(action, checking)
    else if (action.kind === 'call') checkCall(action, block, blockBits[block.block], checking)
    else {
      for (const arm of action.arms) {
        checkCondition(arm.condition, block, checking)
        checkActions(arm.body, block, checking)
      }
      if (action.otherwise !== undefined) checkActions(action.otherwise, block, checking)
    }
  }
}

function checkCondition<Context>(condition: Condition, block: Block, checking: Checking<Context>): void {
  if (condition.kind === 'not') checkCondition(condition.of, block, checking)
  else if (condition.kind === 'actions') checkActions(condition.actions, block, checking)
  else if (condition.kind === 'pattern') checkPattern(condition, checking)
  else if (condition.kind === 'address') checkAddress(condition, checking)
  else if (condition.kind === 'and' || condition.kind === 'or') {
    for (const part of condition.parts) checkCondition(part, block, checking)
  }
}

function checkPattern<Context>(
  condition: Comparison & { kind: 'pattern' },
  { findings, patterns }: Checking<Context>,
): void {
  const pattern = compilePattern(condition.text)
  if ('refused' in pattern) {
    findings.problem('meaning', condition.at, 'bad-regex', pattern.refused, pattern.remedy)
    return
  }
  patterns.set(condition, pattern)
  if (!/(^|[^\\])\\d/.test(condition.text)) return
  const message = 'In a POSIX regular expression \\d is the letter d and not a digit.'
  findings.warning(condition.at, 'regex-backslash-d', message, 'Write [0-9].')
}

function checkAddress<Context>(
  condition: Comparison & { kind: 'address' },
  { findings, vocabulary }: Checking<Context>,
): void {
  if (isAddressText(condition.text) || vocabulary.operands.isAddressOf !== undefined) return
  const message = `${condition.operand} is compared with a name, but names are not looked up here: the test never holds.`
  findings.warning(condition.at, 'name-in-address-test', message, 'Write the IP address.')
}

const greatestFlag = 31

function checkCore<Context>(action: CoreAction, { findings, routes }: Checking<Context>): void {
  const number = firstNumber(action.args)
  switch (action.name) {
    case 'setflag':
    case 'resetflag':
    case 'isflagset':
      if (number !== undefined && number > greatestFlag) {
        const message = `There is no flag ${String(number)}.`
        findings.problem(
          'meaning',
          action.at,
          'flag-out-of-range',
          message,
          `Use a flag from 0 to ${String(greatestFlag)}.`,
        )
      }
      return
    case 'route':
      checkRouteNumber(action, number as number, routes, findings)
      return
    case 'set_advertised_port':
    case 'force_tcp_alias':
      checkPort(action, number, findings)
      return
    default:
      if (action.args.length === 2) checkPort(action, lastNumber(action.args), findings)
  }
}

function checkRouteNumber(
  action: CoreAction,
  number: number,
  routes: ReadonlySet<number>,
  findings: Findings,
): void {
  if (number > greatestBlockNumber) {
    const message = `There can be no route[${String(number)}].`
    const remedy = `Use a number from 0 to ${String(greatestBlockNumber)}.`
    findings.problem('meaning', action.at, 'bad-block-number', message, remedy)
  } else if (!routes.has(number)) {
    const message = `There is no route[${String(number)}]; the call does nothing.`
    findings.warning(action.at, 'undefined-route', message, `Write a block route[${String(number)}]{ … }.`)
  }
}

function checkPort(action: CoreAction, port: number | undefined, findings: Findings): void {
  if (port === undefined || (port >= 1 && port <= 65535)) return
  const message = `${String(port)} is no port number.`
  findings.problem('meaning', action.at, 'bad-port', message, 'Write a number from 1 to 65535.')
}

function firstNumber(args: readonly Argument[]): number | undefined {
  const [first] = args
  return first?.kind === 'number' ? first.number : undefined
}

function lastNumber(args: readonly Argument[]): number | undefined {
  const last = args[args.length - 1]
  return last?.kind === 'number' ? last.number : undefined
}
