import type { Catalogue } from './catalogue.ts'

/** Texts on what is kept of calls and people. */
export const people = {
  'calls.lasted': 'They talked for {time}.',
  'calls.why.hung-up': 'hung up',
  'calls.why.vanished': 'vanished',
  'calls.why.refused': 'refused with {status}',
  'calls.messages': { one: '{count} message', other: 'All {count} messages' },
  'calls.messages.none': 'The messages of this call are not kept any more.',
  'calls.message.caller': 'Caller sends',
  'calls.message.callee': 'Called sends',
  'calls.message.copies': { one: 'and {count} copy', other: 'and {count} copies' },
} as const satisfies Catalogue
