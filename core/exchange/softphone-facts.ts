import type { Instant } from '../lib/instant.ts'

/** What a person at a softphone says about a call; the words on the buttons. */
export type Complaint = 'i-cannot-hear' | 'they-cannot-hear'

/** What a browser has counted in one second, as it says itself (W3C webrtc-stats). */
export interface BrowserSecond {
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly jitterMs: number
  /** 0 to 1 of full scale. */
  readonly levelSent: number
  readonly levelReceived: number
  readonly roundTripMs: number | undefined
  readonly isMuted: boolean
  readonly isHeld: boolean
}

export interface SoftphoneReport {
  readonly complaint: Complaint | undefined
  readonly second: BrowserSecond | undefined
}

const mostComplaints = 16
/** As many as of the relay's own seconds. */
const mostSeconds = 60

/** The other end of the evidence: what our own window has measured of a call, and what its user said. */
export class SoftphoneFacts {
  readonly complaints: { readonly at: Instant; readonly what: Complaint }[] = []
  readonly seconds: { readonly at: Instant; readonly second: BrowserSecond }[] = []

  reported(at: Instant, { complaint, second }: SoftphoneReport): void {
    if (complaint !== undefined && this.complaints.length < mostComplaints)
      this.complaints.push({ at, what: complaint })
    if (second === undefined) return
    if (this.seconds.length === mostSeconds) this.seconds.shift()
    this.seconds.push({ at, second })
  }
}
