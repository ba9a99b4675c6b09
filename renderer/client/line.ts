import type { ClientFrame, CoreFrame } from '../../core/api/index.ts'

/** `gone`: nobody answers, and it tries again. `denied`: the core answers and will not have this window. */
export type LineState = 'connecting' | 'open' | 'gone' | 'denied'

export interface LineEvents {
  state(state: LineState): void
  frame(frame: CoreFrame): void
}

/** The window's end of a carrier. Frames sent while it is not open are lost; the client repeats what matters. */
export interface Line {
  send(frame: ClientFrame): void
}
