import type { Run } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { readCount } from './arguments.ts'

/** Counts hops. */
export const maxfwd: ModuleSpec<Run> = {
  name: 'maxfwd',
  summary: 'counts the hops of a request, so that none goes round for ever',
  parameters: [
    {
      name: 'max_limit',
      type: 'number',
      default: 16,
      meaning: 'Highest Max-Forwards that leaves here; 0 sets no limit.',
    },
  ],
  commands: [
    {
      name: 'mf_process_maxfwd_header',
      takes: ['hops'],
      blocks: inRequest,
      explanation:
        'Takes one hop off Max-Forwards, or adds the header with {0} where there is none; false when no hop is left.',
      rests: 'RFC 3261 §16.3 step 3 and §16.6 step 3, module maxfwd',
      prepare([hops], settings) {
        const limit = Number(settings.get('max_limit') ?? 0)
        const initial = readCount(
          hops ?? '',
          1,
          limit === 0 ? 255 : Math.min(limit, 255),
          'The number of hops',
        )
        if (typeof initial !== 'number') {
          return {
            refused: initial.refused,
            remedy: 'Write a number in quotes that is not above modparam("maxfwd", "max_limit", …).',
          }
        }
        return (run) => countHop(run, initial, limit)
      },
    },
  ],
}

function countHop(run: Run, initial: number, limit: number): number {
  const { maxForwards } = run
  if (maxForwards === 0) return -1
  run.hasCountedHop = true
  const left = maxForwards === undefined ? initial : maxForwards - 1
  run.maxForwards = limit > 0 ? Math.min(left, limit) : left
  return 1
}
