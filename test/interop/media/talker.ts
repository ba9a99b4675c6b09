/**
 * A scripted telephone with a voice: registers, calls, is called, speaks where it was told to. It says in its
 * description what a test wants it to say. No retransmissions: on loopback a lost message is a finding.
 */
import {
  addressIn,
  firstOf,
  newBranch,
  requestText,
  responseText,
  valuesOf,
  type PhoneMessage,
  type Place,
} from '../phone/text.ts'
import { openWire, type Wire } from '../phone/wire.ts'

export interface TalkerOptions {
  readonly user: string
  readonly host: string
  readonly server: Place
  /** What a call to it gets; not set: an answer with `describe`'s words. */
  readonly onInvite?: (answer: Answering) => void
  /** Its session description, for each call anew. */
  readonly describe: (callId: string) => string
}

export interface Answering {
  readonly invite: PhoneMessage
  readonly respond: (status: number, reason: string, body?: string) => void
}

export interface Talker {
  readonly wire: Wire
  readonly user: string
  readonly register: () => Promise<void>
  /** Begins a call. */
  readonly invite: (user: string, callId?: string) => Outgoing
  readonly close: () => Promise<void>
}

export interface Outgoing {
  readonly callId: string
  /** The final answer, which has been acknowledged. */
  readonly final: () => Promise<PhoneMessage>
  readonly ringing: () => Promise<void>
  readonly cancel: () => Promise<void>
  readonly hangUp: () => Promise<void>
}

const ANSWER_LIMIT_MS = 8_000

export async function openTalker(options: TalkerOptions): Promise<Talker> {
  const { user, host, server } = options
  const wire = await openWire(host)
  const domain = `${server.host}:${server.port}`
  const contact = `<sip:${user}@${wire.host}:${wire.port}>`
  /** By branch: what refuses an INVITE that is given up. */
  const ringing = new Map<string, () => void>()
  wire.listen(({ message, from }) => {
    if (message.method === '' || message.method === 'ACK') return
    const respond: Answering['respond'] = (status, reason, body) =>
      wire.send(
        responseText(message, status, reason, {
          toTag: `${user}-${message.callId.slice(0, 8)}`,
          contact,
          ...(body === undefined ? {} : { body }),
        }),
        from,
      )
    if (message.method === 'CANCEL') ringing.get(message.branch)?.()
    if (message.method !== 'INVITE') return respond(200, 'OK')
    ringing.set(message.branch, () => respond(487, 'Request Terminated'))
    if (options.onInvite) return options.onInvite({ invite: message, respond })
    respond(200, 'OK', options.describe(message.callId))
  })
  return {
    wire,
    user,
    register: async () => {
      const aor = `<sip:${user}@${domain}>`
      const callId = `register-${newBranch()}`
      const parts = { callId, from: `${aor};tag=r`, to: aor, contact, extra: ['Expires: 3600'] }
      wire.send(requestText(wire, 'REGISTER', `sip:${domain}`, parts), server)
      const { message } = await wire.waitFor(
        'answer to REGISTER',
        (known) => known.callId === callId && known.status >= 200,
        ANSWER_LIMIT_MS,
      )
      if (message.status !== 200) throw new Error(`REGISTER of ${user} got ${message.start}`)
    },
    invite: (callee, callId = newBranch().slice(7)) =>
      inviteOf(options, wire, contact, `sip:${callee}@${domain}`, callId),
    close: () => wire.close(),
  }
}

function inviteOf(
  options: TalkerOptions,
  wire: Wire,
  contact: string,
  uri: string,
  callId: string,
): Outgoing {
  const { user, server } = options
  const branch = newBranch()
  const from = `<sip:${user}@${server.host}:${server.port}>;tag=${callId.slice(0, 10)}`
  const body = options.describe(callId)
  wire.send(requestText(wire, 'INVITE', uri, { callId, branch, from, contact, body }), server)
  const answerTo = async (method: string, least: number): Promise<PhoneMessage> => {
    const { message } = await wire.waitFor(
      `answer to ${method}`,
      (known) => known.callId === callId && known.cseqMethod === method && known.status >= least,
      ANSWER_LIMIT_MS,
    )
    return message
  }
  const inDialog = (method: string, cseq: number, answer: PhoneMessage): string =>
    requestText(wire, method, addressIn(firstOf(answer, 'contact')), {
      ...{ callId, cseq, from, to: firstOf(answer, 'to') },
      routes: valuesOf(answer, 'record-route').reverse(),
    })
  let answered: PhoneMessage | undefined
  return {
    callId,
    ringing: async () => {
      await answerTo('INVITE', 180)
    },
    final: async () => {
      const answer = await answerTo('INVITE', 200)
      const ack =
        answer.status < 300
          ? inDialog('ACK', 1, answer)
          : requestText(wire, 'ACK', uri, { callId, branch, from, to: firstOf(answer, 'to') })
      wire.send(ack, server)
      if (answer.status < 300) answered = answer
      return answer
    },
    cancel: async () => {
      wire.send(requestText(wire, 'CANCEL', uri, { callId, branch, from }), server)
      await answerTo('CANCEL', 200)
    },
    hangUp: async () => {
      if (answered === undefined) throw new Error('no answered call to hang up')
      wire.send(inDialog('BYE', 2, answered), server)
      const answer = await answerTo('BYE', 200)
      if (answer.status !== 200) throw new Error(`BYE got ${answer.start}`)
    },
  }
}

/** Where a description wants its first medium sent. */
export function mediaPlaceOf(body: string): Place {
  const [, host = ''] = /^c=IN IP4 (\S+)/m.exec(body) ?? []
  const [, port = ''] = /^m=audio (\d+)/m.exec(body) ?? []
  if (host === '' || port === '') throw new Error(`no medium in: ${body}`)
  return { host, port: Number(port) }
}
