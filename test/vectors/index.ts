/**
 * Message vectors: the octets of RFC 4475, RFC 5118 and of our own abuse messages, what must become of each, the lab
 * they are meant for, IANA's tables, and well-formed seeds. It knows nothing of any parser or proxy.
 */
export { abuse } from './abuse/index.ts'
export type { Checks, Closing, Expectation, Fate, Later, Outcome, Pong, Several } from './expectation.ts'
export { expectations, type ExpectationTables, registeredUsers } from './expectations.ts'
export * as flows from './flows.ts'
export { type Endpoint, lab, type LabProfile, sinkContact } from './lab.ts'
export {
  compactForms,
  coreHeaderFields,
  extensionHeaderFields,
  methods,
  type RegisteredMethod,
  responseCodes,
} from './registry.ts'
export { bcastThroughUs, rfc4475 } from './rfc4475/index.ts'
export { rfc5118 } from './rfc5118/index.ts'
export { bodyOf, headOf, type Vector } from './vector.ts'
