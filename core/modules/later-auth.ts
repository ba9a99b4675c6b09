import type { LaterModule } from './later-tables.ts'
import { blocksR, command } from './later-tables.ts'
import { number, text } from './tables.ts'

const radiusFile = text(
  'radius_config',
  '/usr/local/etc/radiusclient/radiusclient.conf',
  'File that says where the RADIUS server is.',
)
const serviceType = number(
  'service_type',
  undefined,
  'Service-Type that the RADIUS server is asked with; the one of its dictionary where it is absent.',
)

/** Who somebody is, asked of RADIUS or Diameter. */
const digestModules: readonly LaterModule[] = [
  {
    name: 'auth_radius',
    summary: 'has a RADIUS server check passwords',
    parameters: [radiusFile, serviceType],
    commands: [
      command(
        'radius_www_authorize(realm)',
        blocksR,
        'True if a RADIUS server accepts the credentials for {0}.',
        'RFC 3261 §22.2, RFC 5090, module auth_radius',
      ),
      command(
        'radius_proxy_authorize(realm)',
        blocksR,
        'True if a RADIUS server accepts the credentials for this proxy, for {0}.',
        'RFC 3261 §22.3, RFC 5090, module auth_radius',
      ),
    ],
  },
  {
    name: 'auth_diameter',
    summary: 'has a Diameter server check passwords and groups',
    parameters: [
      text('diameter_client_host', 'localhost', 'Host of the Diameter client.'),
      number('diameter_client_port', 3000, 'Port of the Diameter client.'),
      number('use_domain', 0, '1 asks for user and domain, 0 for the user alone.'),
    ],
    commands: [
      command(
        'diameter_www_authorize(realm)',
        blocksR,
        'True if a Diameter server accepts the credentials for {0}.',
        'RFC 3261 §22.2, RFC 4740, module auth_diameter',
      ),
      command(
        'diameter_proxy_authorize(realm)',
        blocksR,
        'True if a Diameter server accepts the credentials for this proxy, for {0}.',
        'RFC 3261 §22.3, RFC 4740, module auth_diameter',
      ),
      command(
        'diameter_is_user_in(who, group)',
        blocksR,
        'True if the Diameter server says that the user of {0} belongs to {1}.',
        'RFC 4740, module auth_diameter',
      ),
    ],
  },
]

/** What somebody may do, and whether names and domains are ours. */
const rightsModules: readonly LaterModule[] = [
  {
    name: 'group_radius',
    summary: 'asks a RADIUS server for groups',
    parameters: [radiusFile, number('use_domain', 1, '1 asks for user and domain, 0 for the user alone.')],
    commands: [
      command(
        'radius_is_user_in(who, group)',
        blocksR,
        'True if the RADIUS server says that the user of {0} belongs to {1}.',
        'RFC 2865, module group_radius',
      ),
    ],
  },
]

/** URIs, asked of RADIUS. */
const uriModules: readonly LaterModule[] = [
  {
    name: 'uri_radius',
    summary: 'asks a RADIUS server whether a URI exists',
    parameters: [radiusFile, serviceType],
    commands: [
      command(
        'radius_does_uri_exist()',
        blocksR,
        'True if the RADIUS server knows the Request-URI.',
        'RFC 2865, module uri_radius',
      ),
    ],
  },
]

export const authModules: readonly LaterModule[] = [...digestModules, ...rightsModules, ...uriModules]
