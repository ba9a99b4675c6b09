import type { LaterModule } from './later-tables.ts'
import { blocksR, blocksRF, command } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

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
const database = text('db_url', readableDatabase, 'Database that is asked.')

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
    name: 'group',
    summary: 'knows which users belong to which groups',
    parameters: [
      database,
      text('table', 'grp', 'Table of groups.'),
      ...columns(
        ['user_column', 'username', 'the user'],
        ['domain_column', 'domain', 'the domain'],
        ['group_column', 'grp', 'the group'],
      ),
      number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
    ],
    commands: [
      command(
        'is_user_in(who, group)',
        blocksR,
        'True if the user of {0} belongs to the group {1}.',
        'module group',
      ),
    ],
  },
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
  {
    name: 'permissions',
    summary: 'lets calls and registrations through by lists of patterns and of trusted hosts',
    parameters: [
      text('default_allow_file', 'permissions.allow', 'File of what is let through.'),
      text('default_deny_file', 'permissions.deny', 'File of what is turned away.'),
      number('check_all_branches', 1, '1 checks every target, 0 the Request-URI alone.'),
      text(
        'allow_suffix',
        '.allow',
        'Ending of the first file where a command names both by their beginning.',
      ),
      text('deny_suffix', '.deny', 'Ending of the second file there.'),
      text('db_url', undefined, 'Database with the table of trusted hosts.'),
      number('db_mode', 0, '1 keeps the table of trusted hosts in memory.'),
      text('trusted_table', 'trusted', 'Table of trusted hosts.'),
      ...columns(
        ['source_col', 'src_ip', 'the address'],
        ['proto_col', 'proto', 'the transport'],
        ['from_col', 'from_pattern', 'the pattern for the URI of From'],
      ),
    ],
    commands: [
      command(
        'allow_routing()',
        blocksRF,
        'True if the lists let this caller reach this target.',
        'module permissions',
      ),
      command(
        'allow_routing(base)',
        blocksRF,
        'True if the lists whose names begin with {0} let this caller reach this target.',
        'module permissions',
      ),
      command(
        'allow_routing(allow, deny)',
        blocksRF,
        'True if the lists {0} and {1} let this caller reach this target.',
        'module permissions',
      ),
      command(
        'allow_register(base)',
        blocksRF,
        'True if the lists whose names begin with {0} let this user register these contacts.',
        'module permissions; RFC 3261 §10.3',
      ),
      command(
        'allow_register(allow, deny)',
        blocksRF,
        'True if the lists {0} and {1} let this user register these contacts.',
        'module permissions; RFC 3261 §10.3',
      ),
      command(
        'allow_trusted()',
        blocksRF,
        'True if the request comes from a trusted host.',
        'module permissions',
      ),
    ],
  },
  {
    name: 'domain',
    summary: 'knows which domains are served here',
    parameters: [
      database,
      number('db_mode', 0, '1 keeps the table of domains in memory.'),
      text('domain_table', 'domain', 'Table of domains.'),
      ...columns(['domain_col', 'domain', 'the domain']),
    ],
    commands: [
      command('is_from_local()', blocksR, 'True if the domain of From is served here.', 'module domain'),
      command(
        'is_uri_host_local()',
        blocksR,
        'True if the domain of the Request-URI is served here.',
        'module domain',
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
