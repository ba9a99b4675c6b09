/** Loudness of G.711 without decoding it twice: for each code its power, full scale being 1 (ITU-T G.711 tables 1 and 2). */

const FULL_SCALE = 32_768

function muLawSample(code: number): number {
  const inverted = ~code & 0xff
  const magnitude = ((((inverted & 15) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84
  return inverted > 127 ? -magnitude : magnitude
}

function aLawSample(code: number): number {
  const toggled = code ^ 0x55
  const segment = (toggled >> 4) & 7
  const step = ((toggled & 15) << 4) + 8
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1)
  return toggled > 127 ? magnitude : -magnitude
}

function powers(sampleOf: (code: number) => number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, code) => (sampleOf(code) / FULL_SCALE) ** 2)
}

export const muLawPowers = powers(muLawSample)
export const aLawPowers = powers(aLawSample)

/** The two codes that stand for zero, which a muted phone repeats. */
export const muLawZeros = [0xff, 0x7f] as const
export const aLawZeros = [0xd5, 0x55] as const
