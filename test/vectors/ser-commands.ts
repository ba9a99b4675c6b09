/** One command of SER 0.9: what a script of the time may call. */
export interface SerCommand {
  readonly module: string
  readonly name: string
  readonly arguments: number
  /** R route, F failure_route, O onreply_route. */
  readonly blocks: string
}

/** `name/arguments blocks`, by module. */
const byModule: Readonly<Record<string, string>> = {
  acc: `
    acc_db_request/2 R, acc_diam_request/1 R, acc_log_request/1 R, acc_rad_request/1 R`,
  auth: `
    append_rpid_hf/0 R, append_rpid_hf/2 R, consume_credentials/0 R,
    is_rpid_user_e164/0 R, proxy_challenge/2 R, www_challenge/2 R`,
  auth_db: `
    proxy_authorize/2 R, www_authorize/2 R`,
  auth_diameter: `
    diameter_is_user_in/2 R, diameter_proxy_authorize/1 R, diameter_www_authorize/1 R`,
  auth_radius: `
    radius_proxy_authorize/1 R, radius_www_authorize/1 R`,
  avp: `
    attr2uri/1 RF, avp_exists/2 RF, flags2attr/0 RF, is_sattr_set/1 RF,
    print_sattr/1 RF, set_iattr/2 RF, set_sattr/2 RF, uri2attr/1 RF`,
  avp_db: `
    avp_load/1 RF`,
  avp_radius: `
    avp_load_radius/1 RF`,
  avpops: `
    avp_check/2 RF, avp_db_delete/2 RF, avp_db_load/2 RF, avp_db_store/2 RF,
    avp_delete/1 RF, avp_print/0 RF, avp_pushto/2 RF, avp_write/2 RF`,
  cpl: `
    cpl_is_response_accept/0 R, cpl_is_response_redirect/0 R,
    cpl_is_response_reject/0 R, cpl_run_script/0 R, cpl_update_contact/0 R`,
  'cpl-c': `
    cpl_process_register/0 R, cpl_process_register_norpl/0 R, cpl_run_script/2 R`,
  dispatcher: `
    ds_select_dst/2 R`,
  diversion: `
    add_diversion/1 RF`,
  domain: `
    is_from_local/0 R, is_uri_host_local/0 R`,
  enum: `
    enum_query/0 R, enum_query/1 R, enum_query/2 R, is_from_user_e164/0 R`,
  exec: `
    exec_dset/1 RF, exec_msg/1 RF`,
  ext: `
    ext_rewriteuri/1 R, ext_rewriteuser/1 R`,
  extcmd: `
    extcmd_dump_req/0 R`,
  gflags: `
    is_gflag/1 RFO, reset_gflag/1 RFO, set_gflag/1 RFO`,
  group: `
    is_user_in/2 R`,
  group_radius: `
    radius_is_user_in/2 R`,
  jabber: `
    jab_exit_jconf/0 R, jab_go_offline/0 R, jab_go_online/0 R, jab_join_jconf/0 R,
    jab_send_message/0 R`,
  mangler: `
    decode_contact/0 R, decode_contact_header/0 RO, encode_contact/2 RO,
    sdp_mangle_ip/2 RO, sdp_mangle_port/1 RO`,
  maxfwd: `
    mf_process_maxfwd_header/1 R`,
  mediaproxy: `
    client_nat_test/1 RFO, end_media_session/0 RFO, fix_contact/0 RO,
    use_media_proxy/0 RO`,
  msilo: `
    m_dump/0 R, m_store/1 RF`,
  nathelper: `
    add_rcv_param/0 R, fix_nated_contact/0 RO, fix_nated_register/0 R,
    fix_nated_sdp/1 RFO, force_rtp_proxy/0 RO, force_rtp_proxy/1 RO,
    force_rtp_proxy/2 RO, nat_uac_test/1 RFO, unforce_rtp_proxy/0 RFO`,
  options: `
    options_reply/0 R`,
  pa: `
    existing_subscription/1 R, handle_publish/1 RF, handle_subscription/1 RF,
    pa_handle_registration/1 R, pua_exists/1 R`,
  pdt: `
    prefix2domain/0 R`,
  permissions: `
    allow_register/1 RF, allow_register/2 RF, allow_routing/0 RF, allow_routing/1 RF,
    allow_routing/2 RF, allow_trusted/0 RF`,
  pike: `
    pike_check_req/0 R`,
  print: `
    print/1 R`,
  registrar: `
    lookup/1 RF, registered/1 RF, save/1 R, save_memory/1 R, save_noreply/1 R`,
  rr: `
    loose_route/0 R, record_route/0 R, record_route_preset/1 R`,
  sl: `
    sl_reply_error/0 R, sl_send_reply/2 R`,
  sms: `
    sms_send_msg/0 R, sms_send_msg_to_net/1 R`,
  speeddial: `
    sd_lookup/1 R`,
  textops: `
    append_hf/1 RFO, append_time/0 R, append_to_reply/1 R, append_urihf/2 RF,
    is_present_hf/1 RFO, remove_hf/1 RFO, replace/2 RFO, replace_all/2 RFO,
    search/1 RFO, search_append/2 RFO, subst/1 RFO, subst_uri/1 RFO, subst_user/1 RFO`,
  tm: `
    t_check_status/1 RFO, t_forward_nonack/2 R, t_forward_nonack_tcp/2 R,
    t_forward_nonack_tls/2 R, t_forward_nonack_udp/2 R, t_forward_nonack_uri/0 R,
    t_lookup_request/0 R, t_newtran/0 R, t_on_failure/1 RFO, t_on_reply/1 RFO,
    t_relay/0 RF, t_relay_to_tcp/2 RF, t_relay_to_tls/2 RF, t_relay_to_udp/2 RF,
    t_release/0 R, t_replicate/2 R, t_replicate_tcp/2 R, t_replicate_tls/2 R,
    t_replicate_udp/2 R, t_reply/2 RF, t_retransmit_reply/0 R, t_write_req/2 RF,
    t_write_unix/2 RF`,
  uri: `
    add_uri_param/1 R, has_totag/0 R, is_user/1 R, tel2sip/0 R, uri_param/1 R,
    uri_param/2 R`,
  uri_db: `
    check_from/0 R, check_to/0 R, does_uri_exist/0 R`,
  uri_radius: `
    radius_does_uri_exist/0 R`,
  xlog: `
    xdbg/1 RFO, xlog/2 RFO`,
}

export const serCommands: readonly SerCommand[] = Object.entries(byModule).flatMap(([module, text]) =>
  text.split(',').map((entry): SerCommand => {
    const [, name = '', count = '', blocks = ''] = /^(\w+)\/(\d) ([RFO]+)$/.exec(entry.trim()) ?? []
    return { module, name, arguments: Number(count), blocks }
  }),
)
