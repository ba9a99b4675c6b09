import type { Octets } from '../../core/lib/octets.ts'
import type { Copy, Corruption, Impairment, ImpairmentOptions } from './impair/impairment.ts'
import { createImpairment } from './impair/impairment.ts'
import type { NatBox } from './nat-box.ts'
import type { Schedule } from './schedule.ts'
import type { Place, Sent } from './trace.ts'

export interface DatagramSocket {
  received(from: Place, octets: Octets): void
  /** ICMP port unreachable has come back from there. */
  refused?(to: Place): void
}

/** One end of a stream. */
export interface StreamEnd {
  readonly local: Place
  readonly remote: Place
  send(octets: Octets): void
  close(): void
}

export interface StreamHooks {
  opened?(): void
  received(octets: Octets): void
  closed(why: string): void
}

/** A held packet leaves at the latest then, though nothing has overtaken it. */
const longestHoldMs = 200

export type LinkOptions = Omit<ImpairmentOptions, 'seed'>

/** Hosts known by their IP address; UDP between them may be lost, doubled, delayed and reordered; streams are only delayed. */
export class Net {
  readonly packets: Sent[] = []
  readonly #schedule: Schedule
  readonly #seed: number
  readonly #everywhere: LinkOptions
  readonly #sockets = new Map<string, DatagramSocket>()
  readonly #servers = new Map<string, (end: StreamEnd) => StreamHooks>()
  readonly #hosts = new Set<string>()
  readonly #links = new Map<string, Link>()
  readonly #linkOptions = new Map<string, LinkOptions>()
  readonly #boxes: NatBox[] = []
  #nextPort = 40_000

  constructor(schedule: Schedule, seed: number, everywhere: LinkOptions) {
    this.#schedule = schedule
    this.#seed = seed
    this.#everywhere = everywhere
  }

  /** What happens to datagrams from the one address to the other, from now on. */
  impair(from: string, to: string, options: LinkOptions): void {
    const key = `${from} ${to}`
    this.#linkOptions.set(key, options)
    this.#links.delete(key)
  }

  bind(at: Place, socket: DatagramSocket): void {
    this.#hosts.add(at.address)
    this.#sockets.set(keyOf(at), socket)
  }

  listen(at: Place, accept: (end: StreamEnd) => StreamHooks): void {
    this.#hosts.add(at.address)
    this.#servers.set(keyOf(at), accept)
  }

  /** From now on what its inside addresses send passes that translator. */
  translate(box: NatBox): NatBox {
    this.#boxes.push(box)
    this.#hosts.add(box.outside)
    return box
  }

