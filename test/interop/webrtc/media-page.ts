/** The media of a browser: a page of Debian's Chromium with one RTCPeerConnection, a tone instead of a microphone. */
import { chromium, type Browser, type Page } from 'playwright-core'
import { findProgram } from '../processes.ts'

export interface MediaPage {
  /** With all candidates in it. */
  offer(wishes?: { readonly isRestart?: boolean; readonly direction?: string }): Promise<string>
  accept(answer: string): Promise<void>
  /** The answer to an offer. */
  answer(offer: string, direction?: string): Promise<string>
  /** Share of what is heard that lies at a frequency, over the last moment. */
  shareOf(hertz: number): Promise<number>
  stats(): Promise<PageStats>
  dial(digits: string): Promise<void>
  close(): Promise<void>
}

export interface PageStats {
  readonly received: number
  readonly lost: number
  readonly sent: number
  readonly state: string
  readonly codec: string
}

export async function startChromium(): Promise<Browser> {
  const executablePath = findProgram('chromium')
  if (executablePath === undefined) throw new Error('chromium is not installed: apt-get install chromium')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = [
    ...sandbox,
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    // Where a test runs, there may be no network but this one.
    '--allow-loopback-in-peer-connection',
  ]
  return chromium.launch({ executablePath, args, headless: true })
}

/** @param codecs names of those that it offers, such as `PCMU`; all of its own unless said */
export async function openMediaPage(
  browser: Browser,
  toneHertz: number,
  codecs?: readonly string[],
): Promise<MediaPage> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.evaluate(pageScript)
  await page.evaluate(`phone.begin(${toneHertz}, ${JSON.stringify(codecs ?? null)})`)
  return {
    offer: (wishes = {}) => ask(page, `phone.offer(${JSON.stringify(wishes)})`),
    accept: (answer) => ask(page, `phone.accept(${JSON.stringify(answer)})`),
    answer: (offer, direction) =>
      ask(page, `phone.answer(${JSON.stringify(offer)}, ${JSON.stringify(direction ?? null)})`),
    shareOf: (hertz) => ask(page, `phone.shareOf(${hertz})`),
    stats: () => ask(page, 'phone.stats()'),
    dial: (digits) => ask(page, `phone.dial(${JSON.stringify(digits)})`),
    close: () => context.close(),
  }
}

async function ask<T>(page: Page, call: string): Promise<T> {
  return page.evaluate<T>(call)
}

const pageScript = `
globalThis.phone = {
  begin(hertz, codecs) {
    const audio = new AudioContext()
    const tone = new OscillatorNode(audio, { frequency: hertz })
    const microphone = audio.createMediaStreamDestination()
    tone.connect(new GainNode(audio, { gain: 0.4 })).connect(microphone)
    tone.start()
    this.audio = audio
    this.ear = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 })
    this.connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' })
    this.connection.ontrack = ({ track }) => {
      const stream = new MediaStream([track])
      // Chromium plays nothing into the graph of what no element plays.
      const element = new Audio()
      element.srcObject = stream
      element.muted = true
      void element.play()
      this.audio.createMediaStreamSource(stream).connect(this.ear)
    }
    this.track = microphone.stream.getAudioTracks()[0]
    this.codecs = codecs
  },
  limit() {
    if (this.codecs === null) return
    const known = RTCRtpReceiver.getCapabilities('audio').codecs
    const wanted = known.filter(({ mimeType }) => this.codecs.includes(mimeType.slice(6)))
    for (const transceiver of this.connection.getTransceivers()) transceiver.setCodecPreferences(wanted)
  },
  async gathered() {
    const { connection } = this
    const isOver = () => connection.iceGatheringState === 'complete'
    const limit = performance.now() + 2000
    while (!isOver() && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 5))
    return connection.localDescription.sdp
  },
  async offer({ isRestart, direction }) {
    const { connection } = this
    if (connection.getTransceivers().length === 0) connection.addTransceiver(this.track, { direction: 'sendrecv' })
    if (direction !== undefined) connection.getTransceivers()[0].direction = direction
    this.limit()
    if (isRestart === true) connection.restartIce()
    await connection.setLocalDescription(await connection.createOffer())
    return this.gathered()
  },
  async accept(sdp) {
    await this.connection.setRemoteDescription({ type: 'answer', sdp })
  },
  async answer(sdp, direction) {
    const { connection } = this
    await connection.setRemoteDescription({ type: 'offer', sdp })
    const [transceiver] = connection.getTransceivers()
    if (transceiver.sender.track === null) await transceiver.sender.replaceTrack(this.track)
    transceiver.direction = direction ?? 'sendrecv'
    await connection.setLocalDescription(await connection.createAnswer())
    return this.gathered()
  },
  shareOf(hertz) {
    const bins = new Float32Array(this.ear.frequencyBinCount)
    this.ear.getFloatFrequencyData(bins)
    const width = this.audio.sampleRate / this.ear.fftSize
    let whole = 0
    let near = 0
    bins.forEach((decibel, n) => {
      const power = 10 ** (decibel / 10)
      whole += power
      if (Math.abs(n * width - hertz) < 25) near += power
    })
    return whole < 1e-9 ? 0 : near / whole
  },
  async stats() {
    const { connection } = this
    const found = { received: 0, lost: 0, sent: 0, state: connection.connectionState, codec: '' }
    const report = await connection.getStats()
    for (const entry of report.values()) {
      if (entry.type === 'inbound-rtp') {
        found.received += entry.packetsReceived
        found.lost += entry.packetsLost
        found.codec = report.get(entry.codecId)?.mimeType ?? ''
      }
      if (entry.type === 'outbound-rtp') found.sent += entry.packetsSent
    }
    return found
  },
  async dial(digits) {
    this.connection.getSenders()[0].dtmf.insertDTMF(digits, 100, 70)
  },
}
`
