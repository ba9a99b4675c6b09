import type { Action, Arm, Block, CallAction, Comparison, Condition, CoreAction } from './syntax.ts'

/** Every command of the blocks, those in conditions too. */
export function everyCommand(blocks: readonly Block[]): (CallAction | CoreAction)[] {
  const found: (CallAction | CoreAction)[] = []
  walk(blocks, { command: (command) => found.push(command) })
  return found
}

export interface SyntaxVisitor {
  command?(command: CallAction | CoreAction, isTested: boolean): void
  comparison?(comparison: Comparison): void
}

/** Shows the visitor each command and comparison. Recursion is as deep as the parser lets scripts nest. */
export function walk(blocks: readonly Block[], visitor: SyntaxVisitor): void {
  for (const { actions } of blocks) walkList(actions, visitor)
}

function walkList(actions: readonly Action[], visitor: SyntaxVisitor): void {
  for (const action of actions) {
    if (action.kind === 'if') walkIf(action.arms, action.otherwise, visitor)
    else visitor.command?.(action, false)
  }
}

function walkIf(
  arms: readonly Arm[],
  otherwise: readonly Action[] | undefined,
  visitor: SyntaxVisitor,
): void {
  for (const { condition, body } of arms) {
    walkCondition(condition, visitor)
    walkList(body, visitor)
  }
  walkList(otherwise ?? [], visitor)
}

function walkCondition(condition: Condition, visitor: SyntaxVisitor): void {
  switch (condition.kind) {
    case 'not':
      return walkCondition(condition.of, visitor)
    case 'and':
    case 'or':
      for (const part of condition.parts) walkCondition(part, visitor)
      return
    case 'constant':
      return
    case 'actions': {
      const last = condition.actions.at(-1)
      walkList(condition.actions.slice(0, -1), visitor)
      if (last?.kind === 'if') walkIf(last.arms, last.otherwise, visitor)
      else if (last !== undefined) visitor.command?.(last, true)
      return
    }
    default:
      visitor.comparison?.(condition)
  }
}
