import type { Octets } from '../../core/lib/octets.ts'
import type { Net, StreamEnd, StreamHooks } from './net.ts'
import type { Schedule } from './schedule.ts'
import type { Place } from './trace.ts'

export interface Received {
  readonly atMs: number
  readonly from: Place
  readonly octets: Octets
}

/** A stream of a raw host: everything received so far, and whether the other side has ended it. */
export interface RawStream {
  send(octets: Octets): void
  close(): void
  readonly received: Octets
  /** When the other side closed; undefined while it is open. */
  readonly closedAtMs: number | undefined
}

/** A host that sends and receives octets, and understands nothing. */
export class RawHost {
  readonly at: Place
  readonly received: Received[] = []
  /** Streams that others opened to here, after `listen`. */
  readonly accepted: RawStream[] = []
  /** Told of every datagram; for hosts that answer. */
  onDatagram: ((received: Received) => void) | undefined
  readonly #schedule: Schedule
  readonly #net: Net

  constructor(schedule: Schedule, net: Net, at: Place) {
    this.#schedule = schedule
    this.#net = net
    this.at = at
    net.bind(at, {
      received: (from, octets) => {
        const received = { atMs: schedule.now, from, octets }
        this.received.push(received)
        this.onDatagram?.(received)
      },
    })
  }

  send(octets: Octets, to: Place = { address: '10.0.0.1', port: 5060 }): void {
    this.#net.send(this.at, to, octets)
  }

  listen(): void {
    this.#net.listen(this.at, (end) => {
      const stream = new Stream(this.#schedule)
      stream.end = end
      this.accepted.push(stream)
      return stream.hooks
    })
  }

  connect(to: Place = { address: '10.0.0.1', port: 5060 }): RawStream {
    const stream = new Stream(this.#schedule)
    stream.end = this.#net.connect(this.at.address, to, stream.hooks)
    return stream
  }
}

class Stream implements RawStream {
  received = ''
  closedAtMs: number | undefined
  end: StreamEnd | undefined
  readonly hooks: StreamHooks

  constructor(schedule: Schedule) {
    this.hooks = {
      received: (octets) => {
        this.received += octets
      },
      closed: () => {
        this.closedAtMs = schedule.now
      },
    }
  }

  send(octets: Octets): void {
    this.end?.send(octets)
  }

  close(): void {
    this.end?.close()
  }
}
