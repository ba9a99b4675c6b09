import type { Row } from '../exchange/index.ts'
import { Exchange, newRunState, Run } from '../exchange/index.ts'
import { applyEdits } from '../exchange/relay.ts'
import { instant } from '../lib/instant.ts'
import { loadScript } from '../script/index.ts'
import type { Octets } from '../lib/octets.ts'
import { parseMessage } from '../sip/index.ts'
import { vocabulary } from './index.ts'

/** A request in an exchange of its own, for tests that call single commands on it. */
export interface Sample {
  readonly run: Run
  /** Runs statements of a script on it, with all modules loaded; gives the result of the last one. */
  readonly call: (statements: string) => number
  /** The text as it would go on. */
  readonly edited: () => Octets
  /** Log lines and the first lines of what was sent since it was last asked. */
  readonly told: () => readonly string[]
  readonly wait: (ms: number) => void
}

export interface SampleOptions {
  readonly method?: string
  readonly uri?: string
  readonly from?: string
  readonly lines?: string
  readonly body?: string
  readonly settings?: string
  readonly tables?: Readonly<Record<string, readonly Row[]>>
  readonly texts?: Readonly<Record<string, string>>
}

const listener = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const
const modules =
  'sl tm rr usrloc registrar textops avp avp_db avpops dispatcher diversion domain exec gflags group mangler options pdt permissions pike speeddial'

export function sampleRun(options: SampleOptions = {}): Sample {
  const load =
    modules
      .split(' ')
      .map((name) => `loadmodule "${name}.so"\n`)
      .join('') + (options.settings ?? '')
  const exchange = new Exchange({
    listeners: [listener],
    program: programOf(`${load} route { drop; }`),
    random: () => 0.5,
    hash: () => '00',
    sha256: () => '00',
    hmac: () => '00',
    wallClock: () => 0,
    version: 'sample',
  })
  const { tables = {}, texts = {} } = options
  exchange.core.tables = { rows: (table) => tables[table] }
  exchange.core.texts = new Map(Object.entries(texts))
  const request = parseMessage(printSample(options))
  if (request.kind !== 'request') throw new Error(JSON.stringify(request))
  const source = { listener, address: '192.0.2.7', port: 5060, connection: undefined }
  const run = new Run(exchange, 'request', request, undefined, source, newRunState())
  return {
    run,
    call: (statements) => programOf(`${load} route { ${statements} }`).main?.(run) ?? 0,
    edited: () => applyEdits(request.octets, run),
    told: () =>
      exchange.core.out.splice(0).flatMap((output) => {
        if (output.kind === 'event' && output.event.kind === 'script-log') return [output.event.text]
        return output.kind === 'send' ? [output.octets.slice(0, output.octets.indexOf('\r\n'))] : []
      }),
    wait: (ms) => {
      exchange.core.now = instant(exchange.core.now + ms)
    },
  }
}

function programOf(script: string): NonNullable<ReturnType<typeof loadScript<Run>>['program']> {
  const { program, problems } = loadScript(script, vocabulary)
  if (program === undefined) throw new Error(JSON.stringify(problems))
  return program
}

function printSample({
  method = 'INVITE',
  uri = 'sip:bob@example.com',
  from = 'sip:alice@example.com',
  lines = '',
  body = '',
}: SampleOptions): Octets {
  return (
    `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKsample\r\nFrom: <${from}>;tag=a\r\n` +
    `To: <sip:bob@example.com>\r\nCall-ID: sample\r\nCSeq: 1 ${method}\r\nContact: <sip:alice@192.0.2.7:5062;transport=tcp>\r\n` +
    `${lines}Content-Length: ${body.length}\r\n\r\n${body}`
  )
}
