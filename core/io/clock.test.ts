import { expect, test } from 'vitest'
import { Worker } from 'node:worker_threads'
import { clockFrom, systemClock, zeroOfThreadMs } from './clock.ts'

test('the clock never goes back', () => {
  const first = systemClock.now()
  expect(systemClock.now()).toBeGreaterThanOrEqual(first)
  expect(Math.abs(systemClock.wallMs() - Date.now())).toBeLessThan(1_000)
})

test('a clock from the zero of another thread tells the time of that thread', async () => {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads'
    import { clockFrom } from '${new URL('./clock.ts', import.meta.url).href}'
    parentPort.postMessage(clockFrom(workerData).now())`
  const before = systemClock.now()
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: zeroOfThreadMs(),
  })
  const told = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  expect(told).toBeGreaterThan(before)
  expect(told).toBeLessThanOrEqual(systemClock.now())
  expect(Math.abs(clockFrom(zeroOfThreadMs()).now() - systemClock.now())).toBeLessThan(5)
})
