import {
  ack,
  ask,
  find,
  follow,
  hops,
  plant,
  publicly,
  register,
  relay,
  stay,
} from './planted-traps-plant.ts'
import type { Planted } from './planted-traps-plant.ts'

/** Doors left open. */
export const plantedAtDoors: readonly Planted[] = [
  plant(
    'loose_route that lets a preset Route past authentication',
    `route {
  ${hops}
  ${stay}
  if (loose_route()) {
    t_relay(); # here: preset-route
    break;
  };
  ${ack}
  ${register}
  ${ask}
  ${find}
  ${relay}
}`,
  ),
  plant(
    'a preset Route is stopped for INVITE, not for REFER',
    `route {
  ${hops}
  ${stay}
  if (loose_route()) {
    if (method=="INVITE" && !has_totag()) { sl_send_reply("403", "Forbidden"); break; };
    route(1);
    break;
  };
  ${ack}
  ${register}
  ${ask}
  ${find}
  route(1);
}
route[1] {
  if (!t_relay()) { # here: preset-route
    sl_reply_error();
  };
}`,
  ),
  plant(
    'a password from the manuals, and phones that hardly ring',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  ${find}
  ${relay}
}`,
    `modparam("auth_db|uri_db", "db_url", "mysql://ser:heslo@localhost/ser") # here: known-password
modparam("tm", "fr_inv_timer", 3) # here: ring-time-short`,
  ),
  plant(
    'a REGISTER saved without authentication on a public address',
    `route {
  ${hops}
  ${stay}
  ${follow}
  if (method=="REGISTER") {
    save("location"); # here: open-registrar
    break;
  };
  ${ack}
  ${ask}
  ${find}
  ${relay}
}`,
    publicly,
  ),
  {
    trap: 'modparam for a module that is not loaded',
    script: `loadmodule "sl.so"
modparam("registrar", "nat_flag", 6) # here: module-not-loaded
route { sl_send_reply("404", "Not Found"); }`,
  },
  plant(
    'a relay opened to the world: foreign domains without a password',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (uri!=myself) {
    t_relay(); # here: open-relay
    break;
  };
  if (method=="REGISTER") {
    if (!www_authorize("", "subscriber")) { www_challenge("", "0"); break; };
    if (!check_to()) { sl_send_reply("401", "Unauthorized"); break; };
    save("location");
    break;
  };
  ${ask}
  ${find}
  ${relay}
}`,
    publicly,
  ),
  plant(
    'a relay opened to the world: everything is passed on',
    `route {
  route(1);
}
route[1] {
  record_route();
  t_relay(); # here: open-relay
}`,
    publicly,
  ),
  plant(
    'a gateway that anybody can use, beside people who are asked',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (method=="REGISTER") {
    if (!www_authorize("", "subscriber")) { www_challenge("", "0"); break; };
    if (!check_to()) { sl_send_reply("401", "Unauthorized"); break; };
    save("location");
    break;
  };
  if (uri=~"^sip:9[0-9]*@") {
    rewritehostport("10.0.0.5:5060");
    t_relay(); # here: open-gateway
    break;
  };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'a gateway named in the relay itself',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (uri=~"^sip:9[0-9]*@") {
    t_relay_to_udp("10.0.0.5", "5060"); # here: open-gateway
    break;
  };
  ${ask}
  ${find}
  ${relay}
}`,
  ),
  plant(
    'an ACK that is asked for a password',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${register}
  if (!proxy_authorize("", "subscriber")) { # here: ack-challenged
    proxy_challenge("", "0");
    break;
  };
  if (!check_from()) { sl_send_reply("403", "Use From=ID"); break; };
  consume_credentials();
  if (method=="ACK") { t_relay(); break; };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'a challenge for everybody',
    `route {
  ${stay}
  if (method=="REGISTER") {
    save("location");
    break;
  };
  proxy_challenge("", "0"); # here: ack-challenged
}`,
  ),
  plant(
    'a user who may register the number of another, or call under any name, and a proof that is passed on',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (method=="REGISTER") {
    if (!www_authorize("", "subscriber")) { www_challenge("", "0"); break; };
    save("location"); # here: register-of-others
    break;
  };
  if (!proxy_authorize("", "subscriber")) { proxy_challenge("", "0"); break; };
  ${find}
  t_relay(); # here: caller-unchecked credentials-relayed
}`,
  ),
  plant(
    'everybody is trusted',
    `route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  ${register}
  if (src_ip==0.0.0.0/0) { # here: matches-every-address
    t_relay_to_udp("10.0.0.5", "5060");
    break;
  };
  ${find}
  ${relay}
}`,
  ),
  plant(
    'a program at the wish of a packet, and a command of another dialect',
    `loadmodule "exec.so"
route {
  ${hops}
  ${stay}
  ${follow}
  ${ack}
  if (is_method("REGISTER")) { # here: extension
    exec_msg("/usr/local/bin/welcome"); # here: program-not-run
    save("location");
    break;
  };
  ${find}
  ${relay}
}`,
  ),
]
