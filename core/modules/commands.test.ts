import { expect, test } from 'vitest'
import { vocabulary } from './index.ts'

/** Every command of SER 0.9: name, number of arguments, blocks (1 route, 2 failure_route, 4 onreply_route), module. */
const table = `
acc_db_request 2 1 acc
acc_diam_request 1 1 acc
acc_log_request 1 1 acc
acc_rad_request 1 1 acc
add_diversion 1 3 diversion
add_rcv_param 0 1 nathelper
add_uri_param 1 1 uri
allow_register 1 3 permissions
allow_register 2 3 permissions
allow_routing 0 3 permissions
allow_routing 1 3 permissions
allow_routing 2 3 permissions
allow_trusted 0 3 permissions
append_hf 1 7 textops
append_rpid_hf 0 1 auth
append_rpid_hf 2 1 auth
append_time 0 1 textops
append_to_reply 1 1 textops
append_urihf 2 3 textops
attr2uri 1 3 avp
avp_check 2 3 avpops
avp_db_delete 2 3 avpops
avp_db_load 2 3 avpops
avp_db_store 2 3 avpops
avp_delete 1 3 avpops
avp_exists 2 3 avp
avp_load 1 3 avp_db
avp_load_radius 1 3 avp_radius
avp_print 0 3 avpops
avp_pushto 2 3 avpops
avp_write 2 3 avpops
check_from 0 1 uri_db
check_to 0 1 uri_db
client_nat_test 1 7 mediaproxy
consume_credentials 0 1 auth
cpl_is_response_accept 0 1 cpl
cpl_is_response_redirect 0 1 cpl
cpl_is_response_reject 0 1 cpl
cpl_process_register 0 1 cpl-c
cpl_process_register_norpl 0 1 cpl-c
cpl_run_script 0 1 cpl
cpl_run_script 2 1 cpl-c
cpl_update_contact 0 1 cpl
decode_contact 0 1 mangler
decode_contact_header 0 5 mangler
diameter_is_user_in 2 1 auth_diameter
diameter_proxy_authorize 1 1 auth_diameter
diameter_www_authorize 1 1 auth_diameter
does_uri_exist 0 1 uri_db
ds_select_dst 2 1 dispatcher
encode_contact 2 5 mangler
end_media_session 0 7 mediaproxy
enum_query 0 1 enum
enum_query 1 1 enum
enum_query 2 1 enum
exec_dset 1 3 exec
exec_msg 1 3 exec
existing_subscription 1 1 pa
ext_rewriteuri 1 1 ext
ext_rewriteuser 1 1 ext
extcmd_dump_req 0 1 extcmd
fix_contact 0 5 mediaproxy
fix_nated_contact 0 5 nathelper
fix_nated_register 0 1 nathelper
fix_nated_sdp 1 7 nathelper
flags2attr 0 3 avp
force_rtp_proxy 0 5 nathelper
force_rtp_proxy 1 5 nathelper
force_rtp_proxy 2 5 nathelper
handle_publish 1 3 pa
handle_subscription 1 3 pa
has_totag 0 1 uri
is_from_local 0 1 domain
is_from_user_e164 0 1 enum
is_gflag 1 7 gflags
is_present_hf 1 7 textops
is_rpid_user_e164 0 1 auth
is_sattr_set 1 3 avp
is_uri_host_local 0 1 domain
is_user 1 1 uri
is_user_in 2 1 group
jab_exit_jconf 0 1 jabber
jab_go_offline 0 1 jabber
jab_go_online 0 1 jabber
jab_join_jconf 0 1 jabber
jab_send_message 0 1 jabber
lookup 1 3 registrar
loose_route 0 1 rr
m_dump 0 1 msilo
m_store 1 3 msilo
mf_process_maxfwd_header 1 1 maxfwd
nat_uac_test 1 7 nathelper
options_reply 0 1 options
pa_handle_registration 1 1 pa
pike_check_req 0 1 pike
prefix2domain 0 1 pdt
print 1 1 print
print_sattr 1 3 avp
proxy_authorize 2 1 auth_db
proxy_challenge 2 1 auth
pua_exists 1 1 pa
radius_does_uri_exist 0 1 uri_radius
radius_is_user_in 2 1 group_radius
radius_proxy_authorize 1 1 auth_radius
radius_www_authorize 1 1 auth_radius
record_route 0 1 rr
record_route_preset 1 1 rr
registered 1 3 registrar
remove_hf 1 7 textops
replace 2 7 textops
replace_all 2 7 textops
reset_gflag 1 7 gflags
save 1 1 registrar
save_memory 1 1 registrar
save_noreply 1 1 registrar
sd_lookup 1 1 speeddial
sdp_mangle_ip 2 5 mangler
sdp_mangle_port 1 5 mangler
search 1 7 textops
search_append 2 7 textops
set_gflag 1 7 gflags
set_iattr 2 3 avp
set_sattr 2 3 avp
sl_reply_error 0 1 sl
sl_send_reply 2 1 sl
sms_send_msg 0 1 sms
sms_send_msg_to_net 1 1 sms
subst 1 7 textops
subst_uri 1 7 textops
subst_user 1 7 textops
t_check_status 1 7 tm
t_forward_nonack 2 1 tm
t_forward_nonack_tcp 2 1 tm
t_forward_nonack_tls 2 1 tm
t_forward_nonack_udp 2 1 tm
t_forward_nonack_uri 0 1 tm
t_lookup_request 0 1 tm
t_newtran 0 1 tm
t_on_failure 1 7 tm
t_on_reply 1 7 tm
t_relay 0 3 tm
t_relay_to_tcp 2 3 tm
t_relay_to_tls 2 3 tm
t_relay_to_udp 2 3 tm
t_release 0 1 tm
t_replicate 2 1 tm
t_replicate_tcp 2 1 tm
t_replicate_tls 2 1 tm
t_replicate_udp 2 1 tm
t_reply 2 3 tm
t_retransmit_reply 0 1 tm
t_write_req 2 3 tm
t_write_unix 2 3 tm
tel2sip 0 1 uri
unforce_rtp_proxy 0 7 nathelper
uri2attr 1 3 avp
uri_param 1 1 uri
uri_param 2 1 uri
use_media_proxy 0 5 mediaproxy
www_authorize 2 1 auth_db
www_challenge 2 1 auth
xdbg 1 7 xlog
xlog 2 7 xlog
`

const rows = table
  .trim()
  .split('\n')
  .map((row) => row.split(' '))
  .map(([name, count, blocks, module]) => ({ name, count: Number(count), blocks: Number(blocks), module }))

const offered = vocabulary.modules.flatMap((module) =>
  module.commands.map((command) => ({
    name: command.name,
    count: command.takes.length,
    blocks: command.blocks,
    module: module.name,
  })),
)

test('the table has all 163 commands, each once', () => {
  expect(new Set(rows.map(({ name, count, module }) => `${name} ${count} ${module}`)).size).toBe(163)
})

test.each(rows)('$module offers $name with $count arguments in the blocks $blocks', (row) => {
  const found = offered.filter(({ name, count }) => name === row.name && count === row.count)
  expect(found.filter(({ module }) => module === row.module)).toEqual([row])
})

test('nothing is offered that the table does not have', () => {
  expect(offered.filter((command) => !rows.some((row) => sameCommand(row, command)))).toEqual([])
})

function sameCommand(a: (typeof rows)[number], b: (typeof offered)[number]): boolean {
  return a.name === b.name && a.count === b.count && a.module === b.module
}
