export interface ErrorEntry {
  /** What happened and what follows from it. */
  readonly text: string
  /** The one thing to do. */
  readonly remedy: string
}

/** Every error that a window can be shown. Each stands in the manual under a heading with its code. */
export const errorTable = {
  'malformed-message': {
    text: 'The window sent something that Sidetone does not understand, and nothing was done.',
    remedy: 'Reload the window.',
  },
  'unknown-command': {
    text: 'The window asked for something that this version of Sidetone cannot do.',
    remedy: 'Reload the window, so that both are of one version.',
  },
  'bad-input': {
    text: 'What was entered cannot be used, and nothing was changed.',
    remedy: 'Correct the field that is named and try again.',
  },
  'too-many-requests': {
    text: 'The window asked more than Sidetone answers at once.',
    remedy: 'Wait a few seconds and try again.',
  },
  'phone-not-found': {
    text: 'This phone is no longer registered.',
    remedy: 'Nothing is left to do: the list shows what there is.',
  },
  'call-not-found': {
    text: 'Sidetone does not remember this call any more.',
    remedy: 'Call once more and look while the call goes on.',
  },
  'script-has-problems': {
    text: 'The routing script has an error and was not applied; the old one goes on.',
    remedy: 'Correct the lines that are marked, then apply it again.',
  },
  'script-changed': {
    text: 'The routing script was changed elsewhere in the meantime, and yours was not applied.',
    remedy: 'Load the script again and repeat your change.',
  },
  'script-is-shipped': {
    text: 'The script that comes with Sidetone cannot be changed.',
    remedy: 'Copy it to a file of yours and start Sidetone with --script FILE.',
  },
  'script-unreadable': {
    text: 'The routing script cannot be read; the one that runs goes on.',
    remedy: 'Put the file back where it was, readable for the user who runs Sidetone.',
  },
  'script-unwritable': {
    text: 'The routing script cannot be written, and nothing was changed.',
    remedy: 'Make the file and its folder writable for the user who runs Sidetone.',
  },
  'nothing-to-undo': {
    text: 'No change of the script was made since Sidetone was started.',
    remedy: 'Nothing is left to do: the script is as it was.',
  },
  'setup-not-here': {
    text: 'Sidetone was started with a script of yours, so the set-up cannot write one.',
    remedy: 'Start Sidetone without --script to set it up here.',
  },
  'setup-unwritable': {
    text: 'The data folder cannot be written, and nothing was kept.',
    remedy: 'Make the data folder writable for the user who runs Sidetone.',
  },
  'demo-not-private': {
    text: 'This address can be reached from outside, and a demo asks for no passwords.',
    remedy: 'Choose an address of the office network, or work with passwords.',
  },
  'person-refused': {
    text: 'This was not done, and nothing was changed.',
    remedy: 'Read the detail, correct what it names and try again.',
  },
  offline: {
    text: 'The connection to Sidetone is gone; what you see may be old.',
    remedy: 'Start Sidetone again if it was ended. The window connects by itself.',
  },
  'internal-fault': {
    text: 'Sidetone made a mistake, and nothing was done. Phones and calls go on.',
    remedy: 'Try again; if it happens again, report it with the log.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>

export type ErrorCode = keyof typeof errorTable

/** An error as it crosses the contract. */
export interface FailureReport extends ErrorEntry {
  readonly code: ErrorCode
  /** What it is about: a field, a line, a file. */
  readonly detail: string
  /** The heading of the manual that explains it. */
  readonly manual: string
}

export function describeFailure(code: ErrorCode, detail = ''): FailureReport {
  return { code, ...errorTable[code], detail, manual: `docs/errors.md#${code}` }
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorTable, text)
}
