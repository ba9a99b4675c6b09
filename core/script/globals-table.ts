import type { Value } from './vocabulary.ts'

/** What may stand after `name=`. */
export type GlobalKind =
  'number' | 'string' | 'string-or-word' | 'word' | 'host' | 'endpoints' | 'tls-method' | 'compatibility'

export interface GlobalSpec {
  readonly name: string
  readonly kind: GlobalKind
  readonly default: Value | undefined
  readonly meaning: string
  /** Why setting it changes nothing here; undefined where it works. */
  readonly ignored?: string
}

const oneProcess = 'one process does all the work'
const noTlsHere = 'TLS is set up in the appliance, not in the script'
const ownRights = 'the appliance keeps the rights it was started with'
const noDump = 'the operating system decides this'
const noFifo = 'commands come through the appliance, not through a pipe'

/** Every global parameter of SER 0.9 (ser-language §2.1), and `compatibility`, which is our own. */
export const globalTable: readonly GlobalSpec[] = [
  row(
    'debug',
    'number',
    2,
    'the highest level of log lines that are written, from 1 (warnings) to 4 (everything)',
  ),
  row('fork', 'number', 1, 'whether to run in the background with several processes', oneProcess),
  row(
    'log_stderror',
    'number',
    0,
    'whether log lines go to the terminal',
    'log lines always go to standard error',
  ),
  row('log_facility', 'word', 'LOG_DAEMON', 'the syslog facility', 'log lines always go to standard error'),
  row('dns', 'number', 0, 'whether a name in Via is looked up before received= is added'),
  row('rev_dns', 'number', 0, 'whether a source address is looked up before received= is added'),
  row('port', 'number', 5060, 'the port of listening addresses that name none'),
  row('children', 'number', 8, 'the number of worker processes for each UDP address', oneProcess),
  row('check_via', 'number', 0, 'whether replies are dropped when their top Via is not ours'),
  row(
    'syn_branch',
    'number',
    1,
    'whether stateless branch parameters are made up anew',
    'branches are always unique',
  ),
  row('memlog', 'number', 4, 'the log level of memory statistics', 'there is no own memory pool'),
  row('sip_warning', 'number', 1, 'whether our own replies carry a Warning header'),
  row('server_signature', 'number', 1, 'whether our own messages carry a Server or User-Agent header'),
  row('reply_to_via', 'number', 0, 'whether replies go to the Via address in place of the source'),
  row('mhomed', 'number', 0, 'whether the outgoing interface is chosen for each destination'),
  row('maxbuffer', 'number', 262144, 'the limit of the UDP receive buffer in bytes'),
  row('statistics', 'string', undefined, 'the file for statistics', 'figures are shown by the appliance'),
  row('fifo', 'string', undefined, 'the path of the command pipe', noFifo),
  row('fifo_dir', 'string', '/tmp/', 'the folder of reply pipes', noFifo),
  row('sock_mode', 'number', 0o660, 'the file mode of pipes and sockets', noFifo),
  row('sock_user', 'string-or-word', undefined, 'the owner of pipes and sockets', noFifo),
  row('sock_group', 'string-or-word', undefined, 'the group of pipes and sockets', noFifo),
  row('fifo_db_url', 'string', undefined, 'the database of the pipe commands', noFifo),
  row('unix_sock', 'string', undefined, 'the path of the command socket', noFifo),
  row('unix_sock_children', 'number', 1, 'the processes that serve the command socket', noFifo),
  row('unix_tx_timeout', 'number', 2000, 'the time limit of command socket replies in milliseconds', noFifo),
  row('user', 'string-or-word', undefined, 'the user to run as', ownRights),
  row('group', 'string-or-word', undefined, 'the group to run as', ownRights),
  row('chroot', 'string-or-word', undefined, 'the folder to be shut in', ownRights),
  row('workdir', 'string-or-word', undefined, 'the working folder', ownRights),
  row('disable_core_dump', 'number', 0, 'whether core dumps are forbidden', noDump),
  row('open_files_limit', 'number', -1, 'the limit of open files; -1 leaves it', noDump),
  row('disable_tcp', 'number', 0, 'whether TCP is off'),
  row('tcp_children', 'number', undefined, 'the number of TCP processes', oneProcess),
  row('tcp_accept_aliases', 'number', 0, 'whether force_tcp_alias lets requests reuse a connection'),
  row('tcp_send_timeout', 'number', 10, 'the time limit for sending over TCP in seconds'),
  row('tcp_connect_timeout', 'number', 10, 'the time limit for connecting over TCP in seconds'),
  row('disable_tls', 'number', 0, 'whether TLS is off', noTlsHere),
  row('tls_port_no', 'number', 5061, 'the TLS port', noTlsHere),
  row('tls_method', 'tls-method', undefined, 'the TLS version', noTlsHere),
  row('tls_verify', 'number', 0, 'whether certificates are checked', noTlsHere),
  row('tls_require_certificate', 'number', 0, 'whether clients need a certificate', noTlsHere),
  row('tls_certificate', 'string', undefined, 'the certificate file', noTlsHere),
  row('tls_private_key', 'string', undefined, 'the key file', noTlsHere),
  row('tls_ca_list', 'string', undefined, 'the file of trusted authorities', noTlsHere),
  row('tls_handshake_timeout', 'number', 120, 'the time limit of a TLS handshake in seconds', noTlsHere),
  row('tls_send_timeout', 'number', 120, 'the time limit for sending over TLS in seconds', noTlsHere),
  row('tlslog', 'number', 3, 'the log level of TLS', noTlsHere),
  row('advertised_address', 'host', undefined, 'the address written into Via and Record-Route'),
  row('advertised_port', 'number', undefined, 'the port written into Via and Record-Route'),
  row('listen', 'endpoints', undefined, 'the addresses to listen on'),
  row('alias', 'endpoints', undefined, 'further names and addresses that mean this server'),
  row('mcast_loopback', 'number', 0, 'whether multicast comes back', 'multicast is not used'),
  row('mcast_ttl', 'number', -1, 'the reach of multicast', 'multicast is not used'),
  row(
    'compatibility',
    'compatibility',
    'rfc3261',
    'whether == compares whole texts (rfc3261) or as SER 0.9 did (ser09)',
  ),
]

