/**
 * `node flood-source.ts TARGET-HOST PORT SOURCE-HOST RATE SECONDS METHOD`: one address that shouts, in its own
 * process so that its work does not delay the measurement. Prints how many it sent.
 */
import { createSocket } from 'node:dgram'

const [targetHost = '', portText, sourceHost = '', rateText, secondsText, method = 'OPTIONS'] =
  process.argv.slice(2)
const port = Number(portText)
const rate = Number(rateText)
const lastsMs = Number(secondsText) * 1000

const socket = createSocket({ type: 'udp4', sendBufferSize: 4 * 1024 * 1024 })
// Answers are read and dropped, as a phone's would be.
socket.on('message', () => undefined)
socket.on('error', () => undefined)
socket.bind(0, sourceHost, () => {
  const local = socket.address().port
  const startedAt = performance.now()
  let sent = 0
  const step = setInterval(() => {
    const elapsedMs = performance.now() - startedAt
    if (elapsedMs >= lastsMs) {
      clearInterval(step)
      process.stdout.write(`${JSON.stringify({ sent, elapsedMs })}\n`)
      setTimeout(() => socket.close(), 50)
      return
    }
    for (const due = (elapsedMs / 1000) * rate; sent < due; sent += 1) {
      socket.send(Buffer.from(requestOf(sent, local), 'latin1'), port, targetHost)
    }
  }, 2)
})

function requestOf(index: number, local: number): string {
  const uri = method === 'OPTIONS' ? `sip:${targetHost}:${port}` : `sip:nobody${index}@${targetHost}:${port}`
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${sourceHost}:${local};rport;branch=z9hG4bKflood${index}`,
    'Max-Forwards: 70',
    `From: <sip:flood@${sourceHost}>;tag=f${index}`,
    `To: <${uri}>`,
    `Call-ID: flood-${index}-${local}`,
    `CSeq: 1 ${method}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
