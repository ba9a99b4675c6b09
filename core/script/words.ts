import { globalNames } from './globals-table.ts'

/** Other spellings of a word, to the one that the parser knows (ser-language §1). */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['break', 'drop'],
  ['add_rport', 'force_rport'],
  ['add_tcp_alias', 'force_tcp_alias'],
  ['sethost', 'rewritehost'],
  ['seth', 'rewritehost'],
  ['sethostport', 'rewritehostport'],
  ['sethp', 'rewritehostport'],
  ['setuser', 'rewriteuser'],
  ['setu', 'rewriteuser'],
  ['setuserpass', 'rewriteuserpass'],
  ['setup', 'rewriteuserpass'],
  ['setport', 'rewriteport'],
  ['setp', 'rewriteport'],
  ['seturi', 'rewriteuri'],
  ['status', 'uri'],
  ['uid', 'user'],
  ['gid', 'group'],
  ['wdir', 'workdir'],
  ['fifo_mode', 'sock_mode'],
  ['fifo_user', 'sock_user'],
  ['fifo_group', 'sock_group'],
  ['mem_log', 'memlog'],
  ['tls_log', 'tlslog'],
  ['UDP', 'udp'],
  ['TCP', 'tcp'],
  ['TLS', 'tls'],
  ['INET', 'inet'],
  ['INET6', 'inet6'],
])

export const booleans: ReadonlyMap<string, number> = new Map([
  ['yes', 1],
  ['true', 1],
  ['on', 1],
  ['enable', 1],
  ['no', 0],
  ['false', 0],
  ['off', 0],
  ['disable', 0],
])

export const operatorWords: ReadonlyMap<string, string> = new Map([
  ['not', '!'],
  ['and', '&&'],
  ['or', '||'],
])

export const coreWords: ReadonlySet<string> = new Set([
  'forward',
  'forward_udp',
  'forward_tcp',
  'forward_tls',
  'send',
  'send_tcp',
  'drop',
  'log',
  'error',
  'exec',
  'route',
  'setflag',
  'resetflag',
  'isflagset',
  'rewritehost',
  'rewritehostport',
  'rewriteuser',
  'rewriteuserpass',
  'rewriteport',
  'rewriteuri',
  'prefix',
  'strip',
  'strip_tail',
  'revert_uri',
  'append_branch',
  'force_rport',
  'force_tcp_alias',
  'set_advertised_address',
  'set_advertised_port',
  'force_send_socket',
])

export const operandWords: ReadonlySet<string> = new Set([
  'method',
  'uri',
  'from_uri',
  'to_uri',
  'src_port',
  'dst_port',
  'src_ip',
  'dst_ip',
  'proto',
  'af',
  'msg:len',
  'myself',
])

export const structureWords: ReadonlySet<string> = new Set([
  'route',
  'failure_route',
  'onreply_route',
  'loadmodule',
  'modparam',
])

const otherWords = ['if', 'else', 'max_len', 'uri:host', 'uri:port', 'udp', 'tcp', 'tls', 'inet', 'inet6']

const reserved: ReadonlySet<string> = new Set([
  ...coreWords,
  ...operandWords,
  ...structureWords,
  ...otherWords,
  ...globalNames.filter((name) => name !== 'compatibility'),
])

export function canonicalWord(written: string): string {
  return (
    synonyms.get(written) ?? (/^(sslv23|sslv2|sslv3|tlsv1)$/i.test(written) ? written.toLowerCase() : written)
  )
}

/** Words of the language cannot be a label of an unquoted host name. */
export function isReserved(canonical: string): boolean {
  return reserved.has(canonical) || /^(sslv23|sslv2|sslv3|tlsv1)$/.test(canonical)
}
