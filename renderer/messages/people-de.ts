import type { people as english } from './people-en.ts'
import type { Translation } from './catalogue.ts'

export const people: Translation<typeof english> = {
  'calls.lasted': 'Sie sprachen {time}.',
  'calls.why.hung-up': 'aufgelegt',
  'calls.why.vanished': 'verschwunden',
  'calls.why.refused': 'abgelehnt mit {status}',
  'calls.messages': { one: '{count} Nachricht', other: 'Alle {count} Nachrichten' },
  'calls.messages.none': 'Die Nachrichten dieses Gesprächs sind nicht mehr aufgehoben.',
  'calls.message.caller': 'Anrufer sendet',
  'calls.message.callee': 'Angerufener sendet',
  'calls.message.copies': { one: 'und {count} Kopie', other: 'und {count} Kopien' },
}
