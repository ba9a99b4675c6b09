import type { PhoneCall } from '../../client/softphone.svelte.ts'
import { t } from '../../messages/index.svelte.ts'
import { printable } from '../../ui/printable.ts'

export function nameOf(call: Pick<PhoneCall, 'name' | 'number'>): string {
  return printable(call.name === '' ? call.number : `${call.name} (${call.number})`)
}

export function stateWords(call: PhoneCall): string {
  const name = nameOf(call)
  switch (call.state) {
    case 'calling':
      return t('phone.calling', { name })
    case 'ringing':
      return t('phone.rings', { name })
    case 'incoming':
      return t('phone.incoming', { name })
    case 'talking':
      return t(call.isHeld ? 'phone.held' : 'phone.talking')
    case 'ended':
      return endWords(call.status)
  }
}

function endWords(status: number): string {
  if (status === 0 || status === 487) return t('phone.ended')
  if (status === 486 || status === 600) return t('phone.ended.busy')
  if (status === 404 || status === 604) return t('phone.ended.unknown')
  if (status === 480 || status === 430 || status === 408) return t('phone.ended.away')
  return t('phone.ended.failed', { status: String(status) })
}

/** What has become of handing over, in one sentence. */
export function outcomeWords(call: PhoneCall): string | undefined {
  if (call.outcome === undefined) return undefined
  const { target: asked, outcome } = call.outcome
  const target = printable(asked)
  const name = nameOf(call)
  switch (outcome.kind) {
    case 'asking':
      return t('phone.transfer.asking', { target, name })
    case 'gone':
      return t('phone.transfer.gone', { target })
    case 'back': {
      const isBusy = outcome.status === 486 || outcome.status === 600
      return t(isBusy ? 'phone.transfer.busy' : 'phone.transfer.back', { target, name })
    }
  }
}
