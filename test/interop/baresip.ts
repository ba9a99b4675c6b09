/** A real telephone without a sound card: baresip, fed with a tone, recording what it hears, told what to do over TCP. */
import { createConnection, type Socket } from 'node:net'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { baresipModules, controlText, eventReader, type BaresipEvent } from './baresip-control.ts'
import { discard, findProgram, freePort, pause, startProgram, temporaryFolder } from './processes.ts'
import type { Place } from './phone/text.ts'
import { readWave, writeTone, type Recording } from './wave.ts'

export interface BaresipOptions {
  readonly user: string
  /** Its own address, such as 127.0.0.31. */
  readonly host: string
  /** 5060 unless several share an address. */
  readonly port?: number
  readonly proxy: Place
  readonly toneHertz: number
  readonly answers: 'auto' | 'manual'
  readonly password?: string
  readonly limitMs: number
}

export interface Baresip {
  readonly user: string
  readonly events: readonly BaresipEvent[]
  readonly command: (command: string, parameters?: string) => void
  /** Waits for the 200 to its REGISTER, which may come before events can be listened to. */
  readonly registered: (limitMs: number) => Promise<void>
  /** Waits for an event such as CALL_ESTABLISHED, CALL_CLOSED; earlier ones count. */
  readonly waitFor: (type: string, limitMs: number) => Promise<BaresipEvent>
  readonly dial: (user: string) => void
  readonly hangUp: () => void
  /** What it heard; only after `stop`, when the file is whole. */
  readonly heard: () => Recording
  readonly stop: () => Promise<void>
}

const CONTROL_LIMIT_MS = 8_000

export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const command = findProgram('baresip')
  if (command === undefined) throw new Error('baresip is not installed: apt-get install baresip-core')
  const folder = temporaryFolder('baresip')
  const recordings = join(folder, 'recordings')
  mkdirSync(recordings)
  const tone = join(folder, 'tone.wav')
  writeTone(tone, options.toneHertz, 60)
  const controlPort = await freePort()
  writeFileSync(join(folder, 'config'), configText(options, tone, recordings, controlPort))
  writeFileSync(join(folder, 'contacts'), '')
  const domain = `${options.proxy.host}:${options.proxy.port}`
  const secret = options.password === undefined ? ';auth_pass=none' : `;auth_pass=${options.password}`
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${options.user}@${domain}>${secret};regint=600;answermode=${options.answers};audio_codecs=PCMU\n`,
  )
  const program = startProgram(command, ['-f', folder, '-v'], { cwd: folder, limitMs: options.limitMs })
  const events: BaresipEvent[] = []
  const control = await openControl(controlPort, (event) => events.push(event)).catch(
    async (failure: unknown) => {
      await program.stop()
      throw new Error(
        `${String(failure)}; baresip said: ${(program.stdout() + program.stderr()).slice(-2_000)}`,
      )
    },
  )

  let recording: Recording | undefined
  const sendCommand = (name: string, parameters = ''): void => {
    control.write(controlText(name, parameters))
  }
  return {
    user: options.user,
    events,
    command: sendCommand,
    waitFor: async (type, limitMs) => {
      const giveUpAt = performance.now() + limitMs
      while (performance.now() < giveUpAt) {
        const event = events.find((known) => known.type === type)
        if (event) return event
        await pause(20)
      }
      const seen = events.map((event) => event.type).join(' ') || 'nothing'
      const words = (program.stdout() + program.stderr()).slice(-1_500)
      throw new Error(`${options.user} had no ${type} within ${limitMs} ms, only ${seen}; it said: ${words}`)
    },
    registered: async (limitMs) => {
      const giveUpAt = performance.now() + limitMs
      while (!/200 OK .*\[\d+ binding/.test(program.stdout() + program.stderr())) {
        if (performance.now() > giveUpAt)
          throw new Error(`${options.user} was not registered: ${program.stdout()}`)
        await pause(20)
      }
    },
    dial: (user) => sendCommand('dial', `sip:${user}@${domain}`),
    hangUp: () => sendCommand('hangup'),
    heard: () => {
      if (!recording) throw new Error(`${options.user} recorded nothing, or was not stopped yet`)
      return recording
    },
    stop: async () => {
      control.destroy()
      await program.stop()
      recording ??= recordingIn(recordings)
      discard(folder)
    },
  }
}

function recordingIn(folder: string): Recording | undefined {
  const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('-dec.wav')) : undefined
  return name === undefined ? undefined : readWave(join(folder, name))
}

function configText(options: BaresipOptions, tone: string, recordings: string, controlPort: number): string {
  return [
    'poll_method epoll',
    `sip_listen ${options.host}:${options.port ?? 5060}`,
    `net_interface ${options.host}`,
    `module_path ${baresipModules()}`,
    ...['g711', 'aufile', 'sndfile'].map((name) => `module ${name}.so`),
    ...['account', 'menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
    `audio_source aufile,${tone}`,
    `audio_player aufile,${join(recordings, 'played.wav')}`,
    `audio_alert aufile,${join(recordings, 'alert.wav')}`,
    'audio_srate 8000',
    'audio_channels 1',
    `snd_path ${recordings}`,
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    'rtp_ports 20000-30000',
    '',
  ].join('\n')
}

async function openControl(port: number, take: (event: BaresipEvent) => void): Promise<Socket> {
  const giveUpAt = performance.now() + CONTROL_LIMIT_MS
  for (;;) {
    try {
      return await connectOnce(port, take)
    } catch (failure) {
      if (performance.now() > giveUpAt) throw failure
      await pause(50)
    }
  }
}

function connectOnce(port: number, take: (event: BaresipEvent) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.setEncoding('utf8')
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    })
    socket.on('data', eventReader(take))
  })
}
