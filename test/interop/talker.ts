/** A telephone of two sockets: SIP by hand, and G.711 packets every 20 ms that are numbered, so that a gap shows. */
import { createSocket, type Socket } from 'node:dgram'
import { openWire, type Arrival, type Wire } from './phone/wire.ts'
import {
  addressIn,
  firstOf,
  plainSession,
  requestText,
  responseText,
  valuesOf,
  type PhoneMessage,
  type Place,
} from './phone/text.ts'

const packetMs = 20
const samplesPerPacket = 160
const rtpHeaderBytes = 12

export interface Heard {
  readonly atMs: number
  readonly sequence: number
}

export class Talker {
  readonly user: string
  readonly heard: Heard[] = []
  /** Methods of the requests that came. */
  readonly asked: string[] = []
  readonly #wire: Wire
  readonly #media: Socket
  readonly #proxy: Place
  /** Where it was told to send its media. */
  told: Place | undefined
  #sends: ReturnType<typeof setInterval> | undefined
  #sequence = 0

  constructor(user: string, wire: Wire, media: Socket, proxy: Place) {
    this.user = user
    this.#wire = wire
    this.#media = media
    this.#proxy = proxy
    media.on('message', (packet) => {
      if (packet.length >= rtpHeaderBytes)
        this.heard.push({ atMs: performance.now(), sequence: packet.readUInt16BE(2) })
    })
    wire.listen((arrival) => {
      this.#answer(arrival)
    })
  }

  get contact(): string {
    return `<sip:${this.user}@${this.#wire.host}:${this.#wire.port}>`
  }

  async register(): Promise<void> {
    const callId = `register-${this.user}`
    const self = `<sip:${this.user}@${this.#proxy.host}>`
    this.#send('REGISTER', `sip:${this.#proxy.host}:${this.#proxy.port}`, {
      callId,
      to: self,
      from: `${self};tag=${this.user}`,
    })
    await this.#wire.waitFor('answer to REGISTER', (it) => it.callId === callId && it.status === 200, 4_000)
  }

  /** Calls, and talks as soon as the other one answers. */
  async call(user: string): Promise<Dialog> {
    const callId = `call-${this.user}`
    const uri = `sip:${user}@${this.#proxy.host}:${this.#proxy.port}`
    this.#send('INVITE', uri, { callId, fromTag: this.user, body: this.#session() })
    const answered = (it: PhoneMessage): boolean =>
      it.callId === callId && it.cseqMethod === 'INVITE' && it.status >= 200
    const { message } = await this.#wire.waitFor('answer to INVITE', answered, 4_000)
    if (message.status !== 200) throw new Error(message.start)
    const dialog: Dialog = {
      callId,
      uri: addressIn(firstOf(message, 'contact')),
      routes: valuesOf(message, 'record-route').toReversed(),
      to: firstOf(message, 'to'),
    }
    this.#within(dialog, 'ACK', 1)
    this.talkTo(mediaPlace(message.body))
    return dialog
  }

  async hangUp(dialog: Dialog): Promise<void> {
    this.#within(dialog, 'BYE', 2)
    const ended = (it: PhoneMessage): boolean => it.cseqMethod === 'BYE' && it.status === 200
    await this.#wire.waitFor('answer to BYE', ended, 4_000)
  }

  talkTo(place: Place): void {
    this.told = place
    this.#sends ??= setInterval(() => {
      const packet = Buffer.alloc(rtpHeaderBytes + samplesPerPacket, 0xff)
      packet.writeUInt16BE(0x8000, 0)
      packet.writeUInt16BE(this.#sequence & 0xffff, 2)
      packet.writeUInt32BE((this.#sequence++ * samplesPerPacket) >>> 0, 4)
      packet.writeUInt32BE(this.#wire.port, 8)
      this.#media.send(packet, place.port, place.host)
    }, packetMs)
  }

  async close(): Promise<void> {
    clearInterval(this.#sends)
    await new Promise<void>((resolve) => this.#media.close(() => resolve()))
    await this.#wire.close()
  }

  #answer({ message, from }: Arrival): void {
    if (message.method === '') return
    this.asked.push(message.method)
    if (message.method === 'ACK') return
    const body = message.method === 'INVITE' ? this.#session() : ''
    this.#wire.send(responseText(message, 200, 'OK', { toTag: this.user, contact: this.contact, body }), from)
    if (message.method === 'INVITE') this.talkTo(mediaPlace(message.body))
  }

  #within(dialog: Dialog, method: string, cseq: number): void {
    const { callId, routes, to, uri } = dialog
    this.#send(method, uri, { callId, cseq, routes, to, fromTag: this.user })
  }

  #send(method: string, uri: string, parts: Parameters<typeof requestText>[3]): void {
    const whole = { user: this.user, contact: this.contact, ...parts }
    this.#wire.send(requestText(this.#wire, method, uri, whole), this.#proxy)
  }

  #session(): string {
    return plainSession(this.#wire.host, this.#media.address().port)
  }
}

export interface Dialog {
  readonly callId: string
  readonly uri: string
  readonly routes: readonly string[]
  readonly to: string
}

export async function openTalker(user: string, proxy: Place, host = '127.0.0.1'): Promise<Talker> {
  const wire = await openWire(host)
  const media = createSocket('udp4')
  await new Promise<void>((resolve) => media.bind(0, host, () => resolve()))
  return new Talker(user, wire, media, proxy)
}

function mediaPlace(body: string): Place {
  const host = /^c=IN IP4 (\S+)/m.exec(body)?.[1] ?? ''
  return { host, port: Number(/^m=audio (\d+)/m.exec(body)?.[1]) }
}