export const globalNames: readonly string[] = globalTable.map((spec) => spec.name)

const byName: ReadonlyMap<string, GlobalSpec> = new Map(globalTable.map((spec) => [spec.name, spec]))

export function findGlobal(name: string): GlobalSpec | undefined {
  return byName.get(name)
}

/** Parameters of other versions: where they belong, and what to do about them. */
export const foreignGlobals: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['tos', ['SER 2.0 and Kamailio', 'Remove the line.']],
  ['server_id', ['SER 2.0 and Kamailio', 'Remove the line.']],
  ['tcp_connection_lifetime', ['SER 2.0 and Kamailio', 'Remove the line.']],
  ['tcp_max_connections', ['SER 2.0 and Kamailio', 'Remove the line.']],
  ['enable_tls', ['Kamailio', 'Remove the line; TLS is set up in the appliance.']],
  ['memdbg', ['SER 2.0 and Kamailio', 'Remove the line.']],
  ['loadpath', ['SER 2.0 and Kamailio', 'Remove the line; loadmodule "tm.so" finds the module without it.']],
  [
    'mpath',
    ['OpenSER and its successors', 'Remove the line; loadmodule "tm.so" finds the module without it.'],
  ],
  ['udp_mtu', ['Kamailio', 'Remove the line.']],
  ['flags', ['SER 2.0 and Kamailio', 'Remove the line; use the numbers of the flags.']],
  ['avpflags', ['SER 2.0 and Kamailio', 'Remove the line.']],
  [
    'user_agent_header',
    ['OpenSER and its successors', 'Remove the line; server_signature=no hides the header.'],
  ],
  ['server_header', ['OpenSER and its successors', 'Remove the line; server_signature=no hides the header.']],
  ['auto_aliases', ['SER 2.0 and Kamailio', 'Remove the line; write alias= for each further name.']],
  ['import_file', ['Kamailio', 'Copy the text of that file to this place.']],
  ['include_file', ['Kamailio', 'Copy the text of that file to this place.']],
  ['avp_aliases', ['OpenSER', 'Remove the line.']],
  ['loop_checks', ['SER before 0.8.11', 'Remove the line; loops end through Max-Forwards.']],
  ['loop_check', ['SER before 0.8.11', 'Remove the line; loops end through Max-Forwards.']],
  ['log_level', ['OpenSIPS', 'Write debug=3.']],
  ['log_name', ['OpenSER and its successors', 'Remove the line.']],
  ['socket', ['OpenSIPS', 'Write listen=udp:ADDRESS:PORT.']],
  ['udp_workers', ['OpenSIPS', 'Write children=4.']],
])

function row(
  name: string,
  kind: GlobalKind,
  fallback: Value | undefined,
  meaning: string,
  ignored?: string,
): GlobalSpec {
  const spec = { name, kind, default: fallback, meaning }
  return ignored === undefined ? spec : { ...spec, ignored }
}
