import type { Walk } from './flow-walk.ts'
import type { Findings } from './problem.ts'
import type { Action, Block } from './syntax.ts'

const callers = {
  route: ['route-never-called', 'Write route({n}); where it is wanted, or remove the block.'],
  failure_route: ['block-never-armed', 'Write t_on_failure("{n}"); before t_relay(), or remove the block.'],
  onreply_route: ['block-never-armed', 'Write t_on_reply("{n}"); before t_relay(), or remove the block.'],
} as const

/** Statements and blocks that no message can reach. */
export function adviseOnReach(blocks: readonly Block[], walk: Walk, findings: Findings): void {
  for (const block of blocks) {
    if (isEntered(block, walk)) unreached(block.actions, walk, findings)
    else adviseOnBlock(block, findings)
  }
}

function isEntered({ block, number, actions }: Block, walk: Walk): boolean {
  if (actions.length === 0) return true
  if (block === 'route') return number === 0 || walk.calledRoutes.has(number)
  return walk.armed.has(`${block} ${number}`)
}

function adviseOnBlock({ block, number, at }: Block, findings: Findings): void {
  const [code, remedy] = callers[block]
  findings.advice(at, {
    code,
    message: `Nothing leads to ${block}[${number}].`,
    consequence: 'What stands in it never happens.',
    remedy: remedy.replace('{n}', String(number)),
  })
}

/** The first statement of each list that is never run; a `break` is spared, since careful writers put one to be sure. */
function unreached(actions: readonly Action[], walk: Walk, findings: Findings): void {
  for (const action of actions) {
    if (!walk.visited.has(action)) {
      if (action.kind === 'core' && action.name === 'drop') continue
      findings.advice(action.at, {
        code: 'unreachable',
        message: 'No message ever gets to this statement.',
        consequence: 'It does nothing; perhaps a break above it ends too early, or a test can never hold.',
        remedy: 'Remove it, or move it before what ends the list.',
      })
      return
    }
    if (action.kind !== 'if') continue
    for (const { body } of action.arms) unreached(body, walk, findings)
    unreached(action.otherwise ?? [], walk, findings)
  }
}
