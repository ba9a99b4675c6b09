/** Each translator of the lab does what its name says; else the matrix would prove nothing. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startProgram } from '../processes.ts'
import { LOSS_PERCENT, natKinds, SHORT_TIMEOUT_SECONDS, type NatKind } from './kinds.ts'
import { openLab, type Lab } from './lab.ts'
import { inside, labNeeds } from './namespaces.ts'

const PROBE = join(dirname(fileURLToPath(import.meta.url)), 'probe.ts')
const LIMIT_MS = 60_000
const missing = labNeeds()

interface Behaviour {
  readonly isTranslated: boolean
  readonly mapping: string
  readonly isPreserving: boolean
  readonly filtering: string
  readonly isForgotten: boolean | null
  readonly sipContact: string
}

const usual: Behaviour = {
  isTranslated: true,
  mapping: 'endpoint-independent',
  isPreserving: true,
  filtering: 'address-and-port-dependent',
  isForgotten: null,
  sipContact: 'kept',
}
const expected: Readonly<Record<NatKind, Behaviour>> = {
  open: { ...usual, isTranslated: false, filtering: 'endpoint-independent' },
  'full-cone': { ...usual, filtering: 'endpoint-independent' },
  'address-restricted': { ...usual, filtering: 'address-dependent' },
  'port-restricted': usual,
  symmetric: { ...usual, mapping: 'dependent', isPreserving: false },
  'non-preserving': { ...usual, isPreserving: false },
  double: { ...usual, mapping: 'dependent', isPreserving: false },
  hairpin: { ...usual, filtering: 'endpoint-independent' },
  'short-timeout': { ...usual, isForgotten: true },
  'sip-alg': { ...usual, sipContact: 'rewritten' },
  lossy: usual,
}

describe.skipIf(missing.skip)(`the translators of the lab${missing.because}`, () => {
  test('are what they are called', { timeout: 2 * LIMIT_MS }, async () => {
    const lab = await openLab()
    const { namespace, address, second } = lab.server
    const [command, args] = inside(namespace, [process.execPath, PROBE, 'answer', address, second])
    const answering = startProgram(command, args, { limitMs: 2 * LIMIT_MS })
    try {
      await answering.firstLine((line) => (line === 'ready' ? line : undefined), 10_000)
      const found = await Promise.all(
        natKinds.map(async (kind) => [kind, await behaviourOf(lab, kind)] as const),
      )
      expect(Object.fromEntries(found.map(([kind, { behaviour }]) => [kind, behaviour]))).toEqual(expected)
      // Both ways through the lossy one; 4 σ of 400 tries are 6 %.
      const both = (1 - LOSS_PERCENT / 100) ** 2
      for (const [kind, { share }] of found)
        expect(Math.abs(share - (kind === 'lossy' ? both : 1)), kind).toBeLessThan(
          kind === 'lossy' ? 0.06 : 0.01,
        )
    } finally {
      await answering.stop()
      await lab.close()
    }
  })
})

async function behaviourOf(lab: Lab, kind: NatKind): Promise<{ behaviour: Behaviour; share: number }> {
  const site = await lab.addSite(kind)
  try {
    const { address, second } = lab.server
    const waitMs = kind === 'short-timeout' ? (SHORT_TIMEOUT_SECONDS + 3) * 1000 : 0
    const [command, args] = inside(site.stations[0]?.namespace ?? '', [
      ...[process.execPath, PROBE, 'ask', address, second, String(waitMs)],
    ])
    const asking = startProgram(command, args, { limitMs: LIMIT_MS })
    const line = await asking.firstLine((text) => (text.startsWith('{') ? text : undefined), LIMIT_MS)
    const { answeredShare, ...behaviour } = JSON.parse(line) as Behaviour & { answeredShare: number }
    return { behaviour, share: answeredShare }
  } finally {
    await site.close()
  }
}
