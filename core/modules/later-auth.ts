import type { LaterModule } from './later-tables.ts'
import { blocksR, command } from './later-tables.ts'
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

/** Who somebody is: digests (RFC 2617) against a database, RADIUS or Diameter. */
const digestModules: readonly LaterModule[] = [
  {
    name: 'auth',
    summary: 'challenges for passwords and keeps the books of nonces',
    parameters: [
      text(
        'secret',
        undefined,
        'Text from which nonces are made; drawn anew at each start where it is absent.',
      ),
      number('nonce_expire', 300, 'Seconds for which a nonce is good.'),
      text('rpid_prefix', '', 'What stands before the URI in a Remote-Party-ID.'),
      text(
        'rpid_suffix',
        ';party=calling;id-type=subscriber;screen=yes',
        'What stands behind the URI in a Remote-Party-ID.',
      ),
      text('realm_prefix', '', 'Beginning that is taken off a realm, such as "sip.".'),
    ],
    commands: [
      command(
        'www_challenge(realm, qop)',
        blocksR,
        'Answers 401 and asks for a password for {0}; the block ends here.',
        'RFC 3261 §22.2, RFC 2617 §3.2.1, module auth',
      ),
      command(
        'proxy_challenge(realm, qop)',
        blocksR,
        'Answers 407 and asks for a password for {0}; the block ends here.',
        'RFC 3261 §22.3, RFC 2617 §3.2.1, module auth',
      ),
      command(
        'consume_credentials()',
        blocksR,
        'Takes the credentials that were checked here out of the message that goes on.',
        'RFC 3261 §22.3, module auth',
      ),
      command(
        'is_rpid_user_e164()',
        blocksR,
        'True if the number for the Remote-Party-ID is written in full, with + and country code.',
        'module auth; ITU-T E.164',
      ),
      command(
        'append_rpid_hf()',
        blocksR,
        'Adds a Remote-Party-ID with the number that the user account holds.',
        'module auth',
      ),
      command(
        'append_rpid_hf(prefix, suffix)',
        blocksR,
        'Adds a Remote-Party-ID made of {0}, the number of the user account and {1}.',
        'module auth',
      ),
    ],
  },
  {
    name: 'auth_db',
    summary: 'checks passwords against a table of users',
    parameters: [
      database,
      ...columns(
        ['user_column', 'username', 'the user'],
        ['domain_column', 'domain', 'the domain'],
        ['password_column', 'ha1', 'the password, or its hash'],
        ['password_column_2', 'ha1b', 'the hash made with user@domain'],
      ),
      number('calculate_ha1', 0, '1: the password column holds plain passwords, 0: hashes.'),
      number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
      text('avps_column_int', 'domn', 'Columns that become attributes with numbers, parted by |.'),
      text('avps_column_str', 'uuid|rpid', 'Columns that become attributes with texts, parted by |.'),
    ],
    commands: [
      command(
        'www_authorize(realm, table)',
        blocksR,
        'True if the request proves with a password of the table {1} who sends it, for {0}.',
        'RFC 3261 §22.2, module auth_db',
      ),
      command(
        'proxy_authorize(realm, table)',
        blocksR,
        'True if the request proves with a password of the table {1} to this proxy who sends it, for {0}.',
        'RFC 3261 §22.3, module auth_db',
      ),
    ],
  },
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

/** URIs and those who use them. */
const uriModules: readonly LaterModule[] = [
  {
    name: 'uri',
    summary: 'looks at the parts of URIs and of credentials',
    parameters: [],
    commands: [
      command(
        'is_user(name)',
        blocksR,
        'True if the credentials are those of {0}.',
        'module uri; RFC 2617 §3.2.2',
      ),
      command(
        'has_totag()',
        blocksR,
        'True if the request belongs to a call that is there already.',
        'RFC 3261 §12.2.2, module uri',
      ),
      command(
        'uri_param(name)',
        blocksR,
        'True if the Request-URI has a parameter {0}.',
        'RFC 3261 §19.1.1, module uri',
      ),
      command(
        'uri_param(name, value)',
        blocksR,
        'True if the Request-URI has a parameter {0} with the value {1}.',
        'RFC 3261 §19.1.1, module uri',
      ),
      command(
        'add_uri_param(parameter)',
        blocksR,
        'Adds the parameter {0} to the Request-URI.',
        'RFC 3261 §19.1.1, module uri',
      ),
      command('tel2sip()', blocksR, 'Turns a tel URI into a SIP URI.', 'RFC 3261 §19.1.6, module uri'),
    ],
  },
  {
    name: 'uri_db',
    summary: 'checks names in URIs against tables of users',
    parameters: [
      database,
      text('uri_table', 'uri', 'Table of the URIs that each user may use.'),
      ...columns(
        ['uri_user_column', 'username', 'the user of that table'],
        ['uri_domain_column', 'domain', 'the domain of that table'],
        ['uri_uriuser_column', 'uri_user', 'the name that the user may use'],
      ),
      text('subscriber_table', 'subscriber', 'Table of users.'),
      ...columns(
        ['subscriber_user_column', 'username', 'the user'],
        ['subscriber_domain_column', 'domain', 'the domain'],
      ),
      number(
        'use_uri_table',
        0,
        '1 looks into the table of URIs, 0 compares with the name of the credentials.',
      ),
      number('use_domain', 0, '1 compares user and domain, 0 the user alone.'),
    ],
    commands: [
      command(
        'check_to()',
        blocksR,
        'True if the sender may use the name in To.',
        'module uri_db; RFC 3261 §10.3 step 4',
      ),
      command(
        'check_from()',
        blocksR,
        'True if the sender may use the name in From.',
        'module uri_db; RFC 3261 §22.1',
      ),
      command(
        'does_uri_exist()',
        blocksR,
        'True if there is a user of the name in the Request-URI.',
        'module uri_db',
      ),
    ],
  },
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
