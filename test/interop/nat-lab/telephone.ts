/**
 * baresip in a namespace of the lab. What it hears goes into recordings that grow while it listens, so that
 * any stretch of a call can be looked at by itself.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { baresipModules, controlText, eventReader, type BaresipEvent } from '../baresip-control.ts'
import { discard, pause, startProgram, temporaryFolder, type RunningProgram } from '../processes.ts'
import { openEar, type Ear } from './ear.ts'
import { hearing, type Heard } from './heard.ts'
import type { Station } from './lab.ts'
import { inside } from './namespaces.ts'

export interface TelephoneOptions {
  readonly user: string
  readonly station: Station
  /** Address of the server, on SIP's own port. */
  readonly server: string
  /** A WAV of the tone that it speaks, longer than any call. */
  readonly tone: string
  readonly limitMs: number
}

/** The place up to which each recording has grown. */
export type Mark = ReadonlyMap<string, number>

export interface Telephone {
  readonly user: string
  readonly command: (name: string, parameters?: string) => void
  /** Registered, and able to tell what happens to it. */
  readonly registered: (limitMs: number) => Promise<void>
  /** Waits until so many events of the type have come in all. */
  readonly waitFor: (type: string, count: number, limitMs: number) => Promise<void>
  /** How many re-INVITEs of the other side have reached it so far. */
  readonly reinvited: () => number
  /** For `heardSince`: its own recording, which ends when the call is first held. */
  readonly mark: () => Mark
  readonly heardSince: (mark: Mark) => Heard
  /** What comes to its interface, before it and after. */
  readonly ear: Ear
  /** The end of what it wrote, for the words of a failure. */
  readonly words: () => string
  readonly stop: () => Promise<void>
}

const CONTROL_PORT = 4444
/** An event of our own: the control connection stands. */
const OPENED = 'CONTROL_OPENED'
const WAVE_HEAD_BYTES = 44
const POLL_MS = 25

export function startTelephone(options: TelephoneOptions): Telephone {
  const folder = temporaryFolder('lab-phone')
  const recordings = join(folder, 'recordings')
  mkdirSync(recordings)
  writeFileSync(join(folder, 'config'), configText(options, recordings))
  writeFileSync(join(folder, 'contacts'), '')
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${options.user}@${options.server}>;auth_pass=none;regint=600;answermode=auto;audio_codecs=PCMU\n`,
  )
  const { namespace } = options.station
  const [command, args] = inside(namespace, ['baresip', '-f', folder, '-v'])
  const program = startProgram(command, args, { cwd: folder, limitMs: options.limitMs })
  const ear = openEar(options.station, folder, options.limitMs)
  const events: BaresipEvent[] = []
  const control = openControl(namespace, (event) => events.push(event))
  const words = (): string => (program.stdout() + program.stderr()).slice(-2_000)
  return {
    user: options.user,
    command: (name, parameters) => control.write(controlText(name, parameters)),
    registered: (limitMs) =>
      until(
        () =>
          events.some((event) => event.type === OPENED) &&
          /200 OK .*\[\d+ binding/.test(program.stdout() + program.stderr()),
        limitMs,
        () => `${options.user} was not registered: ${words()}`,
      ),
    waitFor: (type, count, limitMs) =>
      until(
        () => events.filter((event) => event.type === type).length >= count,
        limitMs,
        () =>
          `${options.user} had not ${count} ${type} within ${limitMs} ms, only ` +
          (events.map((event) => event.type).join(' ') || 'nothing'),
      ),
    reinvited: () => program.stdout().split('got re-INVITE').length - 1,
    mark: () => new Map(recordingsIn(recordings).map((path) => [path, statSync(path).size])),
    heardSince: (mark) => heardSince(recordings, mark),
    ear,
    words,
    stop: async () => {
      control.end()
      await stopProgram(program)
      await ear.stop()
      discard(folder)
    },
  }
}

async function stopProgram(program: RunningProgram): Promise<void> {
  // baresip unregisters at SIGTERM and waits for the answer; the lab has seen enough by then.
  program.signal('SIGKILL')
  await program.exited
}

async function until(isDone: () => boolean, limitMs: number, complaint: () => string): Promise<void> {
  const giveUpAt = performance.now() + limitMs
  while (!isDone()) {
    if (performance.now() > giveUpAt) throw new Error(complaint())
    await pause(POLL_MS)
  }
}

function recordingsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('-dec.wav'))
    .map((name) => join(folder, name))
}

/** What was appended to the recordings since; each re-INVITE that restarts the audio begins a new one. */
function heardSince(folder: string, mark: Mark): Heard {
  const pieces = recordingsIn(folder).map((path) => {
    const from = Math.max(mark.get(path) ?? 0, WAVE_HEAD_BYTES)
    return readFileSync(path).subarray(from)
  })
  const octets = Buffer.concat(pieces)
  const samples = Int16Array.from({ length: octets.length >> 1 }, (_, index) => octets.readInt16LE(index * 2))
  return hearing(samples)
}

function configText({ station, tone }: TelephoneOptions, recordings: string): string {
  return [
    'poll_method epoll',
    `sip_listen ${station.address}:${station.sipPort}`,
    'net_interface phone',
    `module_path ${baresipModules()}`,
    ...['g711', 'aufile', 'sndfile'].map((name) => `module ${name}.so`),
    ...['account', 'menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
    `audio_source aufile,${tone}`,
    `audio_player aufile,${join(recordings, 'played.wav')}`,
    `audio_alert aufile,${join(recordings, 'alert.wav')}`,
    'audio_srate 8000',
    'audio_channels 1',
    `snd_path ${recordings}`,
    `ctrl_tcp_listen 127.0.0.1:${CONTROL_PORT}`,
    `rtp_ports ${station.mediaPorts}`,
    '',
  ].join('\n')
}

interface Control {
  readonly write: (text: string) => void
  readonly end: () => void
}

/** The way to the control port from outside its namespace: a shell inside, which passes on what comes. */
function openControl(namespace: string, take: (event: BaresipEvent) => void): Control {
  const hello = JSON.stringify({ type: OPENED })
  const script =
    `for try in $(seq 200); do { exec 3<>/dev/tcp/127.0.0.1/${CONTROL_PORT}; } 2>/dev/null && break; sleep 0.05; done; ` +
    `printf '%s' '${hello.length}:${hello},'; cat <&3 & exec cat >&3`
  const [command, args] = inside(namespace, ['bash', '-c', script])
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdout.setEncoding('utf8').on('data', eventReader(take))
  child.stdin.on('error', () => undefined)
  child.on('error', () => undefined)
  return {
    write: (text) => child.stdin.write(text),
    end: () => child.stdin.end(),
  }
}
