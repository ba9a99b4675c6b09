import { parseOutsideAddress } from '../exchange/index.ts'
import type { ParameterSpec, Refused, Settings } from '../script/index.ts'
import { number, text } from './tables.ts'

export const nathelperParameters: readonly ParameterSpec[] = [
  number(
    'lan_aware',
    1,
    'How private addresses are judged. 1: one counts only where it is not the source and no network of this machine holds both, so a phone in the office is not taken to be behind a translator. 0: each one counts, as in SER 0.9.',
  ),
  number(
    'natping_interval',
    0,
    'Most seconds between two packets that keep a translator open; a phone whose translator forgets sooner gets them more often. 0 sends none.',
  ),
  text(
    'natping_method',
    'zeros',
    'What keeps a translator open: zeros (4 zero bytes), crlf, or options (a request, whose answer shows how long the translator remembers).',
  ),
  number('ping_nated_only', 0, '1 sends them only to phones that are marked as being behind a translator.'),
  text(
    'rtpproxy_sock',
    undefined,
    'Relay outside this program: unix:path, udp:host:port or udp6:host:port for rtpproxy, rtpengine:udp:host:port for the ng protocol of rtpengine. Unset: our own relay.',
  ),
  number('rtpproxy_disable', 0, '1 does without rtpproxy.'),
  number('rtpproxy_disable_tout', 60, 'Seconds after which an rtpproxy that fell silent is tried again.'),
  number('rtpproxy_retr', 5, 'How often a command to rtpproxy is sent before it counts as silent.'),
  number('rtpproxy_tout', 1, 'Seconds to wait for each of its answers.'),
  number('received_avp', 42, 'Number of the attribute that carries the source address of a REGISTER.'),
  text('force_socket', undefined, 'Address from which the packets of natping_interval are sent.'),
]

const pingMethods = ['zeros', 'crlf', 'options']

export function refuseNathelperSettings(settings: Settings): Refused | undefined {
  const method = settings.get('natping_method')
  if (typeof method === 'string' && !pingMethods.includes(method)) {
    return {
      refused: `modparam("nathelper", "natping_method", "${method}") is no method that there is.`,
      remedy: `Write one of ${pingMethods.join(', ')}.`,
    }
  }
  const place = settings.get('rtpproxy_sock')
  const problem = typeof place === 'string' ? parseOutsideAddress(place) : undefined
  if (typeof problem === 'string') {
    return {
      refused: `modparam("nathelper", "rtpproxy_sock", "${String(place)}") ${problem}.`,
      remedy: 'Write unix:/path, udp:host:port, udp6:[address]:port or rtpengine:udp:host:port.',
    }
  }
  return undefined
}
