import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { CoreFrame, Handlers } from '../api/index.ts'
import { carryOverPort } from './carrier-port.ts'
import { Refused, type Topics } from './contract-door.ts'

const silent: Topics = { watch: () => () => undefined }

function handlers(own: Partial<Handlers>): Handlers {
  const refuse = (): never => {
    throw new Refused('internal-fault')
  }
  return {
    'call-history': refuse,
    'diagnose-call': refuse,
    'read-call': refuse,
    'forget-phone': refuse,
    'read-network': refuse,
    'read-script': refuse,
    'check-script': refuse,
    'apply-script': refuse,
    'undo-script': refuse,
    ...own,
  }
}

test('a command goes over a port and comes back; what is no frame is refused', async () => {
  const { port1, port2 } = new MessageChannel()
  const bugs: string[] = []
  const stop = carryOverPort(port1, {
    handlers: handlers({ 'read-network': () => ({ listeners: [], addresses: [] }) }),
    topics: silent,
    reportBug: (where) => bugs.push(where),
  })
  const frames: CoreFrame[] = []
  port2.on('message', (frame: CoreFrame) => frames.push(frame))
  port2.postMessage({ kind: 'call', id: 1, command: 'read-network', takes: {} })
  port2.postMessage({ kind: 'call', id: 2, command: 'undo-script', takes: {} })
  port2.postMessage('nonsense')
  // As Electron hands it over.
  port2.postMessage({ data: { kind: 'call', id: 3, command: 'read-network', takes: {} }, ports: [] })
  await expect
    .poll(() => frames.map(({ kind, id }) => [kind, id]))
    .toEqual(
      expect.arrayContaining([
        ['gave', 1],
        ['failed', 2],
        ['failed', 0],
        ['gave', 3],
      ]),
    )
  expect(bugs).toEqual([])
  stop()
  port2.close()
})

test('a handler that throws costs its command and is reported', async () => {
  const { port1, port2 } = new MessageChannel()
  const bugs: string[] = []
  const stop = carryOverPort(port1, {
    handlers: handlers({
      'read-network': () => {
        throw new Error('broken')
      },
    }),
    topics: silent,
    reportBug: (where) => bugs.push(where),
  })
  const answered = new Promise<CoreFrame>((resolve) => port2.once('message', resolve))
  port2.postMessage({ kind: 'call', id: 9, command: 'read-network', takes: {} })
  expect(await answered).toMatchObject({
    kind: 'failed',
    id: 9,
    failure: { code: 'internal-fault', detail: '' },
  })
  expect(bugs).toEqual(['doing read-network'])
  stop()
  port2.close()
})
