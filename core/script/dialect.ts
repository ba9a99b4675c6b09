/** A word of another SER-like language: whose it is, and what to write here. */
export interface Foreign {
  readonly dialect: string
  readonly remedy: string
}

const oldSer = 'SER 0.8'
const openSer = 'OpenSER and its successors'
const ser2 = 'SER 2.0'
const kamailio = 'Kamailio and OpenSIPS'

const foreignWords: ReadonlyMap<string, Foreign> = new Map([
  word('len_gt', oldSer, 'Write msg:len > max_len as the condition.'),
  word('rewriteFromRoute', oldSer, 'Load rr.so and write loose_route() as the condition.'),
  word('addRecordRoute', oldSer, 'Load rr.so and write record_route();.'),
  word('reply_route', `${oldSer} and Kamailio`, 'Write onreply_route[1] and arm it with t_on_reply("1").'),
  word('t_on_negative', oldSer, 'Write t_on_failure("1") and a failure_route[1].'),
  word('sl_filter_ACK', oldSer, 'Leave it out; ACKs to our own replies are taken away without it.'),
  word('mf_process_maxfwd', oldSer, 'Write mf_process_maxfwd_header("10").'),
  word('exit', openSer, 'Write break; in the main route; a route that was called ends only itself.'),
  word('return', openSer, 'Write break; — a route gives no value back, so let a flag carry the answer.'),
  word('is_method', openSer, 'Write method=="INVITE"; join several with ||.'),
  word('has_body', openSer, 'Load textops.so and write search("^Content-Length:[ ]*[1-9]").'),
  word('t_on_branch', openSer, 'Do the work in the route before t_relay().'),
  word('branch_route', openSer, 'Do the work in the route before t_relay().'),
  word('error_route', openSer, 'Leave it out; there is no such block.'),
  word('local_route', openSer, 'Leave it out; there is no such block.'),
  word('startup_route', openSer, 'Leave it out; there is no such block.'),
  word('timer_route', openSer, 'Leave it out; there is no such block.'),
  word('t_was_cancelled', openSer, 'Leave it out; a cancelled call is never forked again.'),
  word('t_local_replied', openSer, 'Write t_check_status("408") and the like in the failure_route.'),
  word('t_flush_flags', openSer, 'Set the flags before t_relay().'),
  word('search_body', openSer, 'Load textops.so and write search("…").'),
  word('lookup_contacts', ser2, 'Write lookup("location").'),
  word('save_contacts', ser2, 'Write save("location").'),
  word('lookup_domain', ser2, 'Write uri==myself, with alias= for each domain.'),
  word('lookup_user', ser2, 'Write does_uri_exist().'),
  word('request_route', kamailio, 'Write route{ … }.'),
  word('event_route', 'Kamailio', 'Leave it out; there is no such block.'),
  word('onsend_route', `${ser2} and Kamailio`, 'Leave it out; there is no such block.'),
  word('while', kamailio, 'There are no loops; write the cases one after another.'),
  word('for', kamailio, 'There are no loops; write the cases one after another.'),
  word('switch', kamailio, 'Write a chain of if … else if ….'),
  word('case', kamailio, 'Write a chain of if … else if ….'),
  word('xdbg', kamailio, 'Write log(4, "…");.'),
  word('xinfo', kamailio, 'Write log(3, "…");.'),
  word('xerr', kamailio, 'Write log(1, "…");.'),
  word('xnotice', kamailio, 'Write log(2, "…");.'),
  word('is_present_hf', kamailio, 'Load textops.so and write search("^Name:").'),
  word('is_request', kamailio, 'Leave it out; route runs for requests only.'),
  word('is_reply', kamailio, 'Leave it out; onreply_route runs for replies only.'),
  word('sl_reply', kamailio, 'Write sl_send_reply("404", "Not Found");.'),
  word('send_reply', kamailio, 'Write sl_send_reply("404", "Not Found");.'),
  word('rtpproxy_offer', kamailio, 'Load nathelper.so and write force_rtp_proxy();.'),
  word('rtpproxy_answer', kamailio, 'Load nathelper.so and write force_rtp_proxy();.'),
  word('rtpproxy_manage', kamailio, 'Load nathelper.so and write force_rtp_proxy();.'),
  word('auth_check', kamailio, 'Write www_authorize("", "subscriber") as the condition.'),
  word('auth_challenge', kamailio, 'Write www_challenge("", "0");.'),
])

const foreignSigns: ReadonlyMap<string, Foreign> = new Map([
  word(
    '$',
    `${openSer} (variables)`,
    'There are no variables; use uri, from_uri, method, flags or the commands of avpops.so.',
  ),
  word('@', `${ser2} (selects)`, 'There are no selects; use uri, from_uri, to_uri, method or search("…").'),
  word('+', kamailio, 'There is no arithmetic and no joining of texts; write the whole text.'),
  word('?', kamailio, 'Write an if.'),
  word('%', kamailio, 'There is no arithmetic.'),
])

/** Recognises a word, or a character such as `$`, that other dialects have and SER 0.9 has not. */
export function recogniseForeign(name: string): Foreign | undefined {
  return foreignWords.get(name) ?? foreignSigns.get(name.charAt(0))
}

/** The dialect that a `#!` line at the head of a file declares. */
export function recogniseDirective(text: string): string | undefined {
  if (/^#!(kamailio|maxcompat)/i.test(text)) return 'Kamailio'
  if (/^#!(openser|opensips)/i.test(text)) return 'OpenSER'
  if (/^#!(all|ser)\b/i.test(text)) return 'SER 2.0 or Kamailio'
  return /^#!(define|undef|ifdef|ifndef|else|endif|subst|substdef|trydef|redefine)/i.test(text)
    ? 'SER 2.0 or Kamailio'
    : undefined
}

function word(name: string, dialect: string, remedy: string): readonly [string, Foreign] {
  return [name, { dialect, remedy }]
}
