import type { Flow } from '../lib/flow.ts'
import type { Notice } from './changes.ts'

/** Facts that somebody may want to see or keep; the log line and the window's rows are made from the same event. */
export type Event =
  | {
      readonly kind: 'dropped'
      readonly reason: DropReason
      readonly detail: string
      readonly flow: Flow | undefined
    }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string; readonly flow: Flow }
  | {
      readonly kind: 'registered'
      readonly user: string
      readonly contact: string
      readonly expiresSeconds: number
    }
  | {
      readonly kind: 'unregistered'
      readonly user: string
      readonly contact: string
      readonly why: 'asked' | 'expired'
    }
  | { readonly kind: 'call-began'; readonly callId: string; readonly from: string; readonly to: string }
  | { readonly kind: 'call-answered'; readonly callId: string }
  | { readonly kind: 'call-ended'; readonly callId: string; readonly why: string }
  | { readonly kind: 'media-trouble'; readonly what: string }
  | { readonly kind: 'script-log'; readonly level: number; readonly text: string }
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** A line of SER's acc; each is wanted. */
  | { readonly kind: 'accounted'; readonly level: number; readonly text: string }
  | { readonly kind: 'bug'; readonly where: string; readonly what: string }

/** Every reason for which a message can vanish without an answer; each has its counter. */
export const dropReasons = [
  'keep-alive',
  'noise',
  'other-protocol',
  'malformed-response',
  'malformed-ack',
  'malformed-unanswerable',
  'stray-response',
  'stray-ack',
  'not-our-via',
  'broadcast-target',
  'script-dropped',
  'stateless-ack',
  'send-failed',
  'over-limit',
  'banned',
  'bug',
] as const

export type DropReason = (typeof dropReasons)[number]
