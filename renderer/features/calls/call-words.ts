import type { CallRow, EndedCall } from '../../../core/api/index.ts'
import { t } from '../../messages/index.svelte.ts'
import { printable, userOf } from '../../ui/printable.ts'

export type ShownCall = CallRow | EndedCall

export function titleOf(call: ShownCall): string {
  return t('calls.details', { from: printable(userOf(call.from)), to: printable(userOf(call.to)) })
}
