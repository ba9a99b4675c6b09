import type { CoreFrame } from '../../core/api/index.ts'
import type { Line, LineEvents } from './line.ts'

/** The contract over a MessagePort that the shell has handed to this page. */
export function openPortLine(port: MessagePort, events: LineEvents): Line {
  port.addEventListener('message', ({ data }: MessageEvent<CoreFrame>) => {
    events.frame(data)
  })
  port.addEventListener('close', () => {
    events.state('gone')
  })
  port.start()
  events.state('open')
  return {
    send: (frame) => {
      port.postMessage(frame)
    },
  }
}
