import type { Run } from '../exchange/index.ts'
import { loginName } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Step } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { isSipUri, parseSipUri, printHostPort, uriParameter } from '../sip/index.ts'

/** Looks at the parts of URIs and of credentials. */
export const uri: ModuleSpec<Run> = {
  name: 'uri',
  summary: 'looks at the parts of URIs and of credentials',
  parameters: [],
  commands: [
    command(
      'is_user',
      ['name'],
      'True if the credentials are those of {0}.',
      'module uri; RFC 7616 §3.4',
      (name) => (run) => (run.state.login !== undefined && loginName(run.state.login) === name ? 1 : -1),
    ),
    command(
      'has_totag',
      [],
      'True if the request belongs to a call that is there already.',
      'RFC 3261 §12.2.2, module uri',
      () => (run) => (run.request.toTag === undefined ? -1 : 1),
    ),
    command(
      'uri_param',
      ['name'],
      'True if the Request-URI has a parameter {0}.',
      'RFC 3261 §19.1.1, module uri',
      (name) => (run) => (parameterOf(run, name) === undefined ? -1 : 1),
    ),
    command(
      'uri_param',
      ['name', 'value'],
      'True if the Request-URI has a parameter {0} with the value {1}.',
      'RFC 3261 §19.1.1, module uri',
      (name, value) => (run) => (parameterOf(run, name)?.toLowerCase() === value.toLowerCase() ? 1 : -1),
    ),
    {
      ...command(
        'add_uri_param',
        ['parameter'],
        'Adds the parameter {0} to the Request-URI.',
        'RFC 3261 §19.1.1, module uri',
        (parameter) => (run) => addParameter(run, parameter),
      ),
      prepare([parameter = '']) {
        if (parameter === '' || parseSipUri(`sip:a@b;${parameter}`) === undefined)
          return {
            refused: `"${parameter}" cannot be the parameter of a URI.`,
            remedy: 'Write it as "name" or "name=value".',
          }
        return (run) => addParameter(run, parameter)
      },
    },
    command('tel2sip', [], 'Turns a tel URI into a SIP URI.', 'RFC 3261 §19.1.6, module uri', () => telToSip),
  ],
}

function command(
  name: string,
  takes: readonly string[],
  explanation: string,
  rests: string,
  make: (first: string, second: string) => Step<Run>,
): CommandSpec<Run> {
  return {
    name,
    takes,
    blocks: inRequest,
    explanation,
    rests,
    prepare: ([first = '', second = '']) => make(first, second),
  }
}

function parameterOf(run: Run, name: string): string | undefined {
  const uri = run.target
  return isSipUri(uri) ? uriParameter(uri, name) : undefined
}

function addParameter(run: Run, parameter: string): number {
  const { uri, sipTarget } = run
  if (sipTarget === undefined) return -1
  const end = uri.length - sipTarget.headers.length
  run.uri = `${uri.slice(0, end)};${parameter}${uri.slice(end)}`
  return 1
}

/** The number goes into the user part, its parameters too (RFC 3261 §19.1.6); the domain is that of From, as in SER. */
function telToSip(run: Run): number {
  const target = run.target
  if (target.scheme !== 'tel') return 1
  const from = parseSipUri(run.request.from.uri)
  if (from === undefined) return -1
  const number = 'rest' in target ? target.rest.replace(/[-.()]/g, '') : ''
  const text = `sip:${number}@${printHostPort(from.host, from.port)};user=phone`
  if (parseSipUri(text) === undefined) return -1
  run.uri = text
  run.destination = undefined
  return 1
}
