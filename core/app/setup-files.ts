import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { peopleNames, setupDraft, setupPlan, type SetupDraft, type SetupPlan } from '../api/index.ts'
import { helloWorldPath, readScript } from './script-file.ts'
import type { Octets } from '../lib/octets.ts'

interface Shape<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false }
}

/** What the set-up keeps in the data folder. A file that can't be read counts as absent: then it is set up anew. */
export class SetupFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  get scriptPath(): string {
    return join(this.#folder, 'ser.cfg')
  }

  get plan(): SetupPlan | undefined {
    return this.#read('setup.json', setupPlan)
  }

  get draft(): SetupDraft | undefined {
    return this.#read('setup-draft.json', setupDraft)
  }

  get names(): Readonly<Record<string, string>> {
    return this.#read('people.json', peopleNames) ?? {}
  }

  keepPlan(plan: SetupPlan): void {
    this.#write('setup.json', plan)
  }

  keepDraft(draft: SetupDraft): void {
    this.#write('setup-draft.json', draft)
  }

  dropDraft(): void {
    rmSync(join(this.#folder, 'setup-draft.json'), { force: true })
  }

  keepName(number: string, name: string): void {
    const names = new Map(Object.entries(this.names))
    if (name === '') names.delete(number)
    else names.set(number, name)
    this.#write('people.json', Object.fromEntries(names))
  }

  /** The routing script; what stood there before is kept beside it. Gives the way back. */
  replaceScript(text: Octets): () => void {
    const before = octetsOf(this.scriptPath)
    if (before !== undefined && before !== text) replaceFile(`${this.scriptPath}.before`, before)
    replaceFile(this.scriptPath, text)
    return () => {
      if (before === undefined) rmSync(this.scriptPath, { force: true })
      else replaceFile(this.scriptPath, before)
    }
  }

  #read<Value>(name: string, shape: Shape<Value>): Value | undefined {
    const octets = octetsOf(join(this.#folder, name))
    if (octets === undefined) return undefined
    try {
      const read = shape.safeParse(JSON.parse(Buffer.from(octets, 'latin1').toString('utf8')))
      return read.success ? read.data : undefined
    } catch {
      return undefined
    }
  }

  #write(name: string, value: object): void {
    const text = `${JSON.stringify(value, undefined, 2)}\n`
    replaceFile(join(this.#folder, name), Buffer.from(text, 'utf8').toString('latin1'))
  }
}

/** The shipped script of a mode, with the place to listen: a ser.cfg that anybody may go on with by hand. */
export function renderScript({ mode, address, port }: Pick<SetupPlan, 'mode' | 'address' | 'port'>): Octets {
  const shipped = helloWorldPath()
  const path = mode === 'demo' ? shipped : join(dirname(shipped), 'with-passwords.cfg')
  const host = address.includes(':') ? `[${address}]` : address
  return readScript(path).replace(/^debug=3$/m, `debug=3\nlisten=${host}\nport=${port}`)
}

function octetsOf(path: string): Octets | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** Whoever reads meanwhile, and a start after a power cut, sees the old file or the new one. */
function replaceFile(path: string, octets: Octets): void {
  const half = `${path}.${process.pid}.new`
  writeFileSync(half, octets, { encoding: 'latin1', mode: 0o600, flush: true })
  renameSync(half, path)
}
