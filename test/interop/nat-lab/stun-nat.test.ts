/**
 * What `sidetone nat-test` says behind real translators, of our own server and of coturn, and what other clients say
 * of both. SIDETONE_FULL=1: every kind, both servers, the other clients, and the lifetime of mappings.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../processes.ts'
import { natKinds, probedKinds, type ProbedKind } from './kinds.ts'
import { openLab, type Lab, type Site } from './lab.ts'
import { labNeeds } from './namespaces.ts'
import {
  natDiscoveryInside,
  natTestInside,
  startStunServers,
  stunClientInside,
  stunPorts,
  type StunServerName,
  type StunServers,
} from './stun-servers.ts'

const isFull = process.env['SIDETONE_FULL'] === '1'
const LIMIT_MS = 600_000
const missing = labNeeds()
const others = needs('turnserver', 'turnutils_natdiscovery', 'stun')

const independent = 'endpoint-independent'
const addressOnly = 'address-dependent'
const both = 'address-and-port-dependent'

interface Truth {
  readonly mapping: string
  readonly filtering: string
  readonly hairpin: string
  readonly ports: string | undefined
}

const usual: Truth = { mapping: independent, filtering: both, hairpin: 'fails', ports: 'kept' }
const untranslated: Truth = {
  mapping: 'none',
  filtering: independent,
  hairpin: 'no-translator',
  ports: undefined,
}

/** Undefined: nothing comes through. */
const truths: Readonly<Record<ProbedKind, Truth | undefined>> = {
  open: untranslated,
  'full-cone': { ...usual, filtering: independent },
  'address-restricted': { ...usual, filtering: addressOnly },
  'port-restricted': usual,
  symmetric: { ...usual, mapping: both, ports: 'changed' },
  'non-preserving': { ...usual, ports: 'changed' },
  double: { ...usual, mapping: both, ports: 'changed' },
  hairpin: { ...usual, filtering: independent, hairpin: 'works' },
  'short-timeout': usual,
  'sip-alg': usual,
  lossy: usual,
  'address-dependent': { ...usual, mapping: addressOnly, ports: 'changed' },
  firewall: { ...untranslated, filtering: both },
  blocked: undefined,
}

const everyday: readonly ProbedKind[] = ['open', 'full-cone', 'address-restricted', 'symmetric', 'blocked']
const kinds = isFull ? [...natKinds, ...probedKinds] : everyday
const servers: readonly StunServerName[] = isFull && !others.skip ? ['sidetone', 'coturn'] : ['sidetone']

describe.skipIf(missing.skip)(`nat-test behind real translators${missing.because}`, () => {
  let lab: Lab
  let stun: StunServers
  const sites = new Map<ProbedKind, Site>()

  beforeAll(async () => {
    lab = await openLab()
    stun = await startStunServers(lab, servers, LIMIT_MS)
    for (const kind of kinds) sites.set(kind, await lab.addSite(kind))
  }, 60_000)

  afterAll(async () => {
    for (const site of sites.values()) await site.close()
    await stun.close()
    await lab.close()
  }, 60_000)

  test.each(servers)('every kind is told right, by %s', { timeout: LIMIT_MS }, async (name) => {
    const found = await inPairs(kinds, async (kind) => [kind, await truthSeen(kind, name)] as const)
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(kinds.map((kind) => [kind, truths[kind]])))
  })

  test('one plain server is not enough for any claim', { timeout: LIMIT_MS }, async () => {
    // The socket of SIP answers, and knows no second place.
    const lines = await natTestInside(namespaceOf('full-cone'), ['--server', `${lab.server.address}:5060`])
    expect([lines.get('mapping'), lines.get('filtering')]).toMatchObject([
      { result: 'inconclusive', outcome: 'one-server' },
      { result: 'inconclusive', outcome: 'no-second-address' },
    ])
    expect(JSON.stringify([...lines.values()])).not.toMatch(/cone/)
  })

  if (isFull) describeFull()

  function describeFull(): void {
    test.skipIf(others.skip)(
      `other clients say of our server what they say of coturn${others.because}`,
      { timeout: LIMIT_MS },
      async () => {
        const { address } = lab.server
        const told = async (kind: ProbedKind, name: StunServerName): Promise<unknown> => [
          kind,
          // It sends its third question to the OTHER-ADDRESS of its second answer. coturn 4.6 names there an address of
          // that same machine; by RFC 5780 §7.4 it is the first place, and the tool then takes one kind for the other.
          kind === 'address-dependent'
            ? []
            : await natDiscoveryInside(namespaceOf(kind), address, stunPorts[name]),
          await stunClientInside(namespaceOf(kind), address, stunPorts[name]),
        ]
        // What loses packets makes clients that ask once say now this and now that.
        const steady = kinds.filter((kind) => kind !== 'lossy')
        const ours = await inPairs(steady, (kind) => told(kind, 'sidetone'))
        const coturns = await inPairs(steady, (kind) => told(kind, 'coturn'))
        console.log(ours.map((line) => JSON.stringify(line)).join('\n'))
        expect(ours).toEqual(coturns)
      },
    )

    test('the lifetime of a mapping is found', { timeout: LIMIT_MS }, async () => {
      for (const name of servers) {
        const words = ['--server', `${lab.server.address}:${stunPorts[name]}`, '--lifetime', '60']
        const lines = await natTestInside(namespaceOf('short-timeout'), words, 300_000)
        const [, least = '', less = ''] =
          /at least (\d+) s, less than (\d+) s/.exec(lines.get('lifetime')?.detail ?? '') ?? []
        console.log(`${name}: ${lines.get('lifetime')?.detail}`)
        // The router's is 20 s; the kernel looks for dead mappings now and then.
        expect(Number(least)).toBeGreaterThanOrEqual(15)
        expect(Number(least)).toBeLessThanOrEqual(21)
        expect(Number(less)).toBeGreaterThanOrEqual(20)
        expect(Number(less)).toBeLessThanOrEqual(24)
      }
    })
  }

  async function truthSeen(kind: ProbedKind, name: StunServerName): Promise<Truth | undefined> {
    const lines = await natTestInside(namespaceOf(kind), [
      '--server',
      `${lab.server.address}:${stunPorts[name]}`,
    ])
    if (lines.get('internet')?.outcome === 'blocked') return undefined
    return {
      mapping: lines.get('mapping')?.mapping ?? 'untold',
      filtering: lines.get('filtering')?.filtering ?? `untold: ${lines.get('filtering')?.outcome}`,
      hairpin: lines.get('hairpin')?.outcome ?? 'untold',
      ports: lines.get('ports')?.outcome,
    }
  }

  function namespaceOf(kind: ProbedKind): string {
    return sites.get(kind)?.stations[0]?.namespace ?? ''
  }
})

/** More at once than there are processors would measure how they wait. */
async function inPairs<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += 3)
    results.push(...(await Promise.all(items.slice(from, from + 3).map(run))))
  return results
}