  /** The machine is switched off: it takes nothing and refuses nothing. */
  vanish(address: string): void {
    this.#hosts.delete(address)
    for (const key of [...this.#sockets.keys()]) if (key.startsWith(`${address} `)) this.#sockets.delete(key)
    for (const key of [...this.#servers.keys()]) if (key.startsWith(`${address} `)) this.#servers.delete(key)
  }

  send(inside: Place, to: Place, octets: Octets): void {
    const from = this.#seenFrom(inside, to)
    const sent = this.#note('udp', from, to, octets)
    const link = this.#link(from.address, to.address)
    const { copies } = link.impairment.decide()
    const isHidden = this.#isHidden(inside, to)
    if (copies.length === 0 || isHidden) sent.fate = 'lost'
    link.passed()
    if (isHidden) return
    for (const copy of copies) this.#carry(link, copy, from, to, octets, sent)
  }

  /** Opens a stream; `hooks.closed` tells where nobody listens. */
  connect(address: string, to: Place, hooks: StreamHooks): StreamEnd {
    const local = this.#seenFrom({ address, port: this.#nextPort++ }, to)
    const ours = new End(this, local, to)
    const back = new End(this, to, local)
    ours.hooks = hooks
    const delay = this.delayMs(address, to.address)
    this.#schedule.after(delay, () => {
      const isHidden = this.#isHidden({ address, port: 0 }, to)
      const accept = isHidden ? undefined : this.#servers.get(keyOf(to))
      if (accept === undefined) {
        this.#schedule.after(delay, () => ours.end('refused'))
        return
      }
      ours.peer = back
      back.peer = ours
      back.isOpen = true
      back.hooks = accept(back)
      this.#schedule.after(delay, () => ours.open())
    })
    return ours
  }

  delayMs(from: string, to: string): number {
    return this.#link(from, to).delayMs
  }

  /** A piece of a stream on its way. */
  carryStream(end: End, octets: Octets): void {
    this.#note('tcp', end.local, end.remote, octets)
    this.#schedule.after(this.delayMs(end.local.address, end.remote.address), () => end.peer?.take(octets))
  }

  carryEnd(end: End): void {
    this.#schedule.after(this.delayMs(end.local.address, end.remote.address), () =>
      end.peer?.end('closed by peer'),
    )
  }

  #note(transport: 'udp' | 'tcp', from: Place, to: Place, octets: Octets): Sent {
    const sent: Sent = { atMs: this.#schedule.now, transport, from, to, octets, fate: 'delivered' }
    this.packets.push(sent)
    return sent
  }

  #carry(link: Link, copy: Copy, from: Place, to: Place, octets: Octets, sent: Sent): void {
    const text = copy.corruption === undefined ? octets : corrupted(octets, copy.corruption)
    const deliver = (): void => {
      this.#schedule.after(copy.delayMs, () => this.#deliver(from, to, text, sent))
    }
    if (copy.holdPackets === 0) deliver()
    else link.hold(copy.holdPackets, deliver, this.#schedule)
  }

  /** The place that a sender is seen at from where its packet goes, behind all translators between them. */
  #seenFrom(inside: Place, to: Place): Place {
    const box = this.#boxes.find(
      (one) => one.isInside(inside.address) && !one.isInside(to.address) && one.outside !== inside.address,
    )
    return box === undefined ? inside : this.#seenFrom(box.translate(this.#schedule.now, inside, to), to)
  }

  /** A private address behind a translator means nothing outside. */
  #isHidden(from: Place, to: Place): boolean {
    return this.#boxes.some((box) => box.isInside(to.address) && !box.isInside(from.address))
  }

  #deliver(from: Place, to: Place, octets: Octets, sent: Sent): void {
    const box = this.#boxes.find(({ outside }) => outside === to.address)
    if (box !== undefined) {
      const inside = box.admit(this.#schedule.now, from, to.port)
      if (inside === undefined) sent.fate = 'lost'
      else this.#deliver(from, inside, octets, sent)
      return
    }
    const socket = this.#sockets.get(keyOf(to))
    if (socket !== undefined) {
      socket.received(from, octets)
      return
    }
    sent.fate = this.#hosts.has(to.address) ? 'refused' : 'lost'
    if (sent.fate === 'refused')
      this.#schedule.after(this.delayMs(to.address, from.address), () =>
        this.#sockets.get(keyOf(from))?.refused?.(to),
      )
  }

  #link(from: string, to: string): Link {
    const key = `${from} ${to}`
    let link = this.#links.get(key)
    if (link === undefined) {
      const options = this.#linkOptions.get(key) ?? this.#everywhere
      link = new Link({ ...options, seed: this.#seed + 7919 * (this.#links.size + 1) })
      this.#links.set(key, link)
    }
    return link
  }
}

/** One direction between two addresses. */
class Link {
  readonly impairment: Impairment
  readonly delayMs: number
  #held: { left: number; go: () => void }[] = []

  constructor(options: ImpairmentOptions) {
    this.impairment = createImpairment(options)
    this.delayMs = options.delayMs ?? 0
  }

  hold(packets: number, go: () => void, schedule: Schedule): void {
    const entry = { left: packets, go }
    this.#held.push(entry)
    schedule.after(longestHoldMs, () => this.#release(entry))
  }

  passed(): void {
    for (const entry of [...this.#held]) {
      entry.left--
      if (entry.left <= 0) this.#release(entry)
    }
  }

  #release(entry: { left: number; go: () => void }): void {
    if (!this.#held.includes(entry)) return
    this.#held = this.#held.filter((other) => other !== entry)
    entry.go()
  }
}

class End implements StreamEnd {
  readonly local: Place
  readonly remote: Place
  peer: End | undefined
  hooks: StreamHooks | undefined
  isOpen = false
  #hasEnded = false
  #waiting: Octets[] = []
  #closesWhenOpen = false
  readonly #net: Net

  constructor(net: Net, local: Place, remote: Place) {
    this.#net = net
    this.local = local
    this.remote = remote
  }

  open(): void {
    if (this.#hasEnded) return
    this.isOpen = true
    this.hooks?.opened?.()
    for (const octets of this.#waiting.splice(0)) this.#net.carryStream(this, octets)
    if (this.#closesWhenOpen) this.close()
  }

  send(octets: Octets): void {
    if (this.#hasEnded) return
    if (this.isOpen) this.#net.carryStream(this, octets)
    else this.#waiting.push(octets)
  }

  close(): void {
    if (this.#hasEnded) return
    if (!this.isOpen) {
      this.#closesWhenOpen = true
      return
    }
    this.#hasEnded = true
    this.#net.carryEnd(this)
  }

  take(octets: Octets): void {
    if (!this.#hasEnded) this.hooks?.received(octets)
  }

  end(why: string): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.hooks?.closed(why)
  }
}

function corrupted(octets: Octets, { position, mask }: Corruption): Octets {
  const at = Math.floor(position * octets.length)
  if (octets.length === 0) return octets
  return octets.slice(0, at) + String.fromCharCode(octets.charCodeAt(at) ^ mask) + octets.slice(at + 1)
}

function keyOf({ address, port }: Place): string {
  return `${address} ${port}`
}
