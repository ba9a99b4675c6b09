import { expect, test } from 'vitest'
import { interfaceAddresses } from './interfaces.ts'

test('this machine has its loopback address', () => {
  expect(interfaceAddresses()).toContainEqual(
    expect.objectContaining({ address: '127.0.0.1', family: 4, isLoopback: true, prefixBits: 8 }),
  )
})
