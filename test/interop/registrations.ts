/** Registrations made directly over UDP with a window of open requests: quick preparation, and a measure. */
import { createSocket } from 'node:dgram'
import type { Place } from './phone/text.ts'

export interface Registration {
  readonly user: string
  readonly contact: string
}

export interface RegistrationRun {
  readonly target: Place
  readonly host?: string
  /** Requests unanswered at once. */
  readonly window?: number
  readonly limitMs: number
}

export interface RegistrationOutcome {
  readonly accepted: number
  readonly refused: number
  readonly retransmissions: number
  readonly elapsedMs: number
}

const RESEND_AFTER_MS = 500
const BUFFER_BYTES = 4 * 1024 * 1024

/** Registers each, repeating what stays unanswered; stops at the time limit with what was reached. */
export async function registerAll(
  count: number,
  registrationOf: (index: number) => Registration,
  run: RegistrationRun,
): Promise<RegistrationOutcome> {
  const host = run.host ?? '127.0.0.1'
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES })
  await new Promise<void>((resolve) => socket.bind(0, host, () => resolve()))
  const self = { host, port: socket.address().port }
  const open = new Map<number, { bytes: Buffer; sentAt: number }>()
  const startedAt = performance.now()
  let next = 0
  let accepted = 0
  let refused = 0
  let retransmissions = 0

  return new Promise((resolve) => {
    const send = (bytes: Buffer): void => socket.send(bytes, run.target.port, run.target.host)
    const fill = (): void => {
      while (open.size < (run.window ?? 64) && next < count) {
        const bytes = Buffer.from(registerText(self, run.target, next, registrationOf(next)), 'latin1')
        open.set(next, { bytes, sentAt: performance.now() })
        send(bytes)
        next += 1
      }
      if (open.size === 0) finish()
    }
    const finish = (): void => {
      clearInterval(sweep)
      clearTimeout(limit)
      const elapsedMs = performance.now() - startedAt
      socket.close(() => resolve({ accepted, refused, retransmissions, elapsedMs }))
    }
    const sweep = setInterval(() => {
      const now = performance.now()
      for (const entry of open.values()) {
        if (now - entry.sentAt < RESEND_AFTER_MS) continue
        entry.sentAt = now
        retransmissions += 1
        send(entry.bytes)
      }
    }, RESEND_AFTER_MS / 2)
    const limit = setTimeout(finish, run.limitMs)
    socket.on('message', (packet) => {
      const text = packet.toString('latin1', 0, 1_200)
      const at = text.indexOf(';branch=z9hG4bKreg')
      const index = Number.parseInt(text.slice(at + 18), 10)
      if (at < 0 || text.startsWith('SIP/2.0 1') || !open.delete(index)) return
      if (text.startsWith('SIP/2.0 200')) accepted += 1
      else refused += 1
      fill()
    })
    fill()
  })
}

function registerText(self: Place, target: Place, index: number, registration: Registration): string {
  const domain = `${target.host}:${target.port}`
  return [
    `REGISTER sip:${domain} SIP/2.0`,
    `Via: SIP/2.0/UDP ${self.host}:${self.port};rport;branch=z9hG4bKreg${index}`,
    'Max-Forwards: 70',
    `From: <sip:${registration.user}@${domain}>;tag=r${index}`,
    `To: <sip:${registration.user}@${domain}>`,
    `Call-ID: reg-${index}-${self.port}`,
    'CSeq: 1 REGISTER',
    `Contact: <${registration.contact}>`,
    'Expires: 3600',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}

/** Registers `users` as all reachable at one place; throws when one of them is not accepted. */
export async function registerUsers(users: readonly string[], at: Place, target: Place): Promise<void> {
  const outcome = await registerAll(
    users.length,
    (index) => ({ user: users[index] ?? '', contact: `sip:${users[index]}@${at.host}:${at.port}` }),
    { target, limitMs: 10_000 },
  )
  if (outcome.accepted !== users.length) {
    throw new Error(`only ${outcome.accepted} of ${users.length} registrations were accepted`)
  }
}
