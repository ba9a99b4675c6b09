import type { BanRow, EventRow, Handlers, peopleCommands } from '../api/index.ts'
import type { Appliance } from './appliance.ts'
import { Refused } from './contract-door.ts'
import type { SetupFiles } from './setup-files.ts'
import { traceText } from './trace.ts'
import { readScript } from './script-file.ts'

interface AccountRow {
  readonly user: string
}

/** People, the event log, bans and trial calls, by the words that `ctl` has for them. */
export function peopleHandlers(
  appliance: Pick<Appliance, 'control' | 'scriptPath'>,
  files: SetupFiles,
): Pick<Handlers, keyof typeof peopleCommands> {
  const ask = async (...words: string[]): Promise<unknown> => {
    const answer = await appliance.control(words)
    if (!answer.ok) throw new Refused('person-refused', answer.message)
    return answer.value
  }
  return {
    'list-people': async () => {
      const { names } = files
      const accounts = (await ask('accounts')) as readonly AccountRow[]
      return accounts.map(({ user }) => ({ number: user, name: names[user] ?? '' }))
    },
    'add-person': async ({ number, name }) => {
      const { password } = (await ask('add', number)) as { password: string }
      files.keepName(number, name)
      return { number, password }
    },
    'name-person': ({ number, name }) => {
      files.keepName(number, name)
      return {}
    },
    'renew-password': async ({ number }) => {
      const { password } = (await ask('passwd', number)) as { password: string }
      return { number, password }
    },
    'remove-person': async ({ number }) => {
      await ask('rm', number)
      files.keepName(number, '')
      return {}
    },
    'find-events': async ({ search }) => {
      const words = search.split(/\s+/).filter((word) => word !== '')
      return (await ask('events', ...words.slice(0, MOST_WORDS))) as EventRow[]
    },
    'list-bans': async () => (await ask('bans')) as BanRow[],
    'lift-ban': async ({ address }) => {
      await ask('unban', address)
      return {}
    },
    'trace-script': ({ from, to }) => traceText(readScript(appliance.scriptPath), from, to),
  }
}

/** As many as the control word takes. */
const MOST_WORDS = 4
