import { Failure } from './failure.ts'
import { runNatTest, usualTestServers } from './nat-test.ts'
import type { NatLine } from './nat-test-words.ts'
import { STUN_PORT, type StunPlace } from './stun-server.ts'

export interface NatTestOptions {
  readonly servers: readonly string[]
  readonly isJson: boolean
  /** Seconds; undefined: not measured. */
  readonly longestSilence: string | undefined
}

const LONGEST_SILENCE_SECONDS = 600

/** `sidetone nat-test`: prints each line as soon as it is known. Exit code 0 whatever was found. */
export async function runNatTestCommand(
  options: NatTestOptions,
  print: (text: string) => void,
): Promise<number> {
  const servers = options.servers.length === 0 ? usualTestServers : options.servers.map(readServer)
  const longestSilenceMs = readSilence(options.longestSilence)
  await runNatTest({ servers, longestSilenceMs }, (line) => {
    print(options.isJson ? `${JSON.stringify(line)}\n` : printLine(line))
  })
  return 0
}

/** HOST or HOST:PORT, IPv6 in brackets. */
export function readServer(text: string): StunPlace {
  const [, bracketed, host, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([\w.-]{1,253}))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const place = { host: bracketed ?? host ?? '', port: Number(digits ?? STUN_PORT) }
  if (place.host === '' || place.port < 1 || place.port > 65_535)
    throw new Failure(`--server ${text}: write HOST or HOST:PORT, such as stun.example.org:3478.`, 2)
  return place
}

function readSilence(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > LONGEST_SILENCE_SECONDS)
    throw new Failure(
      `--lifetime ${text}: write the longest silence in seconds, up to ${LONGEST_SILENCE_SECONDS}.`,
      2,
    )
  return seconds * 1000
}

const marks: Readonly<Record<NatLine['result'], string>> = {
  ok: 'ok',
  problem: 'PROBLEM',
  inconclusive: 'unclear',
  'not-tested': 'not tested',
  'not-needed': 'not needed',
}

function printLine({ id, result, detail, meaning, fix }: NatLine): string {
  const rest = [meaning, fix].filter((text) => text !== '').join(' ')
  return `${id.padEnd(10)} ${marks[result].padEnd(11)} ${detail}\n${' '.repeat(23)}${rest}\n`
}
