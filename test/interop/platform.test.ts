/** The computer's addresses go, come back and change under a running office (P4, P5); its port is taken meanwhile. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inside, labNeeds, namespaceName, removeNamespaces, runScript } from './nat-lab/namespaces.ts'
import { startProgram } from './processes.ts'

const missing = labNeeds()
const office = fileURLToPath(new URL('./platform-office.ts', import.meta.url))

describe.skipIf(missing.skip)(`addresses that come and go${missing.because}`, () => {
  const roles = ['lost-and-found', 'taken-meanwhile', 'moved'] as const
  const names = new Map(roles.map((role) => [role, namespaceName(role)]))
  const outcomes = new Map<string, Promise<Record<string, unknown>>>()
  beforeAll(async () => {
    for (const [role, name] of names) {
      await runScript(
        [
          `ip netns add ${name}`,
          `ip -n ${name} link set lo up`,
          `ip -n ${name} link add lab type veth peer name far`,
          `ip -n ${name} link set far up`,
          `ip -n ${name} link set lab up`,
          `ip -n ${name} address add 192.0.2.10/24 dev lab`,
        ].join('\n'),
      )
      // All at once: each waits for the system's clock most of the time.
      outcomes.set(role, outcomeOf(role, name))
    }
  })
  afterAll(() => removeNamespaces([...names.values()]))

  test('P4: an address that goes is told within 3 s; when it returns, phones are answered within 2 s', async () => {
    const { before, toldMs, backMs, isStillMissing } = (await outcomes.get('lost-and-found')) ?? {}
    expect([before, isStillMissing]).toEqual([true, false])
    expect(toldMs).toBeLessThan(3_000)
    // One try of the telephone more.
    expect(backMs).toBeLessThan(2_600)
  })

  test('a port that another program takes meanwhile is told, and used again when it is free', async () => {
    const { isTold, whileTaken, freeMs } = (await outcomes.get('taken-meanwhile')) ?? {}
    expect([isTold, whileTaken]).toEqual([true, false])
    expect(freeMs).toBeLessThan(2_600)
  })

  test('P5: on another network the new address is listened on within 3 s, and registrations are kept', async () => {
    const { before, movedMs, listen, isKept } = (await outcomes.get('moved')) ?? {}
    expect([before, listen, isKept]).toEqual([true, ['198.51.100.31', '198.51.100.31'], true])
    expect(movedMs).toBeLessThan(3_600)
  })
})

async function outcomeOf(role: string, name: string): Promise<Record<string, unknown>> {
  const [command, args] = inside(name, [process.execPath, office, role])
  const program = startProgram(command, args, { limitMs: 60_000 })
  const outcome = await program.firstLine(
    (line) => (line === '' ? undefined : (JSON.parse(line) as Record<string, unknown>)),
    50_000,
  )
  await program.exited
  return outcome
}
