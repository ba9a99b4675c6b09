/** Listening quality from the E-model, as far as the middle of a call can tell (ITU-T G.107, G.113 appendix I). */

/** Rating of an undisturbed narrow-band call. */
const BEST_RATING = 93.2
/** Codecs' own impairment, and their robustness against loss with concealment. */
const impairments: Readonly<Record<string, { readonly own: number; readonly robustness: number }>> = {
  pcmu: { own: 0, robustness: 25.1 },
  pcma: { own: 0, robustness: 25.1 },
  g722: { own: 0, robustness: 25.1 },
  opus: { own: 0, robustness: 30 },
  g729: { own: 11, robustness: 19 },
  gsm: { own: 20, robustness: 10 },
  ilbc: { own: 11, robustness: 32 },
}
const ordinary = { own: 5, robustness: 20 }
/** A jitter buffer holds about two packets, and what jitter adds. */
const BUFFER_PACKETS = 2
const BUFFER_PER_JITTER = 2
/** From here on delay disturbs the talk itself (G.107 §7.4, in the usual straight-line form). */
const DISTURBING_DELAY_MS = 177.3

export interface Quality {
  readonly encoding: string
  /** 0–1 of what was expected. */
  readonly lossShare: number
  readonly jitterMs: number
  readonly packetTimeMs: number
  /** Of the way there, where a report told it. */
  readonly delayMs: number
}

/** 1–4.5. */
export function meanOpinionScore(quality: Quality): number {
  const { own, robustness } = impairments[quality.encoding] ?? ordinary
  const lossPercent = 100 * Math.min(1, Math.max(0, quality.lossShare))
  const loss = own + ((95 - own) * lossPercent) / (lossPercent + robustness)
  const delayMs =
    quality.delayMs + BUFFER_PACKETS * quality.packetTimeMs + BUFFER_PER_JITTER * quality.jitterMs
  const delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - DISTURBING_DELAY_MS)
  return scoreOf(BEST_RATING - delay - loss)
}

/** G.107 annex B. */
function scoreOf(rating: number): number {
  if (rating <= 0) return 1
  if (rating >= 100) return 4.5
  const score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
  return Math.max(1, score)
}
