import type { Handlers } from '../api/index.ts'
import type { setupCommands } from '../api/index.ts'
import type { Setup } from './setup.ts'

export function setupHandlers(setup: Setup): Pick<Handlers, keyof typeof setupCommands> {
  return {
    'read-setup': () => setup.read(),
    'keep-draft': (draft) => {
      setup.keepDraft(draft)
      return {}
    },
    'drop-draft': () => {
      setup.dropDraft()
      return {}
    },
    'test-port': ({ address, port }) => setup.testPort(address, port),
    'finish-setup': (draft) => setup.finish(draft),
  }
}
