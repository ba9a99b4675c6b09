/**
 * A scripted telephone that keeps to RFC 3261 and RFC 6026 and complains in `violations` about a proxy
 * that doesn't. It shares no code with core/.
 */
import { randomUUID } from 'node:crypto'
import { answerDigest } from './digest.ts'
import { startClientTransaction, type ClientTransaction } from './client-transaction.ts'
import { startServerTransaction, type ServerTransaction } from './server-transaction.ts'
import {
  addressIn,
  firstOf,
  newBranch,
  plainSession,
  requestText,
  responseText,
  valuesOf,
  type PhoneMessage,
  type Place,
} from './text.ts'
import { openWire, type Arrival, type Wire } from './wire.ts'

export interface PhoneOptions {
  readonly user: string
  /** Where every request goes: the proxy, or an impaired path to it. */
  readonly outbound: Place
  /** The domain of the addresses-of-record. */
  readonly domain: Place
  readonly host?: string
  /** The address that the Contact names, when something stands between the proxy and this phone. */
  readonly reachedAt?: Place
  /** What to do with a call; not set: 486. */
  readonly onCall?: (call: IncomingCall) => void
  /** The status for a BYE; not set: 200, undefined: none, as a phone that is gone. */
  readonly onBye?: () => number | undefined
}

export interface IncomingCall {
  readonly invite: PhoneMessage
  readonly ring: () => void
  readonly answer: () => void
  readonly reject: (status: number, reason: string) => void
  readonly acknowledged: Promise<boolean>
  readonly cancelled: Promise<void>
  /** BYE along the route that the INVITE has taken; undefined when nobody answered it. */
  readonly hangUp: () => Promise<PhoneMessage | undefined>
}

export interface OutgoingCall {
  readonly callId: string
  readonly transaction: ClientTransaction
  readonly ringing: Promise<PhoneMessage | undefined>
  readonly final: Promise<PhoneMessage | undefined>
  readonly cancel: () => Promise<PhoneMessage | undefined>
  /** BYE along the route set; undefined when nobody answered it. */
  readonly hangUp: () => Promise<PhoneMessage | undefined>
}

export interface Phone {
  readonly wire: Wire
  readonly user: string
  readonly violations: readonly string[]
  readonly incoming: ReadonlyMap<string, IncomingCall>
  readonly register: (login?: { readonly user: string; readonly password: string }) => Promise<number>
  readonly call: (user: string) => OutgoingCall
  readonly request: (method: string, user: string) => Promise<PhoneMessage | undefined>
  readonly close: () => Promise<void>
}

interface Serving {
  readonly transaction: ServerTransaction
  /** The request as it came first. */
  readonly bytes: string
  cancel: () => void
}

const MEDIA_PORT = 40_000

