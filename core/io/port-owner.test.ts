import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { portOwner } from './port-owner.ts'

test.runIf(process.platform === 'linux')('the owner of a port is found', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  expect(portOwner('tcp', '127.0.0.1', port)?.pid).toBe(process.pid)
  expect(portOwner('udp', '127.0.0.1', port)).toBeUndefined()
  await new Promise((resolve) => server.close(resolve))
  expect(portOwner('tcp', '127.0.0.1', port)).toBeUndefined()
})
