export { IceLite, type AnnouncedCredentials, type CheckOutcome, type CheckSource } from './ice-lite.ts'
export type { StunHashes } from './ice-check.ts'
