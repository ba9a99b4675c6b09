import type { LaterModule } from './later-tables.ts'
import { blocksR, blocksRF, blocksRFO, command } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Numbers, targets and what protects the server itself. */
export const serviceModules: readonly LaterModule[] = [
  {
    name: 'enum',
    summary: 'looks telephone numbers up in the DNS',
    parameters: [
      text('domain_suffix', 'e164.arpa.', 'Domain that numbers are looked up in.'),
      text('tel_uri_params', '', 'Parameters that are added to a tel URI that was found.'),
    ],
    commands: [
      command(
        'enum_query()',
        blocksR,
        'Looks the number in the Request-URI up in the DNS and calls what is found.',
        'RFC 6116, module enum',
      ),
      command(
        'enum_query(suffix)',
        blocksR,
        'Looks the number in the Request-URI up under {0} and calls what is found.',
        'RFC 6116, module enum',
      ),
      command(
        'enum_query(suffix, service)',
        blocksR,
        'Looks the number in the Request-URI up under {0} for the service {1} and calls what is found.',
        'RFC 6116, module enum',
      ),
      command(
        'is_from_user_e164()',
        blocksR,
        'True if the caller is a number written in full, with + and country code.',
        'ITU-T E.164, module enum',
      ),
    ],
  },
  {
    name: 'pdt',
    summary: 'turns the first digits of a number into a domain',
    parameters: [
      text('db_url', 'mysql://root@127.0.0.1/pdt', 'Database of prefixes.'),
      text('db_table', 'domains', 'Table of prefixes.'),
      text('prefix', '', 'Digits that stand before the prefix.'),
      number('start_range', 10, 'Lowest prefix that is given to a new domain.'),
      number('terminator', 0, 'Digit that ends the prefix.'),
      number('hsize_2pow', undefined, 'Size of the table in memory, as a power of two.'),
    ],
    commands: [
      command(
        'prefix2domain()',
        blocksR,
        'Sends the call to the domain that the first digits of the number stand for.',
        'module pdt',
      ),
    ],
  },
  {
    name: 'speeddial',
    summary: 'gives each user short numbers',
    parameters: [
      text('db_url', readableDatabase, 'Database of short numbers.'),
      ...columns(
        ['user_column', 'username', 'the user'],
        ['domain_column', 'domain', 'the domain'],
        ['sd_user_column', 'sd_username', 'the short number'],
        ['sd_domain_column', 'sd_domain', 'the domain of the short number'],
        ['new_uri_column', 'new_uri', 'the URI that it stands for'],
      ),
      number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
      text('domain_prefix', undefined, 'Beginning that is taken off a domain, such as "sip.".'),
    ],
    commands: [
      command(
        'sd_lookup(table)',
        blocksR,
        "Calls what the number stands for in the caller's list in the table {0}.",
        'module speeddial',
      ),
    ],
  },
  {
    name: 'dispatcher',
    summary: 'spreads calls over several servers',
    parameters: [
      text('list_file', '/usr/local/etc/ser/dispatcher.list', 'File of the sets of servers.'),
      number('force_dst', 0, '1 also chooses where a next hop is set already.'),
    ],
    commands: [
      command(
        'ds_select_dst(set, rule)',
        blocksR,
        'Chooses a server of the set {0} by the rule {1}.',
        'module dispatcher',
      ),
    ],
  },
  {
    name: 'diversion',
    summary: 'says that a call was diverted, and why',
    parameters: [text('suffix', '', 'What stands at the end of a Diversion header.')],
    commands: [
      command(
        'add_diversion(reason)',
        blocksRF,
        'Adds a Diversion header with the reason {0}.',
        'RFC 5806, module diversion',
      ),
    ],
  },
  {
    name: 'options',
    summary: 'answers OPTIONS',
    parameters: [
      text('accept', '*/*', 'Accept of the answer.'),
      text('accept_encoding', '', 'Accept-Encoding of the answer.'),
      text('accept_language', 'en', 'Accept-Language of the answer.'),
      text('support', '', 'Supported of the answer.'),
    ],
    commands: [
      command(
        'options_reply()',
        blocksR,
        'Answers an OPTIONS that is for this server itself.',
        'RFC 3261 §11.2, module options',
      ),
    ],
  },
  {
    name: 'pike',
    summary: 'notices addresses that send too much',
    parameters: [
      number('sampling_time_unit', 2, 'Seconds over which requests are counted.'),
      number('reqs_density_per_unit', 30, 'Requests in that time above which an address is turned away.'),
      number('remove_latency', 120, 'Seconds after its last request for which an address is remembered.'),
    ],
    commands: [
      command(
        'pike_check_req()',
        blocksR,
        'False if the address of the sender sends too many requests.',
        'module pike',
      ),
    ],
  },
  {
    name: 'gflags',
    summary: 'keeps flags for the whole server, which can be set from outside',
    parameters: [number('initial', 0, 'The flags at the start, as one number.')],
    commands: [
      command('set_gflag(flag)', blocksRFO, 'Sets the flag {0} of the server.', 'module gflags'),
      command('reset_gflag(flag)', blocksRFO, 'Clears the flag {0} of the server.', 'module gflags'),
      command('is_gflag(flag)', blocksRFO, 'True if the flag {0} of the server is set.', 'module gflags'),
    ],
  },
]
