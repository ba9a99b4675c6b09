import { dialog, type BrowserWindow } from 'electron'
import type { Activity } from '../../core/app/start.ts'
import { fillIn, type Words } from './words.ts'

/** What happens to people's phones when Sidetone ends; undefined: nothing does. */
function consequence({ phones, calls }: Activity, words: Words): string | undefined {
  const lines = [
    ...(calls > 0 ? [fillIn(words.stopCalls, { count: calls })] : []),
    ...(phones > 0 ? [fillIn(words.stopPhones, { count: phones })] : []),
  ]
  return lines.length === 0 ? undefined : lines.join('\n')
}

/** True at once where nobody would notice. */
export async function mayQuit(activity: Activity, words: Words): Promise<boolean> {
  const detail = consequence(activity, words)
  if (detail === undefined) return true
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: words.quitTitle,
    message: words.quitTitle,
    detail,
    buttons: [words.cancel, words.quitNow],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}

/** Asked once, when the cross is clicked for the first time. */
export async function askClosing(
  window: BrowserWindow,
  words: Words,
): Promise<'keep-running' | 'quit' | undefined> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: words.closeTitle,
    message: words.closeTitle,
    detail: words.closeText,
    buttons: [words.keepRunning, words.quitNow, words.cancel],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  return ([words.keepRunning, words.quitNow] as const)[response] === undefined
    ? undefined
    : response === 0
      ? 'keep-running'
      : 'quit'
}

/** True: start once more. */
export async function askStartAgain(words: Words, message: string, detail: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: words.startFailed,
    message: `${words.startFailed}. ${message}`,
    detail,
    buttons: [words.tryAgain, words.quitNow],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}
