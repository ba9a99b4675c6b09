import type {
  PortTest,
  SetupDeed,
  SetupDraft,
  SetupOutcome,
  SetupPlan,
  SetupView,
  SheetRow,
} from '../api/index.ts'
import { interfaceAddresses, portOwner, probePort, systemClock, type Log } from '../io/index.ts'
import type { ApplianceOptions } from './appliance.ts'
import { Refused } from './contract-door.ts'
import { openDataFolder } from './data-folder.ts'
import { codeOf, Failure } from './failure.ts'
import { isLoopbackAddress } from './listen.ts'
import { startMovingAppliance, type MovingAppliance } from './moving-appliance.ts'
import { renderScript, SetupFiles } from './setup-files.ts'
import { networkChoices } from './setup-networks.ts'

/** Long enough to show a colleague, too short to be forgotten overnight. */
const DEMO_MS = 2 * 60 * 60 * 1000

export interface Settable {
  readonly appliance: MovingAppliance
  readonly setup: Setup
}

/** The appliance as the last set-up left it; `--script` goes before that. */
export async function startSettable(options: ApplianceOptions): Promise<Settable> {
  const folder = openDataFolder(options.folder)
  const files = new SetupFiles(folder)
  const { plan } = files
  const isOver = plan?.demoEndsAtMs != null && plan.demoEndsAtMs <= systemClock.wallMs()
  const planned = plan === undefined || isOver ? undefined : files.scriptPath
  if (options.script === undefined && isOver) {
    options.log.line('info', 'the demo without passwords is over: set up again to go on')
  }
  const appliance = await startMovingAppliance({ ...options, script: options.script ?? planned })
  return {
    appliance,
    setup: new Setup({ appliance, files, isGiven: options.script !== undefined, log: options.log }),
  }
}

interface SetupParts {
  readonly appliance: MovingAppliance
  readonly files: SetupFiles
  /** The command line said which script runs. */
  readonly isGiven: boolean
  readonly log: Log
}

/** What the wizard asks for. Only `finish` changes what runs. */
export class Setup {
  readonly files: SetupFiles
  readonly #parts: SetupParts
  #demoEnd: NodeJS.Timeout | undefined
  #isFinishing = false

  constructor(parts: SetupParts) {
    this.#parts = parts
    this.files = parts.files
    this.#armDemoEnd()
  }

  /** Null where phones need passwords, or the demo does not run. */
  get demoEndsAtMs(): number | null {
    const isRunning = this.#parts.appliance.scriptPath === this.files.scriptPath && !this.#parts.isGiven
    return isRunning ? (this.files.plan?.demoEndsAtMs ?? null) : null
  }

  read(): SetupView {
    return {
      canSetUp: !this.#parts.isGiven,
      plan: this.files.plan ?? null,
      draft: this.files.draft ?? null,
      networks: networkChoices(interfaceAddresses()),
    }
  }

  keepDraft(draft: SetupDraft): void {
    this.#kept(() => {
      this.files.keepDraft(draft)
    })
  }

  dropDraft(): void {
    this.#kept(() => {
      this.files.dropDraft()
    })
  }

  async testPort(address: string, port: number): Promise<PortTest> {
    const isOurs = this.#parts.appliance.listeners.some(
      (listener) => listener.port === port && listener.address === address,
    )
    if (isOurs) return { state: 'ours', why: '' }
    const word = await probePort(address, port)
    if (word === undefined) return { state: 'free', why: '' }
    if (word !== 'EADDRINUSE') return { state: 'refused', why: word }
    const owner = portOwner('udp', address, port) ?? portOwner('tcp', address, port)
    return { state: 'taken', why: owner?.name ?? '' }
  }

  /** Each deed is told as done or not done; after the first that fails the old office runs on. */
  async finish(draft: SetupDraft): Promise<SetupOutcome> {
    if (this.#parts.isGiven) throw new Refused('setup-not-here')
    if (this.#isFinishing) throw new Refused('too-many-requests')
    const { address, port, mode } = draft
    if (address === '') throw new Refused('bad-input', 'address')
    if (mode === 'demo' && !isPrivateAddress(address)) throw new Refused('demo-not-private', address)
    this.#isFinishing = true
    try {
      const demoEndsAtMs = mode === 'demo' ? systemClock.wallMs() + DEMO_MS : null
      return await this.#finish({ address, port, mode, demoEndsAtMs }, draft)
    } finally {
      this.#isFinishing = false
    }
  }

  async #finish(plan: SetupPlan, draft: SetupDraft): Promise<SetupOutcome> {
    const deeds: SetupDeed[] = []
    const tried = async (deed: SetupDeed['deed'], act: () => void | Promise<void>): Promise<boolean> => {
      const why = await whyNot(act)
      deeds.push({ deed, isDone: why === undefined, why: why ?? '' })
      return why === undefined
    }
    let putBack = (): void => undefined
    const isWritten = await tried('script', () => {
      putBack = this.files.replaceScript(renderScript(plan))
    })
    if (!isWritten) return { deeds, sheet: [] }
    if (!(await tried('listening', () => this.#parts.appliance.changeScript(this.files.scriptPath)))) {
      putBack()
      return { deeds, sheet: [] }
    }
    await tried('kept', () => {
      this.files.keepPlan(plan)
      this.files.keepDraft({ ...draft, step: 'connect' })
    })
    const sheet: SheetRow[] = []
    await tried('people', () => this.#addPeople(draft, sheet))
    this.#armDemoEnd()
    return { deeds, sheet }
  }

  /** Who is there already keeps the password. */
  async #addPeople({ people, mode }: SetupDraft, sheet: SheetRow[]): Promise<void> {
    const refusals: string[] = []
    for (const { number, name } of people) {
      this.files.keepName(number, name)
      if (mode === 'demo') {
        sheet.push({ number, name, password: '' })
        continue
      }
      const answer = await this.#parts.appliance.control(['add', number])
      if (answer.ok) sheet.push({ number, name, password: (answer.value as { password: string }).password })
      else if (answer.code !== 'exists') refusals.push(answer.message)
    }
    if (refusals.length > 0) throw new Failure(refusals.join(' '))
  }

  #armDemoEnd(): void {
    clearTimeout(this.#demoEnd)
    const endsAtMs = this.demoEndsAtMs
    if (endsAtMs === null) return
    this.#demoEnd = setTimeout(() => void this.#endDemo(), Math.max(0, endsAtMs - systemClock.wallMs()))
    this.#demoEnd.unref()
  }

  async #endDemo(): Promise<void> {
    this.#parts.log.line(
      'warn',
      'the demo without passwords has ended: phones off this computer are not heard',
    )
    const why = await whyNot(() => this.#parts.appliance.changeScript(undefined))
    if (why !== undefined) this.#parts.log.line('error', why)
  }

  stop(): void {
    clearTimeout(this.#demoEnd)
  }

  #kept(act: () => void): void {
    try {
      act()
    } catch (error) {
      throw new Refused('setup-unwritable', codeOf(error))
    }
  }
}

/** A demo that everybody on the Internet could reach would be called through within the hour. */
function isPrivateAddress(address: string): boolean {
  return (
    isLoopbackAddress(address) ||
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)/i.test(address)
  )
}

async function whyNot(act: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (error instanceof Failure) return [error.message, ...error.lines].join(' ')
    if (error instanceof Error && 'code' in error) return codeOf(error)
    throw error
  }
}
