/** What may be asked of a running exchange; the words of `sidetone ctl` end up here. */
export type Command =
  | { readonly name: 'bindings'; readonly table: string; readonly user: string | undefined }
  | { readonly name: 'phone-nat'; readonly table: string; readonly user: string | undefined }
  | {
      readonly name: 'bind'
      readonly table: string
      readonly user: string
      readonly uri: string
      readonly expiresSeconds: number
      /** Refused where somebody has that name, or it leads there already. */
      readonly isAnotherName?: true
    }
  | {
      readonly name: 'unbind'
      readonly table: string
      readonly user: string
      readonly uri: string | undefined
    }
  | { readonly name: 'calls'; readonly which: 'going-on' | 'ended' }
  /** One call with its facts, while it goes on or not long after. */
  | { readonly name: 'call'; readonly callId: string }
  /** What a capture of one call is made of: a `CaptureParts`. */
  | { readonly name: 'capture'; readonly callId: string }
  /** What the next process needs to take up the answered calls. */
  | { readonly name: 'leave-calls' }
  /** What the process before has left, that long ago. */
  | { readonly name: 'take-up-calls'; readonly left: unknown; readonly awayMs: number }
  | {
      readonly name: 'add-account'
      readonly user: string
      /** Undefined: one is made. */
      readonly password: string | undefined
      readonly email: string
    }
  | { readonly name: 'change-password'; readonly user: string; readonly password: string | undefined }
  | { readonly name: 'remove-account'; readonly user: string }
  | { readonly name: 'require-sha256'; readonly user: string; readonly isRequired: boolean }
  | { readonly name: 'accounts' }
  /** Those who can be reached. */
  | { readonly name: 'online'; readonly table: string }
  /** The event log, newest first; every word must occur. */
  | { readonly name: 'notices'; readonly words: readonly string[] }
  | { readonly name: 'bans' }
  | { readonly name: 'unban'; readonly address: string }
  | { readonly name: 'stats' }
  | { readonly name: 'listeners' }
  /** Refuse new calls from now on. */
  | { readonly name: 'drain' }

export type CommandResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }
