/** What the shell itself says: menus, the tray, and questions. The window has its own catalogue. */
const en = {
  open: 'Open Sidetone',
  quit: 'Quit Sidetone',
  about: 'About Sidetone',
  edit: 'Edit',
  view: 'View',
  help: 'Help',
  file: 'File',
  saveSupport: 'Save a support file…',
  showLogs: 'Show the log files',
  supportSaved: 'The support file was saved. Read it through before you give it to somebody.',
  supportFailed: 'The support file could not be saved: {why}',
  startAtLogin: 'Start when I sign in',
  awake: 'Keep this computer awake for the phones',
  status: '{phones} phones, {calls} calls',
  checkup: 'Check-up',
  closeTitle: 'Keep the phones working?',
  closeText: 'Sidetone can go on in the background. The phones work only while it runs.',
  keepRunning: 'Keep running',
  quitNow: 'Quit',
  cancel: 'Cancel',
  stopCalls: 'Calls that are going on now: {count}. They go on without Sidetone, or end.',
  stopPhones: 'Phones that will stop working: {count}.',
  quitTitle: 'Quit Sidetone?',
  startFailed: 'Sidetone could not start',
  tryAgain: 'Try again',
  crashedTitle: 'The window stopped and was opened again',
  crashedText: 'Phones and calls went on meanwhile.',
  updateReady: 'Version {version} is ready',
  updateText: 'It is installed when you quit Sidetone, never during a call.',
  updateCheck: 'Look for a new version',
  updateNone: 'This is the newest version.',
  updateFailed: 'Nobody could be asked for a new version. Sidetone goes on as it is.',
}

const de: typeof en = {
  open: 'Sidetone öffnen',
  quit: 'Sidetone beenden',
  about: 'Über Sidetone',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  help: 'Hilfe',
  file: 'Datei',
  saveSupport: 'Datei für den Support sichern …',
  showLogs: 'Protokolldateien zeigen',
  supportSaved: 'Die Datei für den Support ist gesichert. Lesen Sie sie, bevor Sie sie weitergeben.',
  supportFailed: 'Die Datei für den Support konnte nicht gesichert werden: {why}',
  startAtLogin: 'Beim Anmelden starten',
  awake: 'Diesen Computer für die Telefone wach halten',
  status: '{phones} Telefone, {calls} Anrufe',
  checkup: 'Prüfung',
  closeTitle: 'Sollen die Telefone weiter gehen?',
  closeText: 'Sidetone kann im Hintergrund weiterlaufen. Die Telefone gehen nur, solange es läuft.',
  keepRunning: 'Weiterlaufen lassen',
  quitNow: 'Beenden',
  cancel: 'Abbrechen',
  stopCalls: 'Laufende Anrufe: {count}. Sie gehen ohne Sidetone weiter oder enden.',
  stopPhones: 'Telefone, die dann nicht mehr gehen: {count}.',
  quitTitle: 'Sidetone beenden?',
  startFailed: 'Sidetone konnte nicht starten',
  tryAgain: 'Noch einmal versuchen',
  crashedTitle: 'Das Fenster ist stehen geblieben und wurde neu geöffnet',
  crashedText: 'Telefone und Anrufe liefen währenddessen weiter.',
  updateReady: 'Version {version} ist bereit',
  updateText: 'Sie wird beim Beenden eingerichtet, nie während eines Anrufs.',
  updateCheck: 'Nach einer neuen Version sehen',
  updateNone: 'Dies ist die neueste Version.',
  updateFailed: 'Niemand konnte nach einer neuen Version gefragt werden. Sidetone läuft weiter wie bisher.',
}

export type Words = typeof en

export function wordsFor(locale: string): Words {
  return locale.toLowerCase().startsWith('de') ? de : en
}

export function fillIn(text: string, filling: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => String(filling[name] ?? whole))
}
