/** What runs in the media thread: it owns its sockets, and goes on whatever the main thread is busy with. */
import { parentPort, workerData } from 'node:worker_threads'
import type { PortRange, RecordedPackets, RelayOrder, RelayPair, RelayReport } from '../rtp/index.ts'
import { addSleep, clockFrom } from './clock.ts'
import { MediaLoop } from './media-loop.ts'
import type { RecordingWish } from './media-recorder.ts'
import type { MediaCertificate } from './webrtc/certificate.ts'
import { LateDtls } from './webrtc/late-dtls.ts'

export interface MediaWorkerData {
  readonly ranges: readonly PortRange[]
  readonly firstPairId: number
  /** Zero of the clock of the thread that started this one. */
  readonly zeroMs: number
  /** Of a thread that died. */
  readonly before: readonly RelayPair[]
  readonly certificate: MediaCertificate
}

export type ToMediaWorker =
  | RelayOrder
  /** Bind so many pairs of each range: behind the orders that want certain ports. */
  | { readonly kind: 'prepare'; readonly pairsAhead: number }
  /** The machine has slept: clocks of threads must not part. */
  | { readonly kind: 'slept'; readonly ms: number }
  | { readonly kind: 'record'; readonly wish: RecordingWish }
  /** Answered by a `RecordedMessage`. */
  | { readonly kind: 'recorded'; readonly id: number; readonly pairs: readonly number[] }
  | { readonly kind: 'close' }
export type FromMediaWorker =
  | RelayReport
  | { readonly kind: 'trouble'; readonly why: string }
  /** Orders are followed from here on. */
  | { readonly kind: 'ready'; readonly lostPairs: readonly number[] }

/** Not as text, unlike the others: it is one block of octets. */
export interface RecordedMessage {
  readonly id: number
  readonly packets: RecordedPackets
}

const port = parentPort
if (port === null) throw new Error('media-worker runs in a thread only')
const { ranges, firstPairId, zeroMs, before, certificate } = workerData as MediaWorkerData
/** As text: reports are many small objects, and one text crosses threads more cheaply than a tree of them. */
const tell = (message: FromMediaWorker): void => port.postMessage(JSON.stringify(message))
const library = new LateDtls()
const loop = new MediaLoop({
  ranges,
  firstPairId,
  certificate,
  startDtls: library.start,
  clock: clockFrom(zeroMs),
  report: tell,
  trouble: (why) => tell({ kind: 'trouble', why }),
})
const lostPairs = await loop.takeUp(before)
port.on('message', (message: ToMediaWorker) => {
  switch (message.kind) {
    case 'prepare':
      return void loop.prepare(message.pairsAhead)
    case 'slept':
      return addSleep(message.ms)
    case 'record':
      return loop.record(message.wish)
    case 'recorded': {
      const recorded: RecordedMessage = { id: message.id, packets: loop.recorded(message.pairs) }
      return port.postMessage(recorded, [recorded.packets.octets.buffer as ArrayBuffer])
    }
    case 'close':
      loop.close()
      return port.close()
    default:
      return loop.order(message)
  }
})
tell({ kind: 'ready', lostPairs })
library.loadSoon()
