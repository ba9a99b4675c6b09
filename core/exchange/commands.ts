/** What may be asked of a running exchange; the words of `sidetone ctl` end up here. */
export type Command =
  | { readonly name: 'bindings'; readonly table: string; readonly user: string | undefined }
  | {
      readonly name: 'bind'
      readonly table: string
      readonly user: string
      readonly uri: string
      readonly expiresSeconds: number
    }
  | {
      readonly name: 'unbind'
      readonly table: string
      readonly user: string
      readonly uri: string | undefined
    }
  | { readonly name: 'calls'; readonly which: 'going-on' | 'ended' }
  /** What the next process needs to take up the answered calls. */
  | { readonly name: 'leave-calls' }
  /** What the process before has left, that long ago. */
  | { readonly name: 'take-up-calls'; readonly left: unknown; readonly awayMs: number }
  | { readonly name: 'stats' }
  | { readonly name: 'listeners' }
  /** Refuse new calls from now on. */
  | { readonly name: 'drain' }

export type CommandResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }
