import type { LaterModule } from './later-tables.ts'
import { blocksR, blocksRF, command } from './later-tables.ts'
import { columns, number, text, writableDatabase } from './tables.ts'

/** What a message is handed over to: programs, scripts of users, other networks, presence. */
const programModules: readonly LaterModule[] = [
  {
    name: 'ext',
    summary: 'has a program rewrite the Request-URI',
    parameters: [],
    commands: [
      command(
        'ext_rewriteuri(program)',
        blocksR,
        'Runs {0} and makes what it prints the Request-URI.',
        'module ext',
      ),
      command(
        'ext_rewriteuser(program)',
        blocksR,
        'Runs {0} and makes what it prints the user of the Request-URI.',
        'module ext',
      ),
    ],
  },
  {
    name: 'extcmd',
    summary: 'hands requests over to a program that is connected',
    parameters: [
      text('listen_address', undefined, 'Address at which the program connects.'),
      number('listen_port', 7890, 'Port at which the program connects.'),
    ],
    commands: [
      command(
        'extcmd_dump_req()',
        blocksR,
        'Hands the request over to the program that is connected.',
        'module extcmd',
      ),
    ],
  },
  {
    name: 'print',
    summary: 'prints a text; an example of a module',
    parameters: [
      text('string_param', '', 'A text, for the example.'),
      number('int_param', 0, 'A number, for the example.'),
    ],
    commands: [command('print(text)', blocksR, 'Prints {0}.', 'module print')],
  },
]

const callScriptModules: readonly LaterModule[] = [
  {
    name: 'cpl-c',
    summary: 'runs the call scripts that users have uploaded',
    parameters: [
      text('cpl_db', undefined, 'Database of call scripts.'),
      text('cpl_table', 'cpl', 'Table of call scripts.'),
      text('cpl_dtd_file', undefined, 'File with the grammar of call scripts.'),
      number('proxy_recurse', 0, 'How many redirections in a row are followed.'),
      number('proxy_route', 0, 'Number of the route that runs before a call goes on; 0: none.'),
      number('nat_flag', 6, 'Flag of messages to phones behind an address translator.'),
      text('log_dir', undefined, 'Folder of the logs that call scripts write.'),
      number('case_sensitive', 0, '1 tells capital from small letters in user names.'),
      text('realm_prefix', '', 'Beginning that is taken off a domain, such as "sip.".'),
      text('lookup_domain', undefined, 'Table that a call script looks registrations up in.'),
      number('lookup_append_branches', 0, '1 lets a call ring at all registrations that were found.'),
      text('timer_avp', undefined, 'Attribute that carries the time for which a call rings.'),
    ],
    commands: [
      command(
        'cpl_run_script(which, way)',
        blocksR,
        'Runs the {0} call script of the user, {1}.',
        'RFC 3880, module cpl-c',
      ),
      command(
        'cpl_process_register()',
        blocksR,
        'Takes the call script that a REGISTER carries, and answers.',
        'RFC 3880, module cpl-c',
      ),
      command(
        'cpl_process_register_norpl()',
        blocksR,
        'Takes the call script that a REGISTER carries.',
        'RFC 3880, module cpl-c',
      ),
    ],
  },
  {
    name: 'cpl',
    summary: 'the forerunner of cpl-c',
    parameters: [
      text('cpl_db', undefined, 'Database of call scripts.'),
      text('cpl_table', undefined, 'Table of call scripts.'),
      number('cache_timeout', 5, 'Seconds for which a call script is kept in memory.'),
    ],
    commands: [
      command('cpl_run_script()', blocksR, 'Runs the call script of the user.', 'RFC 3880, module cpl'),
      command(
        'cpl_is_response_accept()',
        blocksR,
        'True if the call script takes the call.',
        'RFC 3880, module cpl',
      ),
      command(
        'cpl_is_response_redirect()',
        blocksR,
        'True if the call script redirects the call.',
        'RFC 3880, module cpl',
      ),
      command(
        'cpl_is_response_reject()',
        blocksR,
        'True if the call script rejects the call.',
        'RFC 3880, module cpl',
      ),
      command(
        'cpl_update_contact()',
        blocksR,
        'Calls the places that the call script names.',
        'RFC 3880, module cpl',
      ),
    ],
  },
]

