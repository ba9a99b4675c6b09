/** The microphone, the loudspeaker and the bell of this page. */

export type MicrophoneState = 'unasked' | 'live' | 'none' | 'denied' | 'pulled'
export type VoiceSwitch = 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'
export type VoiceDevice = 'microphone' | 'speaker' | 'bell'

interface Kept {
  microphone: string
  speaker: string
  bell: string
  bellVolume: number
  speakerVolume: number
  echoCancellation: boolean
  noiseSuppression: boolean
  autoGainControl: boolean
}

const STORED = 'sidetone.voice'
const usual: Kept = {
  ...{ microphone: '', speaker: '', bell: '', bellVolume: 0.6, speakerVolume: 1 },
  ...{ echoCancellation: true, noiseSuppression: true, autoGainControl: true },
}

/**
 * Calls get their voice from a graph that stays while microphones come and go: a device can be changed or pulled out in
 * mid-call, and without one the call goes on and listens.
 */
class Voice {
  microphone = $state<MicrophoneState>('unasked')
  devices = $state.raw<readonly MediaDeviceInfo[]>([])
  kept = $state<Kept>(readKept())
  #context: AudioContext | undefined
  #mouth: MediaStreamAudioDestinationNode | undefined
  #ear: AnalyserNode | undefined
  #source: MediaStreamAudioSourceNode | undefined
  #stream: MediaStream | undefined

  /** Asks for the microphone where that has not been done; never fails. */
  async open(): Promise<void> {
    this.#graph()
    await this.#context?.resume().catch(() => undefined)
    if (this.#stream?.active !== true) await this.#capture()
  }

  /** A voice for one call: it ends with the call, and the graph goes on. */
  outgoing(): MediaStream {
    return this.#graph().stream.clone()
  }

  /** 0 to 1 of full scale. */
  get level(): number {
    return this.#ear === undefined ? 0 : peakOf(this.#ear)
  }

  meter(stream: MediaStream): () => number {
    this.#graph()
    const context = this.#context
    if (context === undefined) return () => 0
    const ear = new AnalyserNode(context, { fftSize: 1024 })
    context.createMediaStreamSource(stream).connect(ear)
    return () => peakOf(ear)
  }

  async choose(device: VoiceDevice, label: string): Promise<void> {
    this.kept[device] = label
    this.#keep()
    if (device === 'microphone') await this.#capture()
  }

  async set(name: VoiceSwitch, isOn: boolean): Promise<void> {
    this.kept[name] = isOn
    this.#keep()
    await this.#capture()
  }

  volume(device: 'speaker' | 'bell', volume: number): void {
    this.kept[device === 'bell' ? 'bellVolume' : 'speakerVolume'] = volume
    this.#keep()
  }

  /** Devices are remembered by name: their numbers change with every plug. */
  async playOn(element: HTMLAudioElement, device: 'speaker' | 'bell'): Promise<void> {
    const found = this.#find('audiooutput', this.kept[device])
    await element.setSinkId(found?.deviceId ?? '').catch(() => undefined)
  }

  /** Three seconds of one's own voice, played back. */
  async hearYourself(): Promise<void> {
    await this.open()
    const recorder = new MediaRecorder(this.outgoing())
    const pieces: Blob[] = []
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve))
    recorder.start()
    setTimeout(() => recorder.stop(), 3_000)
    await stopped
    const element = new Audio(URL.createObjectURL(new Blob(pieces, { type: recorder.mimeType })))
    await this.playOn(element, 'speaker')
    const ended = new Promise((resolve) => element.addEventListener('ended', resolve))
    await element.play()
    await ended
    URL.revokeObjectURL(element.src)
  }

  async #capture(): Promise<void> {
    this.#drop()
    const media = (navigator as Partial<Navigator>).mediaDevices
    if (media === undefined) {
      this.microphone = 'none'
      return
    }
    media.ondevicechange = () => void this.#changed()
    const { echoCancellation, noiseSuppression, autoGainControl, microphone } = this.kept
    const wanted = this.#find('audioinput', microphone)?.deviceId
    const audio = { echoCancellation, noiseSuppression, autoGainControl }
    try {
      this.#take(
        await media.getUserMedia({
          audio: wanted === undefined ? audio : { ...audio, deviceId: { ideal: wanted } },
        }),
      )
    } catch (error) {
      this.microphone = error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none'
    }
    this.devices = await media.enumerateDevices()
  }

  #take(stream: MediaStream): void {
    const mouth = this.#graph()
    const context = this.#context
    if (context === undefined || this.#ear === undefined) return
    this.#stream = stream
    this.#source = context.createMediaStreamSource(stream)
    this.#source.connect(this.#ear)
    this.#source.connect(mouth)
    this.microphone = 'live'
    for (const track of stream.getAudioTracks())
      track.addEventListener('ended', () => {
        if (this.#stream === stream) this.#pulled()
      })
  }

  #pulled(): void {
    this.#drop()
    this.microphone = 'pulled'
  }

  #drop(): void {
    this.#source?.disconnect()
    for (const track of this.#stream?.getTracks() ?? []) track.stop()
    this.#stream = undefined
    this.#source = undefined
  }

  /** The preferred microphone is back, or there is one at last. */
  async #changed(): Promise<void> {
    this.devices = await navigator.mediaDevices.enumerateDevices()
    const hasSome = this.devices.some(({ kind }) => kind === 'audioinput')
    if (hasSome && this.microphone !== 'live' && this.microphone !== 'denied') await this.#capture()
  }

  #find(kind: MediaDeviceKind, label: string): MediaDeviceInfo | undefined {
    return label === ''
      ? undefined
      : this.devices.find((device) => device.kind === kind && device.label === label)
  }

  #graph(): MediaStreamAudioDestinationNode {
    if (this.#mouth !== undefined) return this.#mouth
    this.#context = new AudioContext()
    this.#ear = new AnalyserNode(this.#context, { fftSize: 1024 })
    this.#mouth = this.#context.createMediaStreamDestination()
    return this.#mouth
  }

  #keep(): void {
    localStorage.setItem(STORED, JSON.stringify(this.kept))
  }
}

function peakOf(ear: AnalyserNode): number {
  const samples = new Float32Array(ear.fftSize)
  ear.getFloatTimeDomainData(samples)
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return Math.min(1, peak)
}

function readKept(): Kept {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Kept>) }
  } catch {
    return usual
  }
}

export const voice = new Voice()
