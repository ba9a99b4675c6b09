import { ContractDoor, type DoorParts } from './contract-door.ts'

/** What the ports of Node and of Electron have in common; Electron wraps what came in an event. */
export interface PortEnd {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** The contract over a MessagePort: each message is one frame. The window's end is told apart by nothing else. */
export function carryOverPort(port: PortEnd, parts: Omit<DoorParts, 'send'>): () => void {
  const door = new ContractDoor({
    ...parts,
    send: (frame) => {
      port.postMessage(frame)
    },
  })
  port.on('message', (message) => {
    door.receive(isWrapped(message) ? message.data : message)
  })
  port.on('close', () => {
    door.close()
  })
  port.start()
  return () => {
    door.close()
    port.close()
  }
}

function isWrapped(message: unknown): message is { readonly data: unknown } {
  return typeof message === 'object' && message !== null && 'data' in message && 'ports' in message
}
