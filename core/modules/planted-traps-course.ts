import { ack, find, follow, hops, plant, register, relay, stay } from './planted-traps-plant.ts'
import type { Planted } from './planted-traps-plant.ts'

/** Messages lost, sent twice, changed twice, answered wrongly. */
export const plantedInCourse: readonly Planted[] = [
  plant(
    'relay without record_route',
    `route {
  ${hops}
  ${follow}
  ${ack}
  ${register}
  ${find}
  if (!t_relay()) { # here: no-record-route
    sl_reply_error();
  };
}`,
  ),
  plant(
    'record_route for some methods only, relay in a called route',
    `route {
  ${hops}
  if (method=="BYE") record_route();
  ${follow}
  ${ack}
  ${register}
  ${find}
  route(1);
}
route[1] {
  if (!t_relay()) { # here: no-record-route
    sl_reply_error();
  };
}`,
  ),
  plant(
    'REGISTER with fix_nated_contact',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (nat_uac_test("19")) {
    force_rport();
    fix_nated_contact(); # here: register-contact-fixed
  };
  ${register}
  ${find}
  ${relay}
}`,
  ),
  plant(
    'an action between a failing t_relay and sl_reply_error',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  if (!t_relay()) {
    unforce_rtp_proxy(); # here: error-lost
    sl_reply_error();
  };
}`,
  ),
  plant(
    'an if between a failing t_relay and sl_reply_error, as in a published script',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  if (!t_relay()) {
    if (method=="INVITE" && isflagset(4)) { # here: error-lost
      unforce_rtp_proxy();
    };
    sl_reply_error();
  };
}`,
  ),
  plant(
    'mf_process_maxfwd_header used without !',
    `route {
  if (mf_process_maxfwd_header("10")) { # here: maxfwd-inverted
    sl_send_reply("483", "Too Many Hops");
    break;
  };
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  ${relay}
}`,
  ),
  plant(
    'mf_process_maxfwd_header whose answer is thrown away',
    `route {
  mf_process_maxfwd_header("10"); # here: result-ignored
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  ${relay}
}`,
  ),
  plant(
    'methods that nobody thought of reach the end',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (method=="INVITE") {
    ${find}
    ${relay}
    break;
  };
  log(1, "what is this?"); # here: no-answer
}`,
  ),
  plant(
    'a break where an answer was due',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (!lookup("location")) {
    break; # here: no-answer
  };
  ${relay}
}`,
  ),
  plant(
    'a statement behind a break',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (!lookup("location")) {
    sl_send_reply("404", "User Not Found");
    break;
    log(1, "nobody there"); # here: unreachable
  };
  ${relay}
}`,
  ),
  plant(
    'a test for a method that is gone already',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (method=="REGISTER") {
    log(1, "a phone"); # here: unreachable
  };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'a flag that is never set',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (isflagset(9)) {
    setflag(8); # here: unreachable
  };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'acc flag 0',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  setflag(0);
  ${find}
  ${relay}
}`,
    'modparam("acc", "log_flag", 0) # here: acc-flag-zero',
  ),
  plant(
    'lookup without 404',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  lookup("aliases");
  lookup("location"); # here: lookup-unanswered
  ${relay}
}`,
  ),
  plant(
    'an ACK that is looked up',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${register}
  if (!lookup("location")) { # here: ack-looked-up
    sl_send_reply("404", "User Not Found");
    break;
  };
  ${relay}
}`,
  ),
  plant(
    '== where =~ was meant',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (uri=="^sip:9[0-9]*@.*") { # here: pattern-as-text
    sl_send_reply("403", "No Gateway Here");
    break;
  };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'a method that does not exist',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (method=="REGSITER") { # here: unknown-method
    save("location");
    break;
  };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'NAT handling twice',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (method=="INVITE") route(2);
  ${find}
  if (method=="INVITE" && isflagset(4)) {
    fix_nated_contact(); # here: contact-fixed-twice
    force_rtp_proxy(); # here: media-relayed-twice
  };
  ${relay}
}
route[2] {
  if (nat_uac_test("19")) {
    fix_nated_contact();
    force_rtp_proxy();
  };
}`,
  ),
  plant(
    'NAT handling twice in replies',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  t_on_reply("1");
  ${relay}
}
onreply_route[1] {
  if (status=~"(183)|2[0-9][0-9]") use_media_proxy();
  if (client_nat_test("1")) fix_contact();
  use_media_proxy(); # here: media-relayed-twice
}`,
  ),
  plant(
    'a called route that ends with break does not end the message',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (method=="REGISTER") route(2);
  ${find}
  if (!t_relay()) { # here: relay-after-reply
    sl_reply_error();
  };
}
route[2] {
  save("location");
  break;
}`,
  ),
  plant(
    'an answer behind a relay',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (lookup("location")) {
    route(1);
  };
  sl_send_reply("404", "User Not Found"); # here: reply-after-relay
}
route[1] {
  if (!t_relay()) {
    sl_reply_error();
    break;
  };
  break;
}`,
  ),
  plant(
    'a request relayed twice, with two Record-Routes',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  if (method=="INVITE") {
    record_route(); # here: record-route-twice
    t_relay();
  };
  t_relay(); # here: relayed-twice
}`,
  ),
  plant(
    'a failure route that forgets append_branch',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  t_on_failure("1");
  ${relay}
}
failure_route[1] {
  if (t_check_status("486")) {
    rewriteuri("sip:mailbox@10.0.0.6");
    t_relay(); # here: relay-without-branch
  };
}`,
  ),
  plant(
    'blocks that nothing leads to, and a way to a block that is not there',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  t_on_failure("2"); # here: undefined-block
  ${relay}
}
failure_route[1] { # here: block-never-armed
  append_branch("sip:mailbox@10.0.0.6");
  t_relay();
}
route[3] { # here: route-never-called
  sl_send_reply("404", "Not Found");
}`,
  ),
]
