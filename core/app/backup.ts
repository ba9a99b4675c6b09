import { resolve } from 'node:path'
import { Store } from '../io/index.ts'
import { askAppliance } from './ctl.ts'
import { openDataFolder } from './data-folder.ts'
import { Failure } from './failure.ts'
import type { BackupOptions } from './options.ts'
import { printTable } from './table.ts'

/** `sidetone backup` and `restore`: through the appliance that runs on the folder, else on its store itself. */
export async function runBackup(what: 'backup' | 'restore', options: BackupOptions): Promise<string> {
  const file = resolve(options.file)
  const folder = resolve(options.folder)
  const value = await done(what, folder, file, options.isDryRun)
  return options.isJson ? `${JSON.stringify(value)}\n` : printTable(value)
}

async function done(
  what: 'backup' | 'restore',
  folder: string,
  file: string,
  isDryRun: boolean,
): Promise<unknown> {
  try {
    const answer = await askAppliance(folder, [what, file, ...(isDryRun ? ['--dry-run'] : [])])
    if (!answer.ok) throw new Failure(answer.message)
    return answer.value
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== 3) throw error
  }
  return onClosedStore(what, openDataFolder(folder), file, isDryRun)
}

async function onClosedStore(
  what: 'backup' | 'restore',
  folder: string,
  file: string,
  isDryRun: boolean,
): Promise<unknown> {
  const store = await Store.open({
    folder,
    now: () => new Date(),
    tell: (_, sentence) => process.stderr.write(`${sentence}\n`),
    openedLate: () => undefined,
  })
  try {
    if (store.trouble !== undefined) throw new Failure(store.trouble.sentence)
    if (what === 'backup') return { file, ...(await store.backUp(file)) }
    return { restored: !isDryRun, rows: await store.restore(file, isDryRun) }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(error instanceof Error ? error.message : String(error))
  } finally {
    await store.close()
  }
}
