import type { WebSocketEvents, WebSocketLine } from '../io/index.ts'
import { ContractDoor, type DoorParts } from './contract-door.ts'

/** RFC 6455 §7.4.1: a text that is not what this protocol speaks. */
const UNREADABLE = 1007

/** The contract over a WebSocket: each text is one frame as JSON. */
export function carryOverWebSocket(line: WebSocketLine, parts: Omit<DoorParts, 'send'>): WebSocketEvents {
  const door = new ContractDoor({
    ...parts,
    send: (frame) => {
      line.send(JSON.stringify(frame))
    },
  })
  return {
    text: (text) => {
      const frame = readJson(text)
      if (frame === unreadable) line.close(UNREADABLE, 'not JSON')
      else door.receive(frame)
    },
    closed: () => {
      door.close()
    },
  }
}

const unreadable = Symbol('unreadable')

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return unreadable
  }
}
