import type { LaterModule } from './later-tables.ts'
import { blocksRF, command } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Attributes ("AVPs") that go with a transaction, and the preferences of users that they come from. */
export const attributeModules: readonly LaterModule[] = [
  {
    name: 'avpops',
    summary: 'reads, writes and compares attributes of a call, and keeps them in a database',
    parameters: [
      text('avp_url', undefined, 'Database of attributes.'),
      text('avp_table', undefined, 'Table of attributes; needed with avp_url.'),
      text('avp_aliases', undefined, 'Other names for attributes, such as "name=i:12;other=s:text".'),
      number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
      ...columns(
        ['uuid_column', 'uuid', 'the identifier'],
        ['username_column', 'username', 'the user'],
        ['domain_column', 'domain', 'the domain'],
        ['attribute_column', 'attribute', 'the name of the attribute'],
        ['value_column', 'value', 'its value'],
        ['type_column', 'type', 'its type'],
      ),
      text('db_scheme', undefined, 'Another way to read a table, such as "name:table=..;value_column=..".'),
    ],
    commands: [
      command(
        'avp_db_load(source, name)',
        blocksRF,
        'Loads the attributes {1} of {0} from the database.',
        'module avpops',
      ),
      command(
        'avp_db_store(source, name)',
        blocksRF,
        'Stores the attributes {1} of {0} in the database.',
        'module avpops',
      ),
      command(
        'avp_db_delete(source, name)',
        blocksRF,
        'Deletes the attributes {1} of {0} from the database.',
        'module avpops',
      ),
      command(
        'avp_write(value, name)',
        blocksRF,
        'Gives the call an attribute {1} with the value {0}.',
        'module avpops',
      ),
      command('avp_delete(name)', blocksRF, 'Takes the attribute {0} from the call.', 'module avpops'),
      command(
        'avp_pushto(target, name)',
        blocksRF,
        'Writes the value of the attribute {1} into {0}.',
        'module avpops',
      ),
      command(
        'avp_check(name, comparison)',
        blocksRF,
        'True if the attribute {0} meets {1}.',
        'module avpops',
      ),
      command('avp_print()', blocksRF, 'Writes the attributes of the call into the log.', 'module avpops'),
    ],
  },
  {
    name: 'avp',
    summary: 'sets and reads attributes of a call',
    parameters: [],
    commands: [
      command(
        'set_iattr(name, number)',
        blocksRF,
        'Gives the call an attribute {0} with the number {1}.',
        'module avp',
      ),
      command(
        'set_sattr(name, text)',
        blocksRF,
        'Gives the call an attribute {0} with the text {1}.',
        'module avp',
      ),
      command('uri2attr(name)', blocksRF, 'Keeps the Request-URI as the attribute {0}.', 'module avp'),
      command('attr2uri(name)', blocksRF, 'Makes the attribute {0} the Request-URI.', 'module avp'),
      command('is_sattr_set(name)', blocksRF, 'True if the call has an attribute {0}.', 'module avp'),
      command('print_sattr(name)', blocksRF, 'Writes the attribute {0} into the log.', 'module avp'),
      command('flags2attr()', blocksRF, 'Keeps the flags of the message as an attribute.', 'module avp'),
      command(
        'avp_exists(name, value)',
        blocksRF,
        'True if the call has an attribute {0} with the value {1}.',
        'module avp',
      ),
    ],
  },
  {
    name: 'avp_db',
    summary: 'loads the preferences of caller or callee as attributes',
    parameters: [
      text('db_url', readableDatabase, 'Database of preferences.'),
      text('pref_table', 'usr_preferences', 'Table of preferences.'),
      ...columns(
        ['uuid_column', 'uuid', 'the identifier'],
        ['username_column', 'username', 'the user'],
        ['domain_column', 'domain', 'the domain'],
        ['attr_column', 'attribute', 'the name of the preference'],
        ['val_column', 'value', 'its value'],
      ),
      number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
    ],
    commands: [
      command(
        'avp_load(who)',
        blocksRF,
        'Loads the preferences of the {0} from the database.',
        'module avp_db',
      ),
    ],
  },
  {
    name: 'avp_radius',
    summary: 'loads the preferences of caller or callee from a RADIUS server',
    parameters: [
      text(
        'radius_config',
        '/usr/local/etc/radiusclient/radiusclient.conf',
        'File that says where the RADIUS server is.',
      ),
      number(
        'caller_service_type',
        undefined,
        'Service-Type that is asked with for a caller; the one of the dictionary where it is absent.',
      ),
      number(
        'callee_service_type',
        undefined,
        'Service-Type that is asked with for a callee; the one of the dictionary where it is absent.',
      ),
    ],
    commands: [
      command(
        'avp_load_radius(who)',
        blocksRF,
        'Loads the preferences of the {0} from a RADIUS server.',
        'RFC 2865, module avp_radius',
      ),
    ],
  },
]
