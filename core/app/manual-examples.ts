/** A small script of the manual, the message that a test tries it with, and the sentence that this ends with. */
export interface ManualExample {
  readonly module: string
  readonly title: string
  readonly script: string
  /** Options of `sidetone trace`. */
  readonly trial: readonly string[]
  readonly ends: string
}

function example(module: string, title: string, trial: string, ends: string, body: string): ManualExample {
  const used = [...new Set(['sl', module, ...needed(body)])]
  const loads = used.map((name) => `loadmodule "${name}.so"`).join('\n')
  return {
    module,
    title,
    trial: trial.split(' ').filter((word) => word !== ''),
    ends,
    script: `${loads}\n${body}`,
  }
}

/** Modules whose commands stand in the example beside its own. */
function needed(body: string): string[] {
  const owners = [
    [/t_relay|t_on_|t_check_status/, 'tm'],
    [/lookup|save/, 'usrloc'],
    [/lookup|save/, 'registrar'],
    [/has_totag/, 'uri'],
  ] as const
  return owners.flatMap(([pattern, name]) => (pattern.test(body) ? [name] : []))
}

export const examples: readonly ManualExample[] = [
  example(
    'sl',
    'nobody is at home',
    '',
    'Answered to 203.0.113.1:5060: 404 Not Found',
    'route {\n    sl_send_reply("404", "Not Found");\n}',
  ),
  example(
    'tm',
    'to a voicemail when the phone is busy',
    '--registered 102 --answer 486',
    'Relayed to 192.0.2.9:5060: INVITE sip:102@192.0.2.9 SIP/2.0',
    `route {
    if (!lookup("location")) { sl_send_reply("404", "Not Found"); break; };
    t_on_failure("1");
    if (!t_relay()) { sl_reply_error(); };
}
failure_route[1] {
    if (t_check_status("486")) {
        revert_uri();
        rewritehostport("192.0.2.9");
        append_branch();
        t_relay();
    };
}`,
  ),
  example(
    'maxfwd',
    'a request that goes round in a circle',
    '',
    'Answered to 203.0.113.1:5060: 200 OK',
    `route {
    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); break; };
    sl_send_reply("200", "OK");
}`,
  ),
  example(
    'registrar',
    'a call to a phone that has registered',
    '--registered 102',
    'Relayed to 203.0.113.10:5060: INVITE sip:102@203.0.113.10:5060 SIP/2.0',
    `route {
    if (method=="REGISTER") { save("location"); break; };
    if (!lookup("location")) { sl_send_reply("404", "Not Found"); break; };
    if (!t_relay()) { sl_reply_error(); };
}`,
  ),
  example(
    'rr',
    'a first request with a Route of its own',
    '--header Route:<sip:192.0.2.66;lr>',
    'Answered to 203.0.113.1:5060: 403 Preset Route Refused',
    `route {
    if (loose_route()) { t_relay(); break; };
    sl_send_reply("404", "Not Found");
}`,
  ),
  example(
    'textops',
    'a phone that is not wanted',
    '--header User-Agent:scanner',
    'Answered to 203.0.113.1:5060: 403 Forbidden',
    'route {\n    if (search("^User-Agent:.*scanner")) { sl_send_reply("403", "Forbidden"); break; };\n    sl_send_reply("200", "OK");\n}',
  ),
  example(
    'avpops',
    'a number of the caller travels with the call',
    '--from 101',
    'Answered to 203.0.113.1:5060: 302 Moved',
    `route {
    avp_write("$from/username", "s:caller");
    if (avp_check("s:caller", "eq/s:101")) {
        rewriteuser("reception");
        sl_send_reply("302", "Moved");
        break;
    };
    sl_send_reply("404", "Not Found");
}`,
  ),
  example(
    'avp',
    'the dialled number is kept and brought back',
    '--to 900',
    'Answered to 203.0.113.1:5060: 200 OK',
    `route {
    uri2attr("dialled");
    rewriteuser("901");
    attr2uri("dialled");
    if (uri=~"^sip:900@") { sl_send_reply("200", "OK"); break; };
    sl_send_reply("404", "Not Found");
}`,
  ),
  example(
    'gflags',
    'a night service that is switched from outside',
    '',
    'Answered to 203.0.113.1:5060: 480 Closed',
    `modparam("gflags", "initial", 2)
route {
    if (is_gflag("1")) { sl_send_reply("480", "Closed"); break; };
    sl_send_reply("200", "OK");
}`,
  ),
  example(
    'options',
    'is the server alive',
    '--method OPTIONS --to sip:127.0.0.1',
    'Answered to 203.0.113.1:5060: 200 OK',
    'route {\n    if (!options_reply()) { sl_send_reply("404", "Not Found"); };\n}',
  ),
  example(
    'pike',
    'an address that sends too much is turned away',
    '',
    'Answered to 203.0.113.1:5060: 503 Slow Down',
    `modparam("pike", "reqs_density_per_unit", 0)
route {
    if (!pike_check_req()) { sl_send_reply("503", "Slow Down"); break; };
    sl_send_reply("200", "OK");
}`,
  ),
  example(
    'exec',
    'a program is asked for and not run',
    '',
    'Answered to 203.0.113.1:5060: 500 Not Done',
    'route {\n    if (!exec_msg("/usr/local/bin/welcome")) { sl_send_reply("500", "Not Done"); };\n}',
  ),
  example(
    'permissions',
    'without lists everybody may call',
    '',
    'Answered to 203.0.113.1:5060: 200 OK',
    'route {\n    if (!allow_routing()) { sl_send_reply("403", "Forbidden"); break; };\n    sl_send_reply("200", "OK");\n}',
  ),
  example(
    'group',
    'only members of a group may call abroad',
    '--to 00331',
    'Answered to 203.0.113.1:5060: 403 Not For You',
    'route {\n    if (uri=~"^sip:00" && !is_user_in("From", "int")) { sl_send_reply("403", "Not For You"); break; };\n    sl_send_reply("200", "OK");\n}',
  ),
  example(
    'xlog',
    'a line for each request',
    '',
    'Answered to 203.0.113.1:5060: 200 OK',
    'route {\n    xlog("L_INFO", "%rm from %fu to %ru\\n");\n    sl_send_reply("200", "OK");\n}',
  ),
]
