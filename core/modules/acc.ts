import type { Run } from '../exchange/index.ts'
import { unknownLetter } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, ParameterSpec, Refused, Settings, Step } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { columns, number, text, writableDatabase } from './tables.ts'

const flags = ['log_flag', 'log_missed_flag', 'db_flag', 'db_missed_flag']
const absent = ['radius_flag', 'radius_missed_flag', 'diameter_flag', 'diameter_missed_flag']

/** Records of transactions, as SER writes them. */
export const acc: ModuleSpec<Run> = {
  name: 'acc',
  summary: 'keeps records of calls',
  parameters: [...recordParameters(), ...databaseParameters(), ...remoteParameters()],
  refuse,
  commands: [
    command(
      'acc_log_request',
      ['comment'],
      'Writes a record of this request into the log, with the comment {0}.',
      (comment) => (run) => run.exchange.accounting?.logRequest(run, comment) ?? -1,
    ),
    command(
      'acc_db_request',
      ['comment', 'table'],
      'Writes a record of this request into the table {1}, with the comment {0}.',
      (comment, table) => (run) => run.exchange.accounting?.storeRequest(run, comment, table) ?? -1,
    ),
    {
      name: 'acc_rad_request',
      takes: ['comment'],
      blocks: inRequest,
      explanation: 'Reports this request to RADIUS, with the comment {0}.',
      rests: 'RFC 2866, module acc',
    },
    {
      name: 'acc_diam_request',
      takes: ['comment'],
      blocks: inRequest,
      explanation: 'Reports this request to Diameter, with the comment {0}.',
      rests: 'RFC 4740, module acc',
    },
  ],
}

function refuse(settings: Settings): Refused | undefined {
  for (const name of flags) {
    const flag = Number(settings.get(name) ?? 0)
    if (flag < 0 || flag > 31)
      return {
        refused: `modparam("acc", "${name}", ${flag}) is no flag.`,
        remedy: 'Flags are 1 to 31; 0 is off.',
      }
  }
  for (const name of absent)
    if (Number(settings.get(name) ?? 0) !== 0)
      return {
        refused: `modparam("acc", "${name}", …) asks for reports to another server, which is not built.`,
        remedy: 'Write 0, and let log_flag or db_flag record the calls.',
      }
  const letter = unknownLetter(String(settings.get('log_fmt') ?? ''))
  return letter === undefined
    ? undefined
    : {
        refused: `modparam("acc", "log_fmt", …) has the letter "${letter}", which stands for nothing.`,
        remedy: 'Letters are c d D f F i m n o p r s S t T u U 0 1 X.',
      }
}

function command(
  name: string,
  takes: readonly string[],
  explanation: string,
  make: (first: string, second: string) => Step<Run>,
): CommandSpec<Run> {
  return {
    name,
    takes,
    blocks: inRequest,
    explanation,
    rests: 'module acc',
    prepare: ([first = '', second = '']) => make(first, second),
  }
}

function recordParameters(): ParameterSpec[] {
  return [
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
  ]
}

function databaseParameters(): ParameterSpec[] {
  return [
    text('db_url', writableDatabase, 'Database of other systems; this one has its own store.'),
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
  ]
}

/** Known, so that scripts which name them can be loaded; what they switch on is refused. */
function remoteParameters(): ParameterSpec[] {
  return [
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
  ]
}
