import { voice } from '../../client/voice.svelte.ts'

const LOW_HERTZ = 440
const HIGH_HERTZ = 554
const ROUND_MS = 3_000
const STROKES = [0, 0.4]

/** Rings in the page until it is told to stop. */
export function ring(): () => void {
  const context = new AudioContext()
  const place = context.createMediaStreamDestination()
  const player = new Audio()
  player.srcObject = place.stream
  player.volume = voice.kept.bellVolume
  void voice.playOn(player, 'bell').then(() => player.play().catch(() => undefined))
  const strike = (): void => {
    for (const after of STROKES) {
      const loudness = new GainNode(context, { gain: 0 })
      loudness.connect(place)
      loudness.gain.setTargetAtTime(0.5, context.currentTime + after, 0.01)
      loudness.gain.setTargetAtTime(0, context.currentTime + after + 0.25, 0.04)
      for (const frequency of [LOW_HERTZ, HIGH_HERTZ]) {
        const tone = new OscillatorNode(context, { frequency })
        tone.connect(loudness)
        tone.start(context.currentTime + after)
        tone.stop(context.currentTime + after + 0.6)
      }
    }
  }
  strike()
  const round = setInterval(strike, ROUND_MS)
  return () => {
    clearInterval(round)
    player.pause()
    void context.close()
  }
}
