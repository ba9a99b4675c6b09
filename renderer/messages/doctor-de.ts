import type { doctorEn } from './doctor-en.ts'
import type { Translation } from './catalogue.ts'

/** German words of the Doctor's page. */
export const doctorDe = {
  'doctor.title': 'Diagnose',
  'doctor.lead': 'Wer in einem Anruf wen nicht hört, warum, und was zu tun ist.',
  'doctor.calls': 'Anrufe zum Ansehen',
  'doctor.calls.empty': 'Es läuft kein Anruf.',
  'doctor.calls.empty.how': 'Rufen Sie jemanden an, oder wählen Sie unter Gespräche ein beendetes.',
  'doctor.choose': 'Den Anruf {call} ansehen',
  'doctor.looking': 'Ich sehe mir den Anruf an …',
  'doctor.failed': 'Der Anruf ließ sich nicht ansehen.',
  'doctor.retry': 'Noch einmal ansehen',
  'doctor.open': 'Zur Diagnose',
  'doctor.packets': { one: '{count} Paket', other: '{count} Pakete' },
  'doctor.packets.unknown': 'nicht gezählt',
  'doctor.copy': 'Bericht kopieren',
  'doctor.copied': 'Der Bericht ist kopiert.',
  'doctor.copied.not': 'Der Browser lässt dieses Fenster nicht kopieren.',
  'doctor.arrows': 'Die vier Schritte der Stimme',
} as const satisfies Translation<typeof doctorEn>
