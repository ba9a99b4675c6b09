/** The relay as people run it: `sidetone serve` with the shipped script, and calls that real SIP sets up. */
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { startServe } from '../interop/media/serve.ts'
import { mediaPlaceOf, openTalker } from '../interop/media/talker.ts'
import { newBranch, plainSession, readMessage, requestText, type Place } from '../interop/phone/text.ts'
import { freePort, pause } from '../interop/processes.ts'

/** Ports of the two phones of a call, or the relay's ports that face them. */
export interface Call {
  readonly a: number
  readonly b: number
}

export interface RelaySide {
  readonly pid: number
  /** Sets calls up between phones that listen at these ports; gives the ports that face them. */
  readonly connect: (calls: readonly Call[]) => Promise<Call[]>
  readonly stop: () => Promise<void>
}

export interface ServedRelay extends RelaySide {
  readonly server: Place
}

const ADDRESS = '127.0.0.1'
/** Phones describe this address and signal from it. */
const PHONES = '127.0.0.1'

/** @param isBlocked its main thread stands still for 200 ms of each second */
export async function startServedRelay(limitMs: number, isBlocked = false): Promise<ServedRelay> {
  const preload = ['--import', join(import.meta.dirname, 'blocked-main.ts')]
  const served = await startServe({
    ...{ host: ADDRESS, port: await freePort(ADDRESS), script: 'nat-relay.cfg', limitMs },
    ...{ lowMediaPort: 20_000, highMediaPort: 26_000 },
    wrap: ([node = '', ...words]) => [node, [...(isBlocked ? preload : []), ...words]],
  })
  const phones = new Map<string, { readonly call: Call; offered: number }>()
  const portOf = (callId: string, which: 'a' | 'b'): number => phones.get(callId)?.call[which] ?? 9
  const caller = await openTalker({
    ...{ user: 'near', host: PHONES, server: served },
    describe: (callId) => plainSession(PHONES, portOf(callId, 'a')),
  })
  const callee = await openTalker({
    ...{ user: 'far', host: PHONES, server: served },
    describe: () => '',
    onInvite: ({ invite, respond }) => {
      const phone = phones.get(invite.callId)
      if (phone !== undefined) phone.offered = mediaPlaceOf(invite.body).port
      respond(200, 'OK', plainSession(PHONES, portOf(invite.callId, 'b')))
    },
  })
  await caller.register()
  await callee.register()
  return {
    pid: served.pid,
    server: { host: served.host, port: served.port },
    connect: async (calls) => {
      const connected: Call[] = []
      for (const call of calls) {
        const callId = newBranch().slice(7)
        const phone = { call, offered: 0 }
        phones.set(callId, phone)
        const final = await caller.invite('far', callId).final()
        if (final.status !== 200) throw new Error(`a call of the bench got ${final.start}`)
        connected.push({ a: mediaPlaceOf(final.body).port, b: phone.offered })
      }
      return connected
    },
    stop: async () => {
      await Promise.all([caller.close(), callee.close()])
      await served.stop()
    },
  }
}

export interface Registering {
  /** Ends it, when the last have had their time; sorted times from sending to the 200. */
  readonly stop: () => Promise<{ readonly sent: number; readonly answeredMs: readonly number[] }>
}

const TICK_MS = 10
const LAST_ANSWERS_MS = 500
const USERS = 200

/** So many REGISTERs a second, each a refresh of one of 200 phones. */
export async function registerSteadily(server: Place, perSecond: number): Promise<Registering> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  await new Promise<void>((resolve) => socket.bind(0, ADDRESS, resolve))
  const self = { host: ADDRESS, port: socket.address().port }
  const sentAt = new Map<string, number>()
  const answeredMs: number[] = []
  socket.on('message', (octets) => {
    const message = readMessage(octets.toString('latin1'))
    if (typeof message === 'string' || message.status !== 200) return
    const at = sentAt.get(message.callId)
    if (at !== undefined) answeredMs.push(performance.now() - at)
    sentAt.delete(message.callId)
  })
  const startedAt = performance.now()
  let sent = 0
  const sending = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1000)
    for (; sent < due; sent++) {
      const aor = `<sip:steady${sent % USERS}@${server.host}:${server.port}>`
      const callId = `steady-${sent}`
      const contact = `<sip:steady${sent % USERS}@${self.host}:${self.port}>`
      const parts = { callId, from: `${aor};tag=r`, to: aor, contact, extra: ['Expires: 3600'] }
      sentAt.set(callId, performance.now())
      socket.send(
        requestText(self, 'REGISTER', `sip:${server.host}:${server.port}`, parts),
        server.port,
        server.host,
      )
    }
  }, TICK_MS)
  return {
    stop: async () => {
      clearInterval(sending)
      await pause(LAST_ANSWERS_MS)
      socket.close()
      return { sent, answeredMs: answeredMs.toSorted((one, other) => one - other) }
    },
  }
}
