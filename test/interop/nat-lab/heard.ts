/** A stretch of what a telephone heard, and whether it is the other's tone. */
import { shareOf } from '../wave.ts'

export interface Heard {
  readonly samples: number
  /** The share of the energy at one frequency. */
  readonly share: (hertz: number) => number
}

export const SAMPLES_PER_MS = 8
/** Two lossy hops of 5 % leave 90 %; a window cuts a packet at either end. */
const LEAST_SAMPLES_SHARE = 0.75
const LEAST_TONE_SHARE = 0.7
const MOST_ECHO_SHARE = 0.1

export function hearing(samples: Int16Array): Heard {
  const recording = { sampleRate: SAMPLES_PER_MS * 1000, samples }
  return { samples: samples.length, share: (hertz) => shareOf(recording, hertz) }
}

/** '' when the other's tone was heard nearly all of the time, and not its own. */
export function complaint(user: string, heard: Heard, lastedMs: number, wanted: number, own: number): string {
  const share = heard.samples / (lastedMs * SAMPLES_PER_MS)
  const [tone, echo] = [heard.share(wanted), heard.share(own)]
  if (share >= LEAST_SAMPLES_SHARE && tone >= LEAST_TONE_SHARE && echo <= MOST_ECHO_SHARE) return ''
  const percent = (value: number): string => `${Math.round(value * 100)} %`
  return `${user} heard ${percent(share)} of the time, ${percent(tone)} of it ${wanted} Hz, ${percent(echo)} ${own} Hz`
}
