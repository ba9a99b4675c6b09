/**
 * Loudness of G.722 without decoding it. The step of the lower band's quantizer follows the signal and is driven by
 * the code words alone (ITU-T G.722 §3.5, block LOGSCL), so that following the step is enough; what the predictor
 * takes off the signal makes the estimate right within about 6 dB.
 */

/** By how much each four-bit code word of the lower band moves the logarithm of the step: table of W(I). */
const stepChanges = Int16Array.from([
  -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60,
])
const GREATEST_STEP = 18_432
/** The step's logarithm counts 2048 to an octave, above a step of 32 in a band whose full scale is 16384. */
const PER_OCTAVE = 2048
const SMALLEST_STEP_DB = 20 * Math.log10((0.7 * 32) / 16_384)

export class G722Level {
  #step = 0

  take(packet: Uint8Array, from: number, to: number): void {
    let step = this.#step
    for (let at = from; at < to; at++) {
      const code = ((packet[at] as number) >> 2) & 15
      step = ((step * 127) >> 7) + (stepChanges[code] as number)
      if (step < 0) step = 0
      else if (step > GREATEST_STEP) step = GREATEST_STEP
    }
    this.#step = step
  }

  get levelDbov(): number {
    return SMALLEST_STEP_DB + (20 * Math.log10(2) * this.#step) / PER_OCTAVE
  }
}
