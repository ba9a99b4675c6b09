import type { CoreFrame } from '../../core/api/index.ts'
import type { Line, LineEvents } from './line.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/** The contract over a WebSocket of the page's own host; it comes back by itself. */
export function openWebSocketLine(token: string, events: LineEvents): Line {
  let socket: WebSocket | undefined
  let waitMs = FIRST_WAIT_MS
  const connect = (): void => {
    const opening = new WebSocket(`ws://${location.host}/contract`, ['sidetone', `token.${token}`])
    socket = opening
    opening.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS
      events.state('open')
    })
    opening.addEventListener('message', ({ data }: MessageEvent<string>) => {
      events.frame(JSON.parse(data) as CoreFrame)
    })
    opening.addEventListener('close', () => {
      void lost()
    })
  }
  // A refused upgrade and a dead server look the same from here; a plain request tells them apart.
  const lost = async (): Promise<void> => {
    const answer = await fetch('/index.html', { method: 'HEAD' }).catch(() => undefined)
    if (answer?.status === 403) {
      events.state('denied')
      return
    }
    events.state('gone')
    setTimeout(connect, waitMs)
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  }
  events.state('connecting')
  connect()
  return {
    send: (frame) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
    },
  }
}