export async function openPhone(options: PhoneOptions): Promise<Phone> {
  const host = options.host ?? '127.0.0.1'
  const wire = await openWire(host)
  const reachedAt = options.reachedAt ?? wire
  const contact = `<sip:${options.user}@${reachedAt.host}:${reachedAt.port}>`
  const domain = `${options.domain.host}:${options.domain.port}`
  const violations: string[] = []
  const clients = new Map<string, ClientTransaction>()
  const servers = new Map<string, Serving>()
  const incoming = new Map<string, IncomingCall>()
  const answering = new Map<string, ServerTransaction>()
  const complain = (what: string, message: PhoneMessage): void => {
    violations.push(`${what}: ${message.start} (Call-ID ${message.callId})`)
  }
  const sendOut = (bytes: string): void => wire.send(bytes, options.outbound)

  const start = (
    bytes: string,
    branch: string,
    method: string,
    onFinal?: (response: PhoneMessage) => void,
  ): ClientTransaction => {
    const transaction = startClientTransaction({
      bytes,
      branch,
      isInvite: method === 'INVITE',
      send: sendOut,
      ...(onFinal ? { onFinal } : {}),
    })
    clients.set(`${branch} ${method}`, transaction)
    return transaction
  }

  const takeResponse = ({ message }: Arrival): void => {
    const vias = valuesOf(message, 'via')
    if (vias.length !== 1) complain(`${vias.length} Vias instead of ours alone`, message)
    if (message.status > 100 && message.toTag === '') complain('answer without To tag', message)
    const transaction = clients.get(`${message.branch} ${message.cseqMethod}`)
    if (transaction) transaction.take(message)
    else complain('answer to nothing we asked', message)
  }

  const takeRequest = (arrival: Arrival): void => {
    const { message, bytes, from } = arrival
    if (!message.branch.startsWith('z9hG4bK')) complain('branch without cookie', message)
    const hops = Number(firstOf(message, 'max-forwards') || -1)
    if (!(hops >= 0 && hops < 70)) complain(`Max-Forwards ${hops} after a hop`, message)
    if (message.method === 'ACK') return takeAck(message)
    const key = `${message.branch} ${message.method}`
    const known = servers.get(key)
    if (known) {
      // RFC 3261 §17.1.1.2: a retransmission is the same octets again.
      if (known.bytes !== bytes) complain('a retransmission with other octets', message)
      known.transaction.repeat()
      return
    }
    const transaction = startServerTransaction(message.method === 'INVITE', (text) => wire.send(text, from))
    const entry: Serving = { transaction, bytes, cancel: () => undefined }
    servers.set(key, entry)
    if (message.method === 'INVITE') entry.cancel = takeInvite(message, transaction)
    else if (message.method === 'CANCEL') takeCancel(message, transaction)
    else if (message.method === 'BYE' && options.onBye !== undefined) {
      const status = options.onBye()
      if (status !== undefined) transaction.respond(status, responseText(message, status, 'Ended'))
    } else transaction.respond(200, responseText(message, 200, 'OK', { toTag: options.user }))
  }

  const takeInvite = (invite: PhoneMessage, transaction: ServerTransaction): (() => void) => {
    const toTag = newBranch().slice(7, 19)
    let noteCancelled: () => void = () => undefined
    const cancelled = new Promise<void>((resolve) => (noteCancelled = resolve))
    const respond = (status: number, reason: string, body?: string): void => {
      const parts = { toTag, contact, ...(body === undefined ? {} : { body }) }
      transaction.respond(status, responseText(invite, status, reason, parts))
    }
    const call: IncomingCall = {
      invite,
      ring: () => respond(180, 'Ringing'),
      answer: () => respond(200, 'OK', plainSession(host, MEDIA_PORT)),
      reject: respond,
      acknowledged: transaction.acknowledged,
      cancelled,
      hangUp: () => {
        const branch = newBranch()
        const bye = requestText(wire, 'BYE', addressIn(firstOf(invite, 'contact')), {
          callId: invite.callId,
          branch,
          from: `${firstOf(invite, 'to')};tag=${toTag}`,
          to: firstOf(invite, 'from'),
          // RFC 3261 §12.1.1: a callee's route set is the Record-Route as it came.
          routes: valuesOf(invite, 'record-route'),
        })
        return start(bye, branch, 'BYE').final
      },
    }
    incoming.set(invite.callId, call)
    answering.set(invite.callId, transaction)
    if (options.onCall) options.onCall(call)
    else call.reject(486, 'Busy Here')
    return () => {
      noteCancelled()
      respond(487, 'Request Terminated')
    }
  }

  const takeCancel = (message: PhoneMessage, transaction: ServerTransaction): void => {
    const invite = servers.get(`${message.branch} INVITE`)
    const [status, reason] = invite ? ([200, 'OK'] as const) : ([481, 'No Such Transaction'] as const)
    transaction.respond(status, responseText(message, status, reason, { toTag: options.user }))
    if (!invite) complain('CANCEL of nothing', message)
    invite?.cancel()
  }

  /** RFC 3261 §17.1.1.3: the ACK of a non-2xx has the INVITE's branch, that of a 2xx a new one. */
  const takeAck = (message: PhoneMessage): void => {
    const sameBranch = servers.get(`${message.branch} INVITE`)
    if (sameBranch) {
      if (sameBranch.transaction.lastStatus() < 300) complain('ACK of a 2xx with the INVITE branch', message)
      sameBranch.transaction.acknowledge()
      return
    }
    const answered = answering.get(message.callId)
    if (answered) answered.acknowledge()
    else complain('ACK of nothing', message)
  }

  wire.listen((arrival) => {
    if (arrival.message.status > 0) takeResponse(arrival)
    else takeRequest(arrival)
  })

  const call = (user: string): OutgoingCall => {
    const callId = randomUUID()
    const branch = newBranch()
    const uri = `sip:${user}@${domain}`
    const from = `<sip:${options.user}@${domain}>;tag=${branch.slice(7, 17)}`
    const invite = requestText(wire, 'INVITE', uri, {
      callId,
      branch,
      from,
      contact,
      body: plainSession(host, MEDIA_PORT),
    })
    let answered: PhoneMessage | undefined
    let ackOf2xx: string | undefined
    const inDialog = (method: string, cseq: number, byBranch: string, response: PhoneMessage): string =>
      requestText(wire, method, addressIn(firstOf(response, 'contact')), {
        callId,
        cseq,
        branch: byBranch,
        from,
        to: firstOf(response, 'to'),
        // RFC 3261 §12.1.2: a caller's route set is the Record-Route in reverse.
        routes: valuesOf(response, 'record-route').reverse(),
      })
    const acknowledge = (response: PhoneMessage): void => {
      if (response.status >= 300) {
        const to = firstOf(response, 'to')
        return sendOut(requestText(wire, 'ACK', uri, { callId, branch, from, to }))
      }
      answered ??= response
      ackOf2xx ??= inDialog('ACK', 1, newBranch(), response)
      sendOut(ackOf2xx)
    }
    const transaction = start(invite, branch, 'INVITE', acknowledge)
    return {
      callId,
      transaction,
      ringing: transaction.provisional,
      final: transaction.final,
      cancel: () => start(requestText(wire, 'CANCEL', uri, { callId, branch, from }), branch, 'CANCEL').final,
      hangUp: async () => {
        if (!answered) throw new Error('no answered call to hang up')
        const byeBranch = newBranch()
        return start(inDialog('BYE', 2, byeBranch, answered), byeBranch, 'BYE').final
      },
    }
  }

  const register: Phone['register'] = async (login) => {
    const callId = randomUUID()
    const uri = `sip:${domain}`
    const aor = `<sip:${options.user}@${domain}>`
    const once = (cseq: number, extra: readonly string[]): Promise<PhoneMessage | undefined> => {
      const branch = newBranch()
      const parts = { callId, branch, cseq, from: `${aor};tag=r1`, to: aor, contact, extra }
      return start(requestText(wire, 'REGISTER', uri, parts), branch, 'REGISTER').final
    }
    let answer = await once(1, ['Expires: 3600'])
    if (answer?.status === 401 && login) {
      const credentials = answerDigest(firstOf(answer, 'www-authenticate'), 'REGISTER', uri, login)
      answer = await once(2, ['Expires: 3600', `Authorization: ${credentials}`])
    }
    return answer?.status ?? 408
  }

  return {
    wire,
    user: options.user,
    violations,
    incoming,
    register,
    call,
    request: (method, user) => {
      const branch = newBranch()
      return start(requestText(wire, method, `sip:${user}@${domain}`, { branch }), branch, method).final
    },
    close: async () => {
      for (const transaction of clients.values()) transaction.end()
      for (const { transaction } of servers.values()) transaction.end()
      await wire.close()
    },
  }
}
