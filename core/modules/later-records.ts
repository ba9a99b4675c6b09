import type { LaterModule } from './later-tables.ts'
import { blocksR, columns, command, number, text, writableDatabase } from './later-tables.ts'

/** Records of calls, and the databases that other modules keep things in. */
export const recordModules: readonly LaterModule[] = [
  {
    name: 'acc',
    summary: 'keeps records of calls',
    parameters: [
      number('early_media', 0, '1 records a call from its 183 on.'),
      number('failed_transactions', 0, '1 also records calls that failed.'),
      number('report_ack', 1, '1 also records the ACK of an answered call.'),
      number('report_cancels', 0, '1 also records CANCEL.'),
      number('log_flag', 0, 'Flag of the calls that are recorded in the log; 0: none.'),
      number(
        'log_missed_flag',
        0,
        'Flag of the calls that are recorded in the log when they are missed; 0: none.',
      ),
      number('log_level', 2, 'Level of these log lines.'),
      text('log_fmt', 'miocfs', 'What these log lines hold, one letter each.'),
      number('db_flag', 0, 'Flag of the calls that are recorded in the database; 0: none.'),
      number(
        'db_missed_flag',
        0,
        'Flag of the calls that are recorded in the database when they are missed; 0: none.',
      ),
      text('db_url', writableDatabase, 'Database of records.'),
      text('db_table_acc', 'acc', 'Table of calls.'),
      text('db_table_missed_calls', 'missed_calls', 'Table of missed calls.'),
      number('db_localtime', 0, '1 writes local time, 0 UTC.'),
      ...columns(
        ['acc_sip_from_column', 'sip_from', 'From'],
        ['acc_sip_to_column', 'sip_to', 'To'],
        ['acc_sip_status_column', 'sip_status', 'the status'],
        ['acc_sip_method_column', 'sip_method', 'the method'],
        ['acc_i_uri_column', 'i_uri', 'the Request-URI as it came'],
        ['acc_o_uri_column', 'o_uri', 'the Request-URI as it went'],
        ['acc_from_uri_column', 'from_uri', 'the URI of From'],
        ['acc_to_uri_column', 'to_uri', 'the URI of To'],
        ['acc_sip_callid_column', 'sip_callid', 'the Call-ID'],
        ['acc_user_column', 'username', 'the user'],
        ['acc_domain_column', 'domain', 'the domain'],
        ['acc_fromtag_column', 'fromtag', 'the tag of From'],
        ['acc_totag_column', 'totag', 'the tag of To'],
        ['acc_time_column', 'time', 'the time'],
      ),
      text(
        'radius_config',
        '/usr/local/etc/radiusclient/radiusclient.conf',
        'File that says where the RADIUS server is.',
      ),
      number('radius_flag', 0, 'Flag of the calls that are reported to RADIUS; 0: none.'),
      number(
        'radius_missed_flag',
        0,
        'Flag of the calls that are reported to RADIUS when they are missed; 0: none.',
      ),
      number(
        'service_type',
        undefined,
        'Service-Type of these reports; the one of the dictionary where it is absent.',
      ),
      number('diameter_flag', 0, 'Flag of the calls that are reported to Diameter; 0: none.'),
      number(
        'diameter_missed_flag',
        0,
        'Flag of the calls that are reported to Diameter when they are missed; 0: none.',
      ),
      text('diameter_client_host', 'localhost', 'Host of the Diameter client.'),
      number('diameter_client_port', 3000, 'Port of the Diameter client.'),
    ],
    commands: [
      command(
        'acc_log_request(comment)',
        blocksR,
        'Writes a record of this request into the log, with the comment {0}.',
        'module acc',
      ),
      command(
        'acc_db_request(comment, table)',
        blocksR,
        'Writes a record of this request into the table {1}, with the comment {0}.',
        'module acc',
      ),
      command(
        'acc_rad_request(comment)',
        blocksR,
        'Reports this request to RADIUS, with the comment {0}.',
        'RFC 2866, module acc',
      ),
      command(
        'acc_diam_request(comment)',
        blocksR,
        'Reports this request to Diameter, with the comment {0}.',
        'RFC 4740, module acc',
      ),
    ],
  },
  {
    name: 'flatstore',
    summary: 'stands for records in plain files',
    parameters: [number('flush', 1, '1 writes each record to disk at once.')],
    commands: [],
  },
]
