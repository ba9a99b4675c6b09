import { openLog, type Log } from '../io/index.ts'
import type { Appliance } from './appliance.ts'
import type { RunningConsole } from './console.ts'
import { printGreeting } from './greeting.ts'
import { hostPort, printListener } from './listen.ts'
import { openRelayPorts, printRange } from './media.ts'
import { startMovingAppliance } from './moving-appliance.ts'
import { openConsole } from './open-console.ts'
import type { ServeOptions } from './options.ts'
import { openStunServer, type StunServer } from './stun-server.ts'

/** `sidetone serve`: runs until a signal ends it. Rejects with a `Failure` when it can't start. */
export async function runServe(options: ServeOptions): Promise<void> {
  const log = openLog({ level: options.logLevel, form: process.stderr.isTTY ? 'human' : 'json' })
  // What other programs and `ps` call this process.
  process.title = 'sidetone'
  const starting = start(options, log)
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
  const { appliance, console, stun } = await starting
  process.on('SIGHUP', () => appliance.reloadScript())
  if (appliance.isHelloWorld) {
    log.line('warn', 'no script was given: the hello world runs, without passwords, on loopback only')
  }
  process.stdout.write(
    options.isReadyJson
      ? readyLine(appliance, console, stun)
      : printGreeting(appliance.listeners, appliance.isHelloWorld, console),
  )
}

interface Started {
  readonly appliance: Appliance
  readonly console: RunningConsole | undefined
  readonly stun: StunServer
  stop(): Promise<void>
}

/** Both or neither: a console that can't be had ends the appliance too. */
async function start(options: ServeOptions, log: Log): Promise<Started> {
  const { folder, script, listen, media } = options
  const hasWindow = options.console !== 'off'
  const appliance = await startMovingAppliance({
    folder,
    script,
    listen,
    media,
    openMedia: openRelayPorts,
    hasWindow,
    log,
  })
  try {
    const place = options.console
    const console = place === 'off' ? undefined : await openConsole(appliance, place, log)
    const stun = await openStunServer(options.stun, appliance.listeners, log)
    return {
      appliance,
      console,
      stun,
      stop: async () => {
        await Promise.all([console?.stop(), stun.close(), appliance.stop()])
      },
    }
  } catch (error) {
    await appliance.stop()
    throw error
  }
}

function readyLine(appliance: Appliance, console: RunningConsole | undefined, stun: StunServer): string {
  const ready = {
    ready: true,
    pid: process.pid,
    listen: appliance.listeners.map(printListener),
    media: appliance.media.map(printRange),
    stun: stun.places.map(({ host, port }) => `udp:${hostPort(host, port)}`),
    console: console?.url ?? null,
    token: console?.token ?? null,
    // performance.now() counts from the start of the process.
    startupMs: Math.round(performance.now()),
  }
  return `${JSON.stringify(ready)}\n`
}
