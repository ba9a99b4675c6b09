import { t, type MessageKey } from '../messages/index.svelte.ts'
import { toasts } from './toasts.svelte.ts'

type CodeOf<Key> = Key extends `error.${infer Code}.remedy` ? Code : never
/** The codes for which there are words; the contract's table and this one are held equal by a test. */
export type FailureCode = CodeOf<MessageKey>

export interface ShownFailure {
  readonly code: FailureCode
  readonly detail: string
  readonly manual: string
}

export function tellFailure(failure: ShownFailure): void {
  const text = `${t(`error.${failure.code}`)} ${t(`error.${failure.code}.remedy`)}`
  toasts.tell(text, 'bad', t('failure.more', { place: failure.manual }))
}
