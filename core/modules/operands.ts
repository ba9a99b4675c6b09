import { isAddress } from '../lib/ip.ts'
import type { Run } from '../exchange/index.ts'
import type { Operands } from '../script/index.ts'
import { isSipUri, parseSipUri } from '../sip/index.ts'

/** What the conditions of a script read, ser-language §3. */
export const operands: Operands<Run> = {
  method: (run) => (run.response === undefined ? run.request.method : run.response.cseq.method),
  uri: (run) => (run.response === undefined ? run.uri : String(run.response.status)),
  fromUri: (run) => run.message.from.uri,
  toUri: (run) => run.message.to.uri,
  sourcePort: (run) => run.source.port,
  destinationPort: (run) => run.source.listener.port,
  messageLength: (run) => run.message.octets.length,
  transport: (run) => {
    const { transport } = run.source.listener
    if (transport === 'udp') return 'udp'
    return transport === 'tls' || transport === 'wss' ? 'tls' : 'tcp'
  },
  sourceAddress: (run) => run.source.address,
  destinationAddress: (run) => run.source.listener.address,
  isMyself,
}

function isMyself(run: Run, what: 'uri' | 'from_uri' | 'to_uri' | 'src_ip' | 'dst_ip'): boolean | undefined {
  const { identity } = run.exchange
  switch (what) {
    case 'uri': {
      const uri = run.target
      return isSipUri(uri) ? identity.isUri(uri) : undefined
    }
    case 'from_uri':
      return isOurs(run, run.message.from.uri)
    case 'to_uri':
      return isOurs(run, run.message.to.uri)
    case 'src_ip':
      return isAddress(run.source.address) && identity.isAddress(run.source.address)
    case 'dst_ip':
      return true
  }
}

function isOurs(run: Run, text: string): boolean | undefined {
  const uri = parseSipUri(text)
  return uri === undefined ? undefined : run.exchange.identity.isUri(uri)
}
