import { systemClock, type Log } from '../io/index.ts'
import type { Office } from '../api/index.ts'
import type { Event } from '../exchange/index.ts'
import type { Listener } from '../lib/flow.ts'
import type { Appliance } from './appliance.ts'
import { startConsole, type RunningConsole } from './console.ts'
import type { ConsolePlace } from './console-listen.ts'
import type { DoorParts } from './contract-door.ts'
import { contractHandlers } from './contract-handlers.ts'
import { LiveOffice } from './live-office.ts'
import type { BindingFact, CallFact } from './office-facts.ts'
import { ScriptDesk } from './script-desk.ts'
import { version } from './version.ts'
import { findWindowFolder, readWindowFiles } from './window-files.ts'

/** The contract of a running appliance, ready for any carrier. */
export interface OpenContract {
  readonly door: Omit<DoorParts, 'send'>
  /** For every event of the exchange. */
  take(event: Event): void
  stop(): void
}

export function openContract(appliance: Appliance, log: Log): OpenContract {
  const reportBug = (where: string, what: string): void => {
    log.line('error', `a bug while ${where}; please report it`, { what })
  }
  const live = new LiveOffice({
    bindings: () => listOf<BindingFact>(appliance, ['ul', 'show']),
    calls: async () => withVoice(appliance, await listOf<CallFact>(appliance, ['calls'])),
    messagesHeard: () => messagesHeard(appliance),
    office: {
      version,
      startedAtMs: systemClock.wallMs(),
      isHelloWorld: appliance.isHelloWorld,
      folder: appliance.folder,
    },
    listeners: listenerFacts(appliance),
    missingAddresses: () => appliance.missingAddresses,
    wallMs: () => systemClock.wallMs(),
    reportBug,
  })
  const desk = new ScriptDesk({
    path: appliance.scriptPath,
    isShipped: appliance.isHelloWorld,
    reload: () => appliance.reloadScript(),
  })
  const handlers = contractHandlers({
    live,
    desk,
    listeners: () => appliance.listeners,
    records: () => appliance.records,
    control: (words) => appliance.control(words),
  })
  return {
    door: { handlers, topics: live, reportBug },
    take: (event) => {
      live.take(event)
    },
    stop: () => {
      live.stop()
    },
  }
}

/** The console of a running appliance. Rejects with a `Failure` when it can't listen. */
export async function openConsole(
  appliance: Appliance,
  place: ConsolePlace | undefined,
  log: Log,
): Promise<RunningConsole> {
  const contract = openContract(appliance, log)
  appliance.watch((event) => {
    contract.take(event)
  })
  const files = readWindowFiles(findWindowFolder())
  if (files.size === 0) log.line('warn', 'the window has not been built: "npm run build" builds it')
  const running = await startConsole({
    ...{ place, files, contract: contract.door, log },
    admitSip: (request, socket, head) => {
      appliance.admitWindow(request, socket, head)
    },
  })
  const { origin, port } = new URL(running.url)
  for (const page of [origin, `http://localhost:${port}`]) appliance.allowOrigin(page)
  return {
    ...running,
    stop: async () => {
      contract.stop()
      await running.stop()
    },
  }
}

/** As many as anybody looks at; each costs a tenth of a millisecond. */
const MOST_WITH_VOICE = 200

function withVoice(appliance: Appliance, calls: readonly CallFact[]): readonly CallFact[] {
  return calls.map((call, at) => {
    const voice = at < MOST_WITH_VOICE ? appliance.voice(call.callId) : undefined
    return voice === undefined ? call : { ...call, voice }
  })
}

/** One list of facts for each list of listeners, which is another one when the office has moved. */
function listenerFacts(appliance: Appliance): () => Office['listeners'] {
  let listeners: readonly Listener[] | undefined
  let facts: Office['listeners'] = []
  return () => {
    if (appliance.listeners !== listeners) {
      listeners = appliance.listeners
      facts = listeners.map(({ transport, address, port }) => ({ transport, address, port }))
    }
    return facts
  }
}

/** The shape of these answers is the control words' own promise; see `exchange/control.ts`. */
async function listOf<Row>(appliance: Appliance, words: readonly string[]): Promise<readonly Row[]> {
  const answer = await appliance.control(words)
  return answer.ok ? (answer.value as readonly Row[]) : []
}

async function messagesHeard(appliance: Appliance): Promise<number> {
  const answer = await appliance.control(['stats'])
  if (!answer.ok) return 0
  const { exchange } = answer.value as { exchange: { counters: Record<string, number> } }
  return (exchange.counters['requests'] ?? 0) + (exchange.counters['responses'] ?? 0)
}
