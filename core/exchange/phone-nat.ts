import type { Exchange } from './exchange.ts'
import { isLive, isNated, type Binding } from './location.ts'
import { natTestsShowing, natTests, type NatTest } from './nat-tests.ts'
import type { Run } from './run.ts'

interface Seen {
  /** Bits that show a translator as SER counts them, and LAN-aware. */
  readonly literal: number
  readonly lanAware: number
  readonly source: string
}

/** The six tests that SER's manual names, less what no REGISTER holds. */
const shown: readonly NatTest[] = [1, 2, 4, 8, 16, 32]
/** What scripts ask for: `nat_uac_test("19")`, `nat_uac_test("31")`, and the LAN-aware 19. */
const profiles: readonly (readonly [name: string, bits: number, isLanAware: boolean])[] = [
  ['profile LAN-aware', 19, true],
  ['profile 19', 19, false],
  ['profile 31', 31, false],
]

/** What the last REGISTER of each phone showed of a translator on its way. */
export class PhoneNat {
  readonly #seen = new WeakMap<Binding, Seen>()

  note(run: Run, binding: Binding): void {
    const { listener, address, port } = run.source
    this.#seen.set(binding, {
      literal: natTestsShowing(run, 511, { isLanAware: false }),
      lanAware: natTestsShowing(run, 511, { isLanAware: true }),
      source: `${listener.transport}:${address}:${port}`,
    })
  }

  /** A row for each phone and test, and one for each profile. */
  list(exchange: Exchange, table: string, only: string | undefined): unknown[] {
    const rows: unknown[] = []
    for (const [user, bindings] of exchange.location(table).users()) {
      if (only !== undefined && user !== only.toLowerCase()) continue
      for (const binding of bindings) {
        if (!isLive(binding, exchange.core.now)) continue
        const phone = { user, contact: binding.contact }
        const seen = this.#seen.get(binding)
        if (seen === undefined) rows.push({ ...phone, ...unseen })
        else
          rows.push(...this.#rowsOf(seen, binding).map((row) => ({ ...phone, source: seen.source, ...row })))
      }
    }
    return rows
  }

  #rowsOf({ literal, lanAware }: Seen, binding: Binding): Record<string, unknown>[] {
    const tests = shown.map((bit) => ({
      bit: String(bit),
      test: natTests[bit],
      ser: answer(bit === 8 ? undefined : (literal & bit) !== 0),
      lanAware: answer(bit === 8 ? undefined : (lanAware & bit) !== 0),
      meaning: bit === 8 ? 'a REGISTER has no SDP; calls show it' : meanings(literal & bit, lanAware & bit),
    }))
    return [
      ...tests,
      ...profiles.map(([test, bits, isLanAware]) => {
        const showing = (isLanAware ? lanAware : literal) & bits
        return {
          bit: String(showing),
          test,
          ser: isLanAware ? '' : answer(showing !== 0),
          lanAware: isLanAware ? answer(showing !== 0) : '',
          meaning: isLanAware ? treatment(showing !== 0, binding) : '',
        }
      }),
    ]
  }
}

const unseen = {
  source: '',
  bit: '',
  test: '',
  ser: '',
  lanAware: '',
  meaning: 'no REGISTER since the start of Sidetone; the next one tells',
}

function answer(shows: boolean | undefined): string {
  if (shows === undefined) return '-'
  return shows ? 'yes' : 'no'
}

function meanings(literal: number, lanAware: number): string {
  if (lanAware !== 0) return 'shows a translator, or a second network'
  return literal === 0 ? 'as it should be' : 'usual inside an office: no sign of a translator'
}

function treatment(isBehind: boolean, { flags, received }: Binding): string {
  const way = received === undefined ? 'reached at its Contact' : 'reached where its REGISTER came from'
  const kept = (flags & isNated) === 0 ? '' : ', kept awake by pings'
  return `${isBehind ? 'behind a translator' : 'not behind a translator'}: ${way}${kept}`
}
