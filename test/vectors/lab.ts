/**
 * The lab profile of the test plan as data: who is local, what names lead where, and what the routing script of the
 * lab must do for the expectations to hold. Every vector meets a fresh element: several share branch, sent-by,
 * Call-ID and CSeq, so in one run the second would be a retransmission of the first.
 */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface LabProfile {
  /** The element under test. */
  readonly proxy: Endpoint
  /** Where every message is sent from, and so where its answer must arrive. */
  readonly source: Endpoint
  /** Where every forwarded message must arrive. */
  readonly sink: Endpoint
  /** Where the script relays a request for a local domain that names no user. */
  readonly relayTarget: Endpoint
  /** The script answers every request where it came from, whatever its Via says (`force_rport`). */
  readonly repliesToPacketSource: true
  /** A gateway to the public network; nothing may ever reach it. */
  readonly gateway: Endpoint
  /** Domains the script answers for (`uri == myself`, registrar and location). */
  readonly localDomains: readonly string[]
  /** What the lab's resolver gives for names and literals that are not local; anything else does not resolve. */
  readonly stubNames: Readonly<Record<string, Endpoint>>
  /** Route hosts that are not ours and that the script of the lab follows all the same, as `host` or `host:port`. */
  readonly foreignRoutesFollowed: readonly string[]
  /** Header fields the script takes out of what an untrusted source sends. */
  readonly removedHeaders: readonly string[]
  /** The script answers 513 to anything longer (`msg:len`). */
  readonly messageLimitBytes: number
  /** Most bindings of one address-of-record. */
  readonly contactLimit: number
  /** How long a stream may take to complete one message before it is answered and closed. */
  readonly messageDeadlineMs: number
  readonly authentication: 'off'
}

const SINK: Endpoint = { host: '127.0.0.3', port: 5060 }

export const lab: LabProfile = {
  proxy: { host: '127.0.0.1', port: 5060 },
  source: { host: '127.0.0.2', port: 5060 },
  sink: SINK,
  relayTarget: SINK,
  repliesToPacketSource: true,
  gateway: { host: '127.0.0.9', port: 5060 },
  localDomains: [
    'example.com',
    'example.net',
    'example.org',
    'company.com',
    'chair-dnrc.example.com',
    'registrar.example.com',
    '[2001:db8::10]',
    '[2001:db8::10:5070]',
  ],
  stubNames: {
    'services.example.com': SINK,
    'host.example.net': SINK,
    'gw.example.net': { host: '127.0.0.9', port: 5060 },
    '2001:db8::192.0.2.1': SINK,
  },
  foreignRoutesFollowed: ['services.example.com', '127.0.0.1:5080'],
  removedHeaders: ['P-Asserted-Identity'],
  messageLimitBytes: 49_152,
  contactLimit: 10,
  messageDeadlineMs: 10_000,
  authentication: 'off',
}

/** The contact under which a registered user is bound: the same user part at the sink. */
export function sinkContact(addressOfRecord: string): string {
  const user = addressOfRecord.slice('sip:'.length, addressOfRecord.lastIndexOf('@'))
  return `sip:${user}@${lab.sink.host}:${lab.sink.port}`
}
