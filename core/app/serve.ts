import { openLog } from '../io/index.ts'
import { startAppliance, type Appliance } from './appliance.ts'
import { printGreeting } from './greeting.ts'
import { printListener } from './listen.ts'
import { openRelayPorts, printRange } from './media.ts'
import type { ServeOptions } from './options.ts'

/** `sidetone serve`: runs until a signal ends it. Rejects with a `Failure` when it can't start. */
export async function runServe(options: ServeOptions): Promise<void> {
  const log = openLog({ level: options.logLevel, form: process.stderr.isTTY ? 'human' : 'json' })
  // What other programs and `ps` call this process.
  process.title = 'sidetone'
  const starting = startAppliance({
    folder: options.folder,
    script: options.script,
    listen: options.listen,
    media: options.media,
    openMedia: openRelayPorts,
    log,
  })
  // A signal that comes while it starts ends it as soon as it has started; a second one ends it at once.
  let isStopping = false
  const stop = (): void => {
    if (isStopping) process.exit(0)
    isStopping = true
    void starting
      .then((started) => started.stop())
      .then(
        () => process.exit(0),
        () => undefined,
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.stdout.on('error', () => undefined)
  const appliance = await starting
  process.on('SIGHUP', () => appliance.reloadScript())
  if (appliance.isHelloWorld) {
    log.line('warn', 'no script was given: the hello world runs, without passwords, on loopback only')
  }
  if (options.console !== undefined && options.console !== 'off') {
    log.line('warn', 'the console is not part of this version; --console has no effect')
  }
  process.stdout.write(
    options.isReadyJson ? readyLine(appliance) : printGreeting(appliance.listeners, appliance.isHelloWorld),
  )
}

function readyLine(appliance: Appliance): string {
  const ready = {
    ready: true,
    pid: process.pid,
    listen: appliance.listeners.map(printListener),
    media: appliance.media.map(printRange),
    console: null,
    token: null,
    // performance.now() counts from the start of the process.
    startupMs: Math.round(performance.now()),
  }
  return `${JSON.stringify(ready)}\n`
}
