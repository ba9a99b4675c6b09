import type { Asker } from './asker.ts'
import type { StunAddress } from './attributes.ts'
import type { NatFinding } from './nat-findings.ts'

/** One that asks all, one that never asks a second place, one to ask from elsewhere. */
export const socketCount = 3
export const asking = 0
export const filtering = 1
export const elsewhere = 2

/** What the steps of a test share. */
export interface Probing {
  readonly asker: Asker
  readonly sockets: readonly StunAddress[]
  readonly found: (finding: NatFinding) => void
}
