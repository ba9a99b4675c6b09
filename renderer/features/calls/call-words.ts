import type { CallRow, EndedCall } from '../../../core/api/index.ts'
import { t } from '../../messages/index.svelte.ts'
import { printable, userOf } from '../../ui/printable.ts'

export type ShownCall = CallRow | EndedCall

/** How a call ended: the core's own words for it, in the language of the window. */
export function endingOf({ why }: EndedCall): string {
  const status = /^refused with (\d{3})$/.exec(why)?.[1]
  if (status !== undefined) return t('calls.why.refused', { status })
  if (why === 'hung up') return t('calls.why.hung-up')
  return why === 'vanished' ? t('calls.why.vanished') : printable(why)
}

export function titleOf(call: ShownCall): string {
  return t('calls.details', { from: printable(userOf(call.from)), to: printable(userOf(call.to)) })
}
