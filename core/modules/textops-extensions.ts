import type { Run } from '../exchange/index.ts'
import type { CommandSpec } from '../script/index.ts'
import { inFailure, inReply, inRequest } from '../script/index.ts'
import { headerValue } from '../sip/index.ts'
import { longName } from './textops-names.ts'

const anywhere = inRequest | inFailure | inReply
const rests = 'module textops of OpenSER; not in SER 0.9'

/** What guide-type scripts of OpenSER use and costs little; `check` points each out. */
export const textopsExtensions: readonly CommandSpec<Run>[] = [
  {
    name: 'is_method',
    takes: ['methods'],
    blocks: anywhere,
    explanation: 'True if the method is one of {0}.',
    rests,
    prepare([text = '']) {
      const methods = text.toUpperCase().split('|')
      if (methods.every((method) => /^[A-Z]+$/.test(method)))
        return (run) => (methods.includes(run.message.cseq.method) ? 1 : -1)
      return { refused: `"${text}" is no list of methods.`, remedy: 'Write "INVITE|ACK".' }
    },
  },
  {
    name: 'has_body',
    takes: [],
    blocks: anywhere,
    explanation: 'True if the message has a body.',
    rests,
    prepare: () => (run) => (bodyLength(run) > 0 ? 1 : -1),
  },
  {
    name: 'has_body',
    takes: ['type'],
    blocks: anywhere,
    explanation: 'True if the message has a body of the type {0}.',
    rests,
    prepare: ([type = '']) => {
      const wanted = type.toLowerCase()
      return (run) => (bodyLength(run) > 0 && contentType(run) === wanted ? 1 : -1)
    },
  },
]

function bodyLength(run: Run): number {
  const { octets } = run.message
  return octets.length - octets.indexOf('\r\n\r\n') - 4
}

function contentType(run: Run): string | undefined {
  const header = run.message.headers.find(({ name }) => longName(name) === 'content-type')
  return header === undefined ? undefined : headerValue(header).split(';')[0]?.trim().toLowerCase()
}
