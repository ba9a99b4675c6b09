/** Scripts with a trap in each: where `# here:` stands, `check` has to warn with these codes, and nowhere else. */
export interface Planted {
  readonly trap: string
  readonly script: string
}

const names = [
  ...['sl', 'tm', 'rr', 'maxfwd', 'usrloc', 'registrar', 'textops', 'uri', 'nathelper', 'mediaproxy'],
  ...['auth', 'auth_db', 'uri_db', 'acc'],
]
const modules = names.map((name) => `loadmodule "${name}.so"`).join('\n')

export function plant(trap: string, routes: string, settings = ''): Planted {
  return { trap, script: `${modules}\n${settings}\n${routes}` }
}

export const publicly = 'listen=198.51.100.7'
export const hops = 'if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); break; };'
export const stay = 'if (method!="REGISTER") record_route();'
export const follow = `if (loose_route()) {
    if ((method=="INVITE" || method=="REFER") && !has_totag()) { sl_send_reply("403", "Forbidden"); break; };
    t_relay();
    break;
  };`
export const ack = 'if (method=="ACK" || method=="CANCEL") { t_relay(); break; };'
export const register = 'if (method=="REGISTER") { save("location"); break; };'
export const find = 'if (!lookup("location")) { sl_send_reply("404", "User Not Found"); break; };'
export const relay = 'if (!t_relay()) { sl_reply_error(); };'
export const ask = `if (!proxy_authorize("", "subscriber")) { proxy_challenge("", "0"); break; };
  if (!check_from()) { sl_send_reply("403", "Use From=ID"); break; };
  consume_credentials();`