const messageModules: readonly LaterModule[] = [
  {
    name: 'msilo',
    summary: 'keeps messages for users who are away',
    parameters: [
      text('db_url', writableDatabase, 'Database of messages.'),
      text('db_table', 'silo', 'Table of messages.'),
      text('registrar', undefined, 'URI that tells a sender that a message was kept.'),
      number('expire_time', 259200, 'Seconds for which a message is kept.'),
      number('check_time', 30, 'Seconds between two looks for messages that were delivered.'),
      number('clean_period', 5, 'After how many of these looks old messages are deleted.'),
      number('use_contact', 1, '1 puts a Contact into what is sent.'),
      ...columns(
        ['sc_mid', 'mid', 'the number of the message'],
        ['sc_from', 'src_addr', 'the sender'],
        ['sc_to', 'dst_addr', 'the recipient'],
        ['sc_uri_user', 'username', 'the user'],
        ['sc_uri_host', 'domain', 'the domain'],
        ['sc_body', 'body', 'the text'],
        ['sc_ctype', 'ctype', 'the type of the text'],
        ['sc_exp_time', 'exp_time', 'the time until which it is kept'],
        ['sc_inc_time', 'inc_time', 'the time at which it came'],
      ),
    ],
    commands: [
      command(
        'm_store(target)',
        blocksRF,
        'Keeps the message for later; who it is for is found in the way {0}.',
        'RFC 3428, module msilo',
      ),
      command(
        'm_dump()',
        blocksR,
        'Sends the user who registers all messages that were kept.',
        'RFC 3428, module msilo',
      ),
    ],
  },
  {
    name: 'jabber',
    summary: 'leads messages to Jabber and back',
    parameters: [
      text('db_url', 'sql://root@127.0.0.1/sip_jab', 'Database of users of both networks.'),
      text('jaddress', '127.0.0.1', 'Address of the Jabber server.'),
      number('jport', 5222, 'Port of the Jabber server.'),
      text('jdomain', undefined, 'Domain of the gateway.'),
      text('aliases', undefined, 'Other domains of Jabber.'),
      text('proxy', undefined, 'Next hop for messages that come from Jabber.'),
      number('workers', 2, 'How many processes work.'),
      number('max_jobs', 10, 'How many connections each of them holds.'),
      number('cache_time', 600, 'Seconds after which an idle connection is closed.'),
      number('delay_time', 90, 'Seconds for which messages wait for a connection.'),
      number('sleep_time', 20, 'Seconds between two looks for idle connections.'),
      number('check_time', 20, 'Seconds between two looks whether all processes live.'),
    ],
    commands: [
      command(
        'jab_send_message()',
        blocksR,
        'Sends the message to Jabber.',
        'RFC 3428, RFC 6121, module jabber',
      ),
      command('jab_join_jconf()', blocksR, 'Joins a conference on Jabber.', 'module jabber'),
      command('jab_exit_jconf()', blocksR, 'Leaves a conference on Jabber.', 'module jabber'),
      command('jab_go_online()', blocksR, 'Shows the user as present on Jabber.', 'RFC 6121, module jabber'),
      command('jab_go_offline()', blocksR, 'Shows the user as away on Jabber.', 'RFC 6121, module jabber'),
    ],
  },
  {
    name: 'sms',
    summary: 'leads messages to mobile phones and back',
    parameters: [
      text('networks', undefined, 'The mobile networks, with their message centres.'),
      text('modems', undefined, 'The modems, with their devices.'),
      text('links', undefined, 'Which modem serves which network.'),
      text('default_net', undefined, 'Network that is used where none is named.'),
      number('max_sms_parts', 4, 'Into how many parts a long message may be split.'),
      text(
        'domain',
        undefined,
        'Domain of the gateway; the first address that is listened at where it is absent.',
      ),
      number('use_contact', 0, '1 puts a Contact into what is sent.'),
      number('sms_report_type', 0, 'Which delivery reports are asked for: 0 none.'),
    ],
    commands: [
      command('sms_send_msg()', blocksR, 'Sends the message to a mobile phone.', 'RFC 3428, module sms'),
      command(
        'sms_send_msg_to_net(network)',
        blocksR,
        'Sends the message to a mobile phone, through the network {0}.',
        'RFC 3428, module sms',
      ),
    ],
  },
  {
    name: 'pa',
    summary: 'tells those who ask whether users are present',
    parameters: [
      number('default_expires', 3600, 'Seconds for which a subscription lasts where it does not say.'),
      number('timer_interval', 10, 'Seconds between two looks for subscriptions that are over.'),
      number('use_db', 0, '1 keeps presence in a database.'),
      number('use_place_table', 0, '1 reads the places of users from a table.'),
      number('use_bsearch', 0, '1 searches places by halving.'),
      number('use_location_package', 0, '1 also tells where users are.'),
      text('db_url', undefined, 'Database of presence.'),
      text('pa_domain', undefined, 'Domain of presence.'),
      text('presentity_table', 'presentity', 'Table of users.'),
      text('presentity_contact_table', 'presentity_contact', 'Table of their contacts.'),
      text('watcherinfo_table', 'watcherinfo', 'Table of subscriptions.'),
      text('place_table', 'place', 'Table of places.'),
      number('new_watcher_pending', 0, '1 has each new subscription wait for consent.'),
      number('callback_update_db', 1, '1 writes changes of registrations into the database.'),
      number('callback_lock_pdomain', 1, '1 locks the table while it does so.'),
      number('new_tuple_on_publish', 0, '1 makes a new entry for each PUBLISH.'),
    ],
    commands: [
      command(
        'handle_subscription(table)',
        blocksRF,
        'Takes a SUBSCRIBE for the presence of a user in the table {0}.',
        'RFC 3856, module pa',
      ),
      command(
        'handle_publish(table)',
        blocksRF,
        'Takes the presence that a PUBLISH carries into the table {0}.',
        'RFC 3903, module pa',
      ),
      command(
        'pa_handle_registration(table)',
        blocksR,
        'Takes a REGISTER as a sign of presence for the table {0}.',
        'RFC 3856, module pa',
      ),
      command(
        'existing_subscription(table)',
        blocksR,
        'True if the table {0} holds this subscription already.',
        'RFC 3856, module pa',
      ),
      command('pua_exists(table)', blocksR, 'True if the table {0} holds this user.', 'RFC 3856, module pa'),
    ],
  },
]

export const gatewayModules: readonly LaterModule[] = [
  ...programModules,
  ...callScriptModules,
  ...messageModules,
]
