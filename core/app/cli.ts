import type { Outcome } from './check.ts'
import { Failure } from './failure.ts'
import {
  readBackupOptions,
  readCheckOptions,
  readCtlOptions,
  readDoctorOptions,
  readExplainOptions,
  readNatTestOptions,
  readServeOptions,
  readTraceOptions,
} from './options.ts'
import { version } from './version.ts'

const help = `sidetone ${version}, an office phone system

  sidetone serve [--data DIR] [--script FILE] [--listen PROTO:HOST:PORT]… [--ready-json]
                 [--media HOST:LOW-HIGH] [--console HOST:PORT|off] [--log LEVEL]
                 [--stun HOST:PORT|off]… [--stun-discovery]
  sidetone check FILE… [--json]      whether routing scripts can be run
  sidetone explain FILE [--json]     what a routing script does, in plain words
  sidetone trace FILE [--method INVITE] [--from 101] [--to 102] [--source ADDRESS:PORT] [--in-dialog]
                 [--header LINE]… [--registered USER]… [--answer STATUS]… [--json]
                                     the lines that a trial message passes; nothing is sent
  sidetone backup FILE [--data DIR]  a copy of all that is kept, while it runs or not
  sidetone restore FILE [--dry-run] [--data DIR]
                                     puts a backup in place of all that is kept
  sidetone doctor CALL-ID [--data DIR] [--language en|de] [--json]
                                     who cannot hear whom in a call, why, and what to do
  sidetone nat-test [--server HOST[:PORT]]… [--lifetime SECONDS] [--json]
                                     what the router does to calls, asked of STUN servers
  sidetone ctl [--data DIR] [--json] COMMAND
                                     asks the running appliance; ctl without a command lists them
`

/**
 * Runs one command line without the program's name; the promise is its exit code.
 * `serve` resolves with undefined and goes on running.
 */
export async function runCommand(args: readonly string[]): Promise<number | undefined> {
  try {
    return await dispatch(args)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    process.stderr.write([error.message, ...error.lines].map((line) => `${line}\n`).join(''))
    return error.exitCode
  }
}

async function dispatch(args: readonly string[]): Promise<number | undefined> {
  const [command = '', ...rest] = args
  if (command === '--version') return print(`${version}\n`)
  if (command === '--help' || command === 'help' || rest.includes('--help')) return print(help)
  // Each command loads only what it needs: `check` and `ctl` answer at once.
  const asking = askingCommands.get(command)
  if (asking !== undefined) {
    const { text, exitCode } = await asking(rest)
    print(text)
    return exitCode
  }
  switch (command) {
    case 'serve': {
      const options = readServeOptions(rest)
      const { runServe } = await import('./serve.ts')
      await runServe(options)
      return undefined
    }
    case 'backup':
    case 'restore': {
      const options = readBackupOptions(command, rest)
      const { runBackup } = await import('./backup.ts')
      return print(await runBackup(command, options))
    }
    case 'nat-test': {
      const options = readNatTestOptions(rest)
      const { runNatTestCommand } = await import('./nat-test-command.ts')
      return runNatTestCommand(options, print)
    }
    case 'ctl': {
      const { runCtl } = await import('./ctl.ts')
      return print(await runCtl(readCtlOptions(rest)))
    }
    default:
      throw new Failure(refusal(command), 2)
  }
}

/** What gives a text and an exit code. */
const askingCommands = new Map<string, (args: readonly string[]) => Promise<Outcome>>([
  [
    'check',
    async (args) => {
      const options = readCheckOptions(args)
      return (await import('./check.ts')).runCheck(options)
    },
  ],
  [
    'explain',
    async (args) => {
      const options = readExplainOptions(args)
      return (await import('./explain.ts')).runExplain(options)
    },
  ],
  [
    'doctor',
    async (args) => {
      const options = readDoctorOptions(args)
      return (await import('./doctor.ts')).runDoctor(options)
    },
  ],
  [
    'trace',
    async (args) => {
      const options = readTraceOptions(args)
      return (await import('./trace.ts')).runTrace(options)
    },
  ],
])

function refusal(command: string): string {
  if (command === '') return `A command is needed.\n${help}`
  return `sidetone knows no command ${JSON.stringify(command)}.\n${help}`
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}
