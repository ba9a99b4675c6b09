/**
 * The one contract between the core and any window: commands, topics, errors, and the frames that carry them.
 * It knows no socket and no port of Electron's, and nothing of how a command is done.
 */
export { contract, longestScript } from './contract.ts'
export type {
  Client,
  CommandName,
  Gives,
  Handlers,
  Taken,
  Takes,
  TableChange,
  TopicChange,
  TopicName,
  TopicRow,
  TopicSnapshot,
  Watcher,
} from './contract.ts'
export { describeFailure, errorTable, isErrorCode } from './errors.ts'
export type { ErrorCode, ErrorEntry, FailureReport } from './errors.ts'
export type { CallDetails } from './facts-people.ts'
export { readClientFrame } from './frames.ts'
export type { ClientFrame, CoreFrame, Refusal } from './frames.ts'
export { doctorTexts, fillSentence } from './doctor-texts.ts'
export type { DoctorLanguage, DoctorTexts } from './doctor-texts.ts'
export type { Diagnosis } from './facts-doctor.ts'
export type {
  CallRow,
  EndedCall,
  Finding,
  Network,
  Office,
  PhoneRow,
  ScriptView,
  TroubleRow,
} from './facts.ts'
