/**
 * Directives of nginx 1.4.7 to 1.31.5 and of the modules headers-more, echo, lua, njs, nchan, brotli, set-misc, geoip2,
 * fancyindex, subs-filter, dav-ext, cache-purge, upload-progress, auth-pam, upstream-fair, vts and ModSecurity, from the
 * `ngx_command_t` tables of their sources; what differs by version is united, what its setter checks is that of the newest.
 *
 * Rows end with `;`. A row: name; contexts, with `{` for a block; how many arguments (`12`: one or two, `1+`: one or more, `*`: any); what
 * its setter checks: `!` a second one at the same level, then the kind of the value (`f` on or off, `n` number, `z` size,
 * `o` offset, `m` and `t` time, `b` number and size, `=…` one of these words).
 *
 * Contexts: M main, E events, H http, S server, L location, U upstream, s if in server, l if in location, X limit_except;
 * T stream, t its server, u its upstream; P mail, p its server.
 */
export const DIRECTIVE_ROWS = `
absolute_redirect HSL 1 !f; accept_mutex E 1 !f; accept_mutex_delay E 1 !m; acceptex_read E 1 !f; access_by_lua HSLl 1; access_by_lua_block HSLl{ 0;
access_by_lua_file HSLl 1; access_by_lua_no_postpone H 1 !f; access_log HSLlX 1+; access_log Tt 1+; add_after_body HSL 1 !; add_before_body HSL 1 !;
add_header HSLl 23; add_header_inherit HSLl 1 !=off,on,merge; add_trailer HSLl 23; add_trailer_inherit HSLl 1 !=off,on,merge; addition_types HSL 1+;
aio HSL 1 !; aio_write HSL 1 !f; alias L 1; allow HSLX 1; allow Tt 1; ancient_browser HSL 1+; ancient_browser_value HSL 1; auth_basic HSLX 1 !;
auth_basic_user_file HSLX 1 !; auth_delay HSL 1 !m; auth_http Pp 1; auth_http_header Pp 2; auth_http_pass_client_cert Pp 1 !f; auth_http_timeout Pp 1 !m;
auth_pam HSLX 1 !; auth_pam_service_name HSLX 1 !; auth_pam_set_pam_env HSLX 1 !f; auth_request HSL 1 !; auth_request_set HSL 2; autoindex HSL 1 !f;
autoindex_exact_size HSL 1 !f; autoindex_format HSL 1 !=html,json,jsonp,xml; autoindex_localtime HSL 1 !f; balancer_by_lua_block U{ 0;
balancer_by_lua_file U 1; balancer_keepalive U 1; body_filter_by_lua HSLl 1; body_filter_by_lua_block HSLl{ 0; body_filter_by_lua_file HSLl 1; break SLsl 0;
brotli HSLl 1 !f; brotli_buffers HSL 2 !b; brotli_comp_level HSL 1 !n; brotli_min_length HSL 1 !z; brotli_static HSL 1 !=off,on,always; brotli_types HSL 1+;
brotli_window HSL 1 !z; charset HSLl 1 !; charset_map H{ 2; charset_types HSL 1+; chunked_transfer_encoding HSL 1 !f; client_body_buffer_size HSL 1 !z;
client_body_early_read HS 1+; client_body_in_file_only HSL 1 !=off,on,clean; client_body_in_single_buffer HSL 1 !f; client_body_temp_path HSL 1234 !;
client_body_timeout HSL 1 !m; client_header_buffer_size HS 1 !z; client_header_timeout HS 1 !m; client_max_body_size HSL 1 !o; connection_pool_size HS 1 !z;
connections E 1 !; content_by_lua Ll 1; content_by_lua_block Ll{ 0; content_by_lua_file Ll 1; create_full_put_path HSL 1 !f; daemon M 1 !f;
dav_access HSL 123 !; dav_ext_lock HSL 1; dav_ext_lock_zone H 12; dav_ext_methods HSL 1+ =off,propfind,options,lock,unlock;
dav_methods HSL 1+ =off,put,delete,mkcol,copy,move; debug_connection E 1; debug_points M 1 !=stop,abort; default_type HSL 1 !; degradation H 1;
degrade HSL 1 !=204,444; deny HSLX 1; deny Tt 1; devpoll_changes E 1 !n; devpoll_events E 1 !n; directio HSL 1 !; directio_alignment HSL 1 !o;
disable_symlinks HSL 12 !; early_hints HSL 1+; echo Ll *; echo_abort_parent Ll 0; echo_after_body Ll *; echo_before_body Ll *; echo_blocking_sleep Ll 1;
echo_duplicate Ll 2+; echo_end Ll 0; echo_exec Ll 12; echo_flush Ll 0; echo_foreach_split Ll 2+; echo_location Ll 12; echo_location_async Ll 12;
echo_read_request_body Ll 0; echo_request_body Ll 0; echo_reset_timer Ll 0; echo_sleep Ll 1; echo_status Ll 1 !n; echo_subrequest Ll 2+;
echo_subrequest_async Ll 2+; empty_gif L 0; env M 1; epoll_events E 1 !n; error_log HSL 1+; error_log M 1+; error_log Pp 1+; error_log Tt 1+;
error_page HSLl 2+; etag HSL 1 !f; eventport_events E 1 !n; events M{ 0 !; exit_worker_by_lua_block H{ 0; exit_worker_by_lua_file H 1; expires HSLl 12 !;
fair U *; fancyindex HSL 1 !f; fancyindex_case_sensitive HSL 1 !f; fancyindex_css_href HSL 1 !;
fancyindex_default_sort HSL 1 !=name,size,date,name_desc,size_desc,date_desc; fancyindex_directories_first HSL 1 !f; fancyindex_exact_size HSL 1 !f;
fancyindex_footer HSL 12; fancyindex_header HSL 12; fancyindex_hide_parent_dir HSL 1 !f; fancyindex_hide_symlinks HSL 1 !f; fancyindex_ignore HSL 1+;
fancyindex_localtime HSL 1 !f; fancyindex_show_dotfiles HSL 1 !f; fancyindex_show_path HSL 1 !f; fancyindex_time_format HSL 1 !; fastcgi_bind HSL 12 !;
fastcgi_buffer_size HSL 1 !z; fastcgi_buffering HSL 1 !f; fastcgi_buffers HSL 2 !b; fastcgi_busy_buffers_size HSL 1 !z; fastcgi_cache HSL 1 !;
fastcgi_cache_background_update HSL 1 !f; fastcgi_cache_bypass HSL 1+; fastcgi_cache_key HSL 1 !; fastcgi_cache_lock HSL 1 !f; fastcgi_cache_lock_age HSL 1 !m;
fastcgi_cache_lock_timeout HSL 1 !m; fastcgi_cache_max_range_offset HSL 1 !o; fastcgi_cache_methods HSL 1+; fastcgi_cache_min_uses HSL 1 !n;
fastcgi_cache_path H 2+; fastcgi_cache_purge HSL 1+; fastcgi_cache_revalidate HSL 1 !f;
fastcgi_cache_use_stale HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off;
fastcgi_cache_valid HSL 1+; fastcgi_catch_stderr HSL 1; fastcgi_connect_timeout HSL 1 !m; fastcgi_force_ranges HSL 1 !f; fastcgi_hide_header HSL 1;
fastcgi_ignore_client_abort HSL 1 !f; fastcgi_ignore_headers HSL 1+; fastcgi_index HSL 1 !; fastcgi_intercept_errors HSL 1 !f; fastcgi_keep_conn HSL 1 !f;
fastcgi_limit_rate HSL 1; fastcgi_max_temp_file_size HSL 1 !z;
fastcgi_next_upstream HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off;
fastcgi_next_upstream_timeout HSL 1 !m; fastcgi_next_upstream_tries HSL 1 !n; fastcgi_no_cache HSL 1+; fastcgi_param HSL 23; fastcgi_pass Ll 1 !;
fastcgi_pass_header HSL 1; fastcgi_pass_request_body HSL 1 !f; fastcgi_pass_request_headers HSL 1 !f; fastcgi_read_timeout HSL 1 !m;
fastcgi_request_buffering HSL 1 !f; fastcgi_send_lowat HSL 1 !z; fastcgi_send_timeout HSL 1 !m; fastcgi_socket_keepalive HSL 1 !f;
fastcgi_socket_rcvbuf HSL 1 !z; fastcgi_socket_sndbuf HSL 1 !z; fastcgi_split_path_info HSL 1; fastcgi_store HSL 1 !; fastcgi_store_access HSL 123 !;
fastcgi_temp_file_write_size HSL 1 !z; fastcgi_temp_path HSL 1234 !; flv L 0; geo H{ 12; geo T{ 12; geoip2 H{ 1; geoip2 T{ 1; geoip2_proxy H 1;
geoip2_proxy_recursive H 1 !f; geoip_city H 12; geoip_city T 12; geoip_country H 12; geoip_country T 12; geoip_org H 12; geoip_org T 12; geoip_proxy H 1;
geoip_proxy_recursive H 1 !f; grpc_bind HSL 12 !; grpc_buffer_size HSL 1 !z; grpc_connect_timeout HSL 1 !m; grpc_hide_header HSL 1; grpc_ignore_headers HSL 1+;
grpc_intercept_errors HSL 1 !f;
grpc_next_upstream HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_502,http_503,http_504,http_403,http_404,http_429,off;
grpc_next_upstream_timeout HSL 1 !m; grpc_next_upstream_tries HSL 1 !n; grpc_pass Ll 1 !; grpc_pass_header HSL 1; grpc_read_timeout HSL 1 !m;
grpc_send_timeout HSL 1 !m; grpc_set_header HSL 2; grpc_socket_keepalive HSL 1 !f; grpc_socket_rcvbuf HSL 1 !z; grpc_socket_sndbuf HSL 1 !z;
grpc_ssl_certificate HSL 1 !; grpc_ssl_certificate_cache HSL 123; grpc_ssl_certificate_key HSL 1 !; grpc_ssl_ciphers HSL 1 !; grpc_ssl_conf_command HSL 2;
grpc_ssl_crl HSL 1 !; grpc_ssl_name HSL 1 !; grpc_ssl_password_file HSL 1; grpc_ssl_protocols HSL 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3;
grpc_ssl_server_name HSL 1 !f; grpc_ssl_session_reuse HSL 1 !f; grpc_ssl_trusted_certificate HSL 1 !; grpc_ssl_verify HSL 1 !f; grpc_ssl_verify_depth HSL 1 !n;
gunzip HSL 1 !f; gunzip_buffers HSL 2 !b; gzip HSLl 1 !f; gzip_buffers HSL 2 !b; gzip_comp_level HSL 1 !n; gzip_disable HSL 1+; gzip_hash HSL 1 !z;
gzip_http_version HSL 1 !=1.0,1.1; gzip_min_length HSL 1 !z; gzip_no_buffer HSL 1 !f;
gzip_proxied HSL 1+ =off,expired,no-cache,no-store,private,no_last_modified,no_etag,auth,any; gzip_static HSL 1 !=off,on,always; gzip_types HSL 1+;
gzip_vary HSL 1 !f; gzip_window HSL 1 !z; hash U 12; hash u 12; header_filter_by_lua HSLl 1; header_filter_by_lua_block HSLl{ 0;
header_filter_by_lua_file HSLl 1; http M{ 0 !; http2 HS 1 !f; http2_body_preread_size HS 1 !z; http2_chunk_size HSL 1 !z; http2_idle_timeout HS 1;
http2_max_concurrent_pushes HS 1; http2_max_concurrent_streams HS 1 !n; http2_max_field_size HS 1; http2_max_header_size HS 1; http2_max_requests HS 1;
http2_pool_size HS 1 !z; http2_push HSL 1; http2_push_preload HSL 1; http2_recv_buffer_size H 1 !z; http2_recv_timeout HS 1; http2_streams_index_size HS 1 !n;
http3 HS 1 !f; http3_hq HS 1 !f; http3_max_concurrent_streams HS 1 !n; http3_stream_buffer_size HS 1 !z; if SL{ 1+; if_modified_since HSL 1 !=off,exact,before;
ignore_invalid_headers HS 1 !f; image_filter L 123; image_filter_buffer HSL 1 !z; image_filter_interlace HSL 1 !f; image_filter_jpeg_quality HSL 1;
image_filter_sharpen HSL 1; image_filter_transparency HSL 1 !f; image_filter_webp_quality HSL 1; imap M{ 0 !; imap_auth Pp 1+ =plain,login,cram-md5,external;
imap_capabilities Pp 1+; imap_client_buffer Pp 1 !z; include MEHSLUslXTtuPp 1; index HSL 1+; init_by_lua H 1; init_by_lua_block H{ 0; init_by_lua_file H 1;
init_worker_by_lua H 1; init_worker_by_lua_block H{ 0; init_worker_by_lua_file H 1; internal L 0 !; iocp_threads E 1 !n; ip_hash U 0; js_access LlX 1;
js_access Tt 1 !; js_body_filter LlX 12; js_content LlX 1; js_context_reuse HSL 1 !z; js_context_reuse Tt 1 !z; js_context_reuse_max_size HSL 1 !z;
js_context_reuse_max_size Tt 1 !z; js_engine HSL 1; js_engine Tt 1+; js_fetch_buffer_size HSL 1 !z; js_fetch_buffer_size Tt 1 !z; js_fetch_ciphers HSL 1 !;
js_fetch_ciphers Tt 1 !; js_fetch_keepalive HSL 1 !n; js_fetch_keepalive Tt 1 !n; js_fetch_keepalive_requests HSL 1 !n; js_fetch_keepalive_requests Tt 1 !n;
js_fetch_keepalive_time HSL 1 !m; js_fetch_keepalive_time Tt 1 !m; js_fetch_keepalive_timeout HSL 1 !m; js_fetch_keepalive_timeout Tt 1 !m;
js_fetch_max_response_buffer_size HSL 1 !z; js_fetch_max_response_buffer_size Tt 1 !z; js_fetch_protocols HSL 1+ =TLSv1,TLSv1.1,TLSv1.2,TLSv1.3;
js_fetch_protocols Tt 1+ =TLSv1,TLSv1.1,TLSv1.2,TLSv1.3; js_fetch_proxy HSL 1; js_fetch_proxy Tt 1; js_fetch_timeout HSL 1 !m; js_fetch_timeout Tt 1 !m;
js_fetch_trusted_certificate HSL 1 !; js_fetch_trusted_certificate Tt 1 !; js_fetch_verify HSL 1 !f; js_fetch_verify Tt 1 !f; js_fetch_verify_depth HSL 1 !n;
js_fetch_verify_depth Tt 1 !n; js_filter Tt 1 !; js_header_filter LlX 1 !; js_import HSL 13; js_import Tt 13; js_load_http_native_module M 13;
js_load_stream_native_module M 13; js_path HSL 1; js_path Tt 1; js_periodic L *; js_periodic t *; js_preload_object HSL 13; js_preload_object Tt 13;
js_preread Tt 1 !; js_set HSL 23; js_set Tt 23; js_shared_dict_zone H 1+; js_shared_dict_zone T 1+; js_var HSL 12; js_var Tt 12; keepalive U 12 !;
keepalive_disable HSL 12 =none,msie6,safari; keepalive_min_timeout HSL 1 !m; keepalive_requests HSL 1 !n; keepalive_requests U 1 !n; keepalive_time HSL 1 !m;
keepalive_time U 1 !m; keepalive_timeout HSL 12 !; keepalive_timeout U 1 !m; kqueue_changes E 1 !n; kqueue_events E 1 !n; large_client_header_buffers HS 2 !b;
least_conn U 0; least_conn u 0; least_time U 12; least_time u 12; limit_conn HSL 2; limit_conn Tt 2; limit_conn_dry_run HSL 1 !f; limit_conn_dry_run Tt 1 !f;
limit_conn_log_level HSL 1 !=info,notice,warn,error; limit_conn_log_level Tt 1 !=info,notice,warn,error; limit_conn_status HSL 1 !n; limit_conn_zone H 2;
limit_conn_zone T 2; limit_except L{ 1+; limit_rate HSLl 1; limit_rate_after HSLl 1; limit_req HSL 123; limit_req_dry_run HSL 1 !f;
limit_req_log_level HSL 1 !=info,notice,warn,error; limit_req_status HSL 1 !n; limit_req_zone H 3; limit_zone H 3; lingering_close HSL 1 !=off,on,always;
lingering_time HSL 1 !m; lingering_timeout HSL 1 !m; listen S 1+; listen p 1+; listen t 1+; load_module M 1; location SL{ 12; lock_file M 1 !;
log_by_lua HSLl 1; log_by_lua_block HSLl{ 0; log_by_lua_file HSLl 1; log_format HSL 2+; log_format T 2+; log_not_found HSL 1 !f; log_subrequest HSL 1 !f;
lua_capture_error_log H 1; lua_check_client_abort HSLl 1 !f; lua_code_cache HSLl 1; lua_fake_shm H 2; lua_http10_buffering HSLl 1 !f; lua_load_resty_core H 1;
lua_malloc_trim H 1; lua_max_pending_timers H 1 !n; lua_max_running_timers H 1 !n; lua_need_request_body HSLl 1 !f; lua_package_cpath H 1;
lua_package_path H 1; lua_regex_cache_max_entries H 1; lua_regex_match_limit H 1; lua_sa_restart H 1 !f; lua_shared_dict H 2; lua_socket_buffer_size HSLl 1 !z;
lua_socket_connect_timeout HSLl 1 !m; lua_socket_keepalive_timeout HSLl 1 !m; lua_socket_log_errors HSLl 1 !f; lua_socket_pool_size HSLl 1 !n;
lua_socket_read_timeout HSLl 1 !m; lua_socket_send_lowat HSLl 1 !z; lua_socket_send_timeout HSLl 1 !m; lua_ssl_certificate HSL 1;
lua_ssl_certificate_key HSL 1; lua_ssl_ciphers HSL 1 !; lua_ssl_conf_command HSL 2; lua_ssl_crl HSL 1 !; lua_ssl_key_log HSL 1 !;
lua_ssl_protocols HSL 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3; lua_ssl_trusted_certificate HSL 1 !; lua_ssl_verify_depth HSL 1 !n;
lua_thread_cache_max_entries H 1 !n; lua_transform_underscores_in_response_headers HSLl 1 !f; lua_upstream_skip_openssl_default_verify Ll 1 !f;
lua_use_default_type HSLl 1 !f; lua_worker_thread_vm_pool_size H 1 !n; mail M{ 0 !; map H{ 2; map T{ 2; map_hash_bucket_size H 1 !n;
map_hash_bucket_size T 1 !n; map_hash_max_size H 1 !n; map_hash_max_size T 1 !n; master_process M 1 !f; max_errors Pp 1 !n; max_headers HS 1 !n;
max_ranges HSL 1 !n; memcached_bind HSL 12 !; memcached_buffer_size HSL 1 !z; memcached_connect_timeout HSL 1 !m; memcached_gzip_flag HSL 1 !n;
memcached_next_upstream HSL 1+ =error,timeout,invalid_response,not_found,off; memcached_next_upstream_timeout HSL 1 !m; memcached_next_upstream_tries HSL 1 !n;
memcached_pass Ll 1 !; memcached_read_timeout HSL 1 !m; memcached_send_timeout HSL 1 !m; memcached_socket_keepalive HSL 1 !f; merge_slashes HS 1 !f;
min_delete_depth HSL 1 !n; mirror HSL 1; mirror_request_body HSL 1 !f; modern_browser HSL 12; modern_browser_value HSL 1; modsecurity HSL 1 !f;
modsecurity_rules HSL 1; modsecurity_rules_file HSL 1; modsecurity_rules_remote HSL 2; modsecurity_transaction_id HSL 1+; more_clear_headers HSLl 1+;
more_clear_input_headers HSLl 1+; more_set_headers HSLl 1+; more_set_input_headers HSLl 1+; mp4 L 0; mp4_buffer_size HSL 1 !z; mp4_max_buffer_size HSL 1 !z;
mp4_start_key_frame HSL 1 !f; msie_padding HSL 1 !f; msie_refresh HSL 1 !f; multi_accept E 1 !f; nchan_access_control_allow_credentials HSLl 1 !f;
nchan_access_control_allow_origin HSLl 1 !; nchan_authorize_request SLl 1 !; nchan_benchmark L 0; nchan_benchmark_channels L 1 !n;
nchan_benchmark_message_padding_bytes L 1 !n; nchan_benchmark_messages_per_channel_per_minute L 1 !n; nchan_benchmark_publisher_distribution L 1;
nchan_benchmark_subscriber_distribution L 1; nchan_benchmark_subscribers_per_channel L 1 !n; nchan_benchmark_time L 1 !t; nchan_channel_event_string SLl 1 !;
nchan_channel_events_channel_id SLl 1; nchan_channel_group SLl 1 !; nchan_channel_group_accounting SL 1 !f; nchan_channel_id SLl 1234567;
nchan_channel_id_split_delimiter SLl 1 !; nchan_channel_timeout HSL 1 !t; nchan_deflate_message_for_websocket SL 1; nchan_eventsource_event SLl 1 !;
nchan_eventsource_ping_comment SLl 1; nchan_eventsource_ping_data SLl 1; nchan_eventsource_ping_event SLl 1; nchan_eventsource_ping_interval SLl 1 !t;
nchan_group_location L 0123; nchan_group_max_channels L 1 !; nchan_group_max_messages L 1 !; nchan_group_max_messages_disk L 1 !;
nchan_group_max_messages_memory L 1 !; nchan_group_max_subscribers L 1 !; nchan_longpoll_multipart_response SLl 1; nchan_max_channel_id_length HSL 1 !n;
nchan_max_channel_subscribers HSL 1 !n; nchan_max_reserved_memory H 1; nchan_message_buffer_length HSL 1; nchan_message_max_buffer_length HSL 1;
nchan_message_temp_path H 1 !; nchan_message_timeout HSL 1; nchan_permessage_deflate_compression_level H 1; nchan_permessage_deflate_compression_memlevel H 1;
nchan_permessage_deflate_compression_strategy H 1; nchan_permessage_deflate_compression_window H 1; nchan_pub_channel_id SLl 1234567; nchan_publisher SLl 012;
nchan_publisher_channel_id SLl 1234567; nchan_publisher_location SLl 012; nchan_publisher_upstream_request SLl 1 !; nchan_pubsub SLl 0123456;
nchan_pubsub_channel_id SLl 1234567; nchan_pubsub_location SLl 0123456; nchan_redis_accurate_subscriber_count U 1 !f;
nchan_redis_cluster_check_interval U 1 !m; nchan_redis_cluster_check_interval_backoff U 1; nchan_redis_cluster_check_interval_jitter U 1;
nchan_redis_cluster_check_interval_max U 1 !m; nchan_redis_cluster_check_interval_min U 1 !m; nchan_redis_cluster_connect_timeout U 1 !m;
nchan_redis_cluster_max_failing_time U 1 !m; nchan_redis_cluster_recovery_delay U 1 !m; nchan_redis_cluster_recovery_delay_backoff U 1;
nchan_redis_cluster_recovery_delay_jitter U 1; nchan_redis_cluster_recovery_delay_max U 1 !m; nchan_redis_cluster_recovery_delay_min U 1 !m;
nchan_redis_command_timeout U 1 !m; nchan_redis_connect_timeout U 1 !m; nchan_redis_discovered_ip_range_blacklist U 1234567;
nchan_redis_fakesub_timer_interval H 1 !m; nchan_redis_idle_channel_cache_timeout HSL 1 !t; nchan_redis_idle_channel_keepalive_backoff U 1;
nchan_redis_idle_channel_keepalive_jitter U 1; nchan_redis_idle_channel_keepalive_max U 1 !m; nchan_redis_idle_channel_keepalive_min U 1 !m;
nchan_redis_idle_channel_keepalive_safety_margin U 1 !m; nchan_redis_load_scripts_unconditionally U 1 !f; nchan_redis_namespace HSLU 1 !;
nchan_redis_node_connect_timeout U 1 !m; nchan_redis_nostore_fastpublish HSU 1 !f; nchan_redis_optimize_target U 1; nchan_redis_pass HSL 1;
nchan_redis_pass_inheritable HSL 1 !f; nchan_redis_password U 1 !; nchan_redis_ping_interval HSLU 1 !t; nchan_redis_publish_msgpacked_max_size H 1 !z;
nchan_redis_reconnect_delay U 1 !m; nchan_redis_reconnect_delay_backoff U 1; nchan_redis_reconnect_delay_jitter U 1; nchan_redis_reconnect_delay_max U 1 !m;
nchan_redis_reconnect_delay_min U 1 !m; nchan_redis_retry_commands U 1 !f; nchan_redis_retry_commands_max_wait U 1 !m; nchan_redis_server U 12;
nchan_redis_ssl U 1 !f; nchan_redis_ssl_ciphers U 1 !; nchan_redis_ssl_client_certificate U 1 !; nchan_redis_ssl_client_certificate_key U 1 !;
nchan_redis_ssl_server_name U 1 !; nchan_redis_ssl_trusted_certificate U 1 !; nchan_redis_ssl_trusted_certificate_path U 1 !;
nchan_redis_ssl_verify_certificate U 1 !f; nchan_redis_storage_mode HSLU 1; nchan_redis_subscribe_weights U 12; nchan_redis_tls U 1 !f;
nchan_redis_tls_ciphers U 1 !; nchan_redis_tls_client_certificate U 1 !; nchan_redis_tls_server_name U 1 !; nchan_redis_tls_trusted_certificate U 1 !;
nchan_redis_tls_trusted_certificate_path U 1 !; nchan_redis_tls_verify_certificate U 1 !f; nchan_redis_upstream_stats SL 1;
nchan_redis_upstream_stats_disconnected_timeout U 1 !f; nchan_redis_upstream_stats_enabled U 1 !f; nchan_redis_url HSL 1; nchan_redis_username U 1 !;
nchan_redis_wait_after_connecting HSL 1; nchan_shared_memory_size H 1; nchan_storage_engine HSL 1; nchan_store_messages HSLl 1; nchan_stub_status L 0;
nchan_sub_channel_id SLl 1234567; nchan_subscribe_existing_channels_only HSL 1 !f; nchan_subscribe_request SLl 1 !; nchan_subscriber SLl 012345;
nchan_subscriber_channel_id SLl 1234567; nchan_subscriber_compound_etag_message_id SLl 1 !f; nchan_subscriber_first_message SLl 1;
nchan_subscriber_http_raw_stream_separator SLl 1; nchan_subscriber_info L 0; nchan_subscriber_info_string SL 1 !; nchan_subscriber_last_message_id SLl 12345;
nchan_subscriber_location SLl 012345; nchan_subscriber_message_id_custom_etag_header SLl 1 !; nchan_subscriber_timeout HSLl 1 !t;
nchan_unsubscribe_request SLl 1; nchan_use_redis HSL 1; nchan_websocket_client_heartbeat SLl 2; nchan_websocket_ping_interval SLl 1 !t;
open_file_cache HSL 12 !; open_file_cache_errors HSL 1 !f; open_file_cache_events HSL 1 !f; open_file_cache_min_uses HSL 1 !n; open_file_cache_retest HSL 1 !t;
open_file_cache_valid HSL 1 !t; open_log_file_cache HSL 1234 !; open_log_file_cache Tt 1234 !; optimize_server_names HS 1 !f; output_buffers HSL 2 !b;
override_charset HSLl 1 !f; pass t 1; pcre_jit M 1 !f; perl LX 1; perl_modules H 1; perl_require H 1; perl_set H 2; pid M 1 !;
pop3_auth Pp 1+ =plain,apop,cram-md5,external; pop3_capabilities Pp 1+; port_in_redirect HSL 1 !f; post_acceptex E 1 !n; post_action HSLl 1 !;
postpone_gzipping HSL 1 !z; postpone_output HSL 1 !z; precontent_by_lua_block HSLl{ 0; precontent_by_lua_file HSLl 1; precontent_by_lua_no_postpone H 1 !f;
preread_buffer_size Tt 1 !z; preread_timeout Tt 1 !m; protocol p 1; proxy Pp 1 !f; proxy_bind HSL 12 !; proxy_bind Tt 12 !; proxy_buffer Pp 1 !z;
proxy_buffer_size HSL 1 !z; proxy_buffer_size Tt 1 !z; proxy_buffering HSL 1 !f; proxy_buffers HSL 2 !b; proxy_busy_buffers_size HSL 1 !z; proxy_cache HSL 1 !;
proxy_cache_background_update HSL 1 !f; proxy_cache_bypass HSL 1+; proxy_cache_convert_head HSL 1 !f; proxy_cache_key HSL 1 !; proxy_cache_lock HSL 1 !f;
proxy_cache_lock_age HSL 1 !m; proxy_cache_lock_timeout HSL 1 !m; proxy_cache_max_range_offset HSL 1 !o; proxy_cache_methods HSL 1+;
proxy_cache_min_uses HSL 1 !n; proxy_cache_path H 2+; proxy_cache_purge HSL 1+; proxy_cache_revalidate HSL 1 !f;
proxy_cache_use_stale HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_502,http_503,http_504,http_403,http_404,http_429,updating,off;
proxy_cache_valid HSL 1+; proxy_connect_timeout HSL 1 !m; proxy_connect_timeout Tt 1 !m; proxy_cookie_domain HSL 12; proxy_cookie_flags HSL 1234;
proxy_cookie_path HSL 12; proxy_download_rate Tt 1; proxy_downstream_buffer Tt 1 !z; proxy_force_ranges HSL 1 !f; proxy_half_close Tt 1 !f;
proxy_headers_hash_bucket_size HSL 1 !n; proxy_headers_hash_max_size HSL 1 !n; proxy_hide_header HSL 1; proxy_http_version HSL 1 !=1.0,1.1,2;
proxy_ignore_client_abort HSL 1 !f; proxy_ignore_headers HSL 1+; proxy_intercept_errors HSL 1 !f; proxy_limit_rate HSL 1; proxy_max_temp_file_size HSL 1 !z;
proxy_method HSL 1 !;
proxy_next_upstream HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_502,http_503,http_504,http_403,http_404,http_429,updating,off;
proxy_next_upstream Tt 1 !f; proxy_next_upstream_timeout HSL 1 !m; proxy_next_upstream_timeout Tt 1 !m; proxy_next_upstream_tries HSL 1 !n;
proxy_next_upstream_tries Tt 1 !n; proxy_no_cache HSL 1+; proxy_pass LlX 1 !; proxy_pass t 1 !; proxy_pass_error_message Pp 1 !f; proxy_pass_header HSL 1;
proxy_pass_request_body HSL 1 !f; proxy_pass_request_headers HSL 1 !f; proxy_pass_trailers HSL 1 !f; proxy_protocol Tt 1 !; proxy_protocol Pp 1 !;
proxy_protocol_timeout Tt 1 !m; proxy_read_timeout HSL 1 !m; proxy_redirect HSL 12; proxy_request_buffering HSL 1 !f; proxy_requests Tt 1 !n;
proxy_responses Tt 1 !n; proxy_send_lowat HSL 1 !z; proxy_send_timeout HSL 1 !m; proxy_set_body HSL 1 !; proxy_set_header HSL 2; proxy_smtp_auth Pp 1 !f;
proxy_socket_keepalive HSL 1 !f; proxy_socket_keepalive Tt 1 !f; proxy_socket_rcvbuf HSL 1 !z; proxy_socket_rcvbuf Tt 1 !z; proxy_socket_sndbuf HSL 1 !z;
proxy_socket_sndbuf Tt 1 !z; proxy_ssl Tt 1 !f; proxy_ssl_alpn Tt 1+; proxy_ssl_certificate HSL 1 !; proxy_ssl_certificate Tt 1 !;
proxy_ssl_certificate_by_lua_block Ll{ 0; proxy_ssl_certificate_by_lua_file Ll 1; proxy_ssl_certificate_cache HSL 123; proxy_ssl_certificate_cache Tt 123;
proxy_ssl_certificate_key HSL 1 !; proxy_ssl_certificate_key Tt 1 !; proxy_ssl_ciphers HSL 1 !; proxy_ssl_ciphers Tt 1 !; proxy_ssl_conf_command HSL 2;
proxy_ssl_conf_command Tt 2; proxy_ssl_crl HSL 1 !; proxy_ssl_crl Tt 1 !; proxy_ssl_name HSL 1 !; proxy_ssl_name Tt 1 !; proxy_ssl_password_file HSL 1;
proxy_ssl_password_file Tt 1; proxy_ssl_protocols HSL 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3;
proxy_ssl_protocols Tt 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3; proxy_ssl_server_name HSL 1 !f; proxy_ssl_server_name Tt 1 !f;
proxy_ssl_session_reuse HSL 1 !f; proxy_ssl_session_reuse Tt 1 !f; proxy_ssl_trusted_certificate HSL 1 !; proxy_ssl_trusted_certificate Tt 1 !;
proxy_ssl_verify HSL 1 !f; proxy_ssl_verify Tt 1 !f; proxy_ssl_verify_by_lua_block Ll{ 0; proxy_ssl_verify_by_lua_file Ll 1; proxy_ssl_verify_depth HSL 1 !n;
proxy_ssl_verify_depth Tt 1 !n; proxy_store HSL 1 !; proxy_store_access HSL 123 !; proxy_temp_file_write_size HSL 1 !z; proxy_temp_path HSL 1234 !;
proxy_timeout Pp 1 !m; proxy_timeout Tt 1 !m; proxy_upload_rate Tt 1; proxy_upstream_buffer Tt 1 !z; push_authorized_channels_only HSL 1 !f;
push_channel_group SLl 1 !; push_channel_timeout HSL 1 !t; push_max_channel_id_length HSL 1 !n; push_max_channel_subscribers HSL 1 !n;
push_max_message_buffer_length HSL 1; push_max_reserved_memory H 1; push_message_buffer_length HSL 1; push_message_timeout HSL 1;
push_min_message_buffer_length SLl 1; push_publisher SLl 012; push_store_messages HSLl 1; push_subscriber SLl 012345; push_subscriber_concurrency SLl 1;
push_subscriber_timeout HSLl 1 !t; quic_active_connection_id_limit HS 1 !n; quic_bpf M 1 !f; quic_gso HS 1 !f; quic_host_key HS 1; quic_retry HS 1 !f;
random U 012; random u 012; random_index L 1 !f; read_ahead HSL 1 !z; real_ip_header HSL 1; real_ip_recursive HSL 1 !f; recursive_error_pages HSL 1 !f;
referer_hash_bucket_size SL 1 !n; referer_hash_max_size SL 1 !n; report_uploads HSL 1; request_pool_size HS 1 !z; reset_timedout_connection HSL 1 !f;
resolver U 1+; resolver HSL 1+ !; resolver Pp 1+ !; resolver u 1+; resolver Tt 1+ !; resolver_timeout U 1 !m; resolver_timeout HSL 1 !m;
resolver_timeout Pp 1 !m; resolver_timeout u 1 !m; resolver_timeout Tt 1 !m; return SLsl 12; return t 1; rewrite SLsl 23; rewrite_by_lua HSLl 1;
rewrite_by_lua_block HSLl{ 0; rewrite_by_lua_file HSLl 1; rewrite_by_lua_no_postpone H 1 !f; rewrite_log HSLsl 1 !f; root HSLl 1; rtsig_overflow_events E 1 !n;
rtsig_overflow_test E 1 !n; rtsig_overflow_threshold E 1 !n; rtsig_signo E 1 !n; satisfy HSL 1 !=all,any; satisfy_any HSL 1 !f; scgi_bind HSL 12 !;
scgi_buffer_size HSL 1 !z; scgi_buffering HSL 1 !f; scgi_buffers HSL 2 !b; scgi_busy_buffers_size HSL 1 !z; scgi_cache HSL 1 !;
scgi_cache_background_update HSL 1 !f; scgi_cache_bypass HSL 1+; scgi_cache_key HSL 1 !; scgi_cache_lock HSL 1 !f; scgi_cache_lock_age HSL 1 !m;
scgi_cache_lock_timeout HSL 1 !m; scgi_cache_max_range_offset HSL 1 !o; scgi_cache_methods HSL 1+; scgi_cache_min_uses HSL 1 !n; scgi_cache_path H 2+;
scgi_cache_purge HSL 1+; scgi_cache_revalidate HSL 1 !f;
scgi_cache_use_stale HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off; scgi_cache_valid HSL 1+;
scgi_connect_timeout HSL 1 !m; scgi_force_ranges HSL 1 !f; scgi_hide_header HSL 1; scgi_ignore_client_abort HSL 1 !f; scgi_ignore_headers HSL 1+;
scgi_intercept_errors HSL 1 !f; scgi_limit_rate HSL 1; scgi_max_temp_file_size HSL 1 !z;
scgi_next_upstream HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off;
scgi_next_upstream_timeout HSL 1 !m; scgi_next_upstream_tries HSL 1 !n; scgi_no_cache HSL 1+; scgi_param HSL 23; scgi_pass Ll 1 !; scgi_pass_header HSL 1;
scgi_pass_request_body HSL 1 !f; scgi_pass_request_headers HSL 1 !f; scgi_read_timeout HSL 1 !m; scgi_request_buffering HSL 1 !f; scgi_send_timeout HSL 1 !m;
scgi_socket_keepalive HSL 1 !f; scgi_socket_rcvbuf HSL 1 !z; scgi_socket_sndbuf HSL 1 !z; scgi_store HSL 1 !; scgi_store_access HSL 123 !;
scgi_temp_file_write_size HSL 1 !z; scgi_temp_path HSL 1234 !; secure_link HSL 1 !; secure_link_md5 HSL 1 !; secure_link_secret HSL 1 !; send_lowat HSL 1 !z;
send_timeout HSL 1 !m; sendfile HSLl 1 !f; sendfile_max_chunk HSL 1 !z; server H{ 0; server U 1+; server P{ 0; server T{ 0; server u 1+; server_name S 1+;
server_name Pp 1 !; server_name t 1+; server_name_in_redirect HSL 1 !f; server_names_hash_bucket_size H 1 !n; server_names_hash_bucket_size T 1 !n;
server_names_hash_max_size H 1 !n; server_names_hash_max_size T 1 !n; server_rewrite_by_lua_block HS{ 0; server_rewrite_by_lua_file HS 1;
server_tokens HSL 1 !; set SLsl 2; set t 2; set_base32_alphabet HSLsl 1; set_base32_padding HSLsl 1 !f; set_by_lua SLsl 2+; set_by_lua_block SLsl{ 1;
set_by_lua_file SLsl 2+; set_concat2 HSLsl 3; set_decode_base32 HSLsl 12; set_decode_base64 HSLsl 12; set_decode_base64url HSLsl 12; set_decode_hex HSLsl 12;
set_encode_base32 HSLsl 12; set_encode_base64 HSLsl 12; set_encode_base64url HSLsl 12; set_encode_hex HSLsl 12; set_escape_uri HSLsl 12;
set_formatted_gmt_time HSLsl 2; set_formatted_local_time HSLsl 2; set_hashed_upstream HSLsl 3; set_hmac_sha1 HSLsl 3; set_hmac_sha256 HSLsl 3;
set_if_empty HSLsl 2; set_local_today HSLsl 1; set_md5 HSLsl 12; set_misc_base32_padding HSLsl 1 !f; set_prepend_hello HSLsl 1; set_quote_json_str HSLsl 12;
set_quote_pgsql_str HSLsl 12; set_quote_sql_str HSLsl 12; set_random HSLsl 3; set_real_ip_from HSL 1; set_real_ip_from Tt 1; set_real_ip_from Pp 1;
set_rotate HSLsl 3; set_secure_random_alphanum HSLsl 12; set_secure_random_lcalpha HSLsl 12; set_sha1 HSLsl 12; set_unescape_uri HSLsl 12; slice HSL 1 !z;
smtp_auth Pp 1+ =plain,login,cram-md5,external,none; smtp_capabilities Pp 1+; smtp_client_buffer Pp 1 !z; smtp_greeting_delay Pp 1 !m; so_keepalive Pp 1 !f;
source_charset HSLl 1 !; spdy_chunk_size HSL 1; spdy_headers_comp HS 1; spdy_keepalive_timeout HS 1; spdy_max_concurrent_streams HS 1; spdy_pool_size HS 1;
spdy_recv_buffer_size H 1; spdy_recv_timeout HS 1; spdy_streams_index_size HS 1; split_clients H{ 2; split_clients T{ 2; ssi HSLl 1 !f;
ssi_ignore_recycled_buffers HSL 1 !f; ssi_last_modified HSL 1 !f; ssi_min_file_chunk HSL 1 !z; ssi_silent_errors HSL 1 !f; ssi_types HSL 1+;
ssi_value_length HSL 1 !z; ssl HS 1; ssl Pp 1; ssl_alpn Tt 1+ !; ssl_buffer_size HS 1 !z; ssl_certificate HS 1; ssl_certificate Pp 1; ssl_certificate Tt 1;
ssl_certificate_by_lua_block HS{ 0; ssl_certificate_by_lua_file HS 1; ssl_certificate_cache HS 123; ssl_certificate_cache Tt 123;
ssl_certificate_compression HS 1 !f; ssl_certificate_compression Pp 1 !f; ssl_certificate_compression Tt 1 !f; ssl_certificate_key HS 1;
ssl_certificate_key Pp 1; ssl_certificate_key Tt 1; ssl_ciphers HS 1 !; ssl_ciphers Pp 1 !; ssl_ciphers Tt 1 !; ssl_client_certificate HS 1 !;
ssl_client_certificate Pp 1 !; ssl_client_certificate Tt 1 !; ssl_client_hello_by_lua_block HS{ 0; ssl_client_hello_by_lua_file HS 1; ssl_conf_command HS 2;
ssl_conf_command Pp 2; ssl_conf_command Tt 2; ssl_crl HS 1 !; ssl_crl Pp 1 !; ssl_crl Tt 1 !; ssl_dhparam HS 1 !; ssl_dhparam Pp 1 !; ssl_dhparam Tt 1 !;
ssl_early_data HS 1 !f; ssl_ecdh_curve HS 1 !; ssl_ecdh_curve Pp 1 !; ssl_ecdh_curve Tt 1 !; ssl_ech_file HS 1; ssl_ech_file Tt 1; ssl_engine M 1 !;
ssl_handshake_timeout Tt 1 !m; ssl_object_cache_inheritable M 1 !f; ssl_ocsp HS 1 !=off,on,leaf; ssl_ocsp Tt 1 !=off,on,leaf; ssl_ocsp_cache HS 1 !;
ssl_ocsp_cache Tt 1; ssl_ocsp_responder HS 1 !; ssl_ocsp_responder Tt 1 !; ssl_password_file HS 1; ssl_password_file Pp 1; ssl_password_file Tt 1;
ssl_prefer_server_ciphers HS 1 !f; ssl_prefer_server_ciphers Pp 1 !f; ssl_prefer_server_ciphers Tt 1 !f; ssl_preread Tt 1 !f;
ssl_protocols HS 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3; ssl_protocols Pp 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3;
ssl_protocols Tt 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3; ssl_reject_handshake HS 1 !f; ssl_reject_handshake Tt 1 !f; ssl_session_cache HS 12;
ssl_session_cache Pp 12; ssl_session_cache Tt 12; ssl_session_fetch_by_lua_block H{ 0; ssl_session_fetch_by_lua_file H 1; ssl_session_store_by_lua_block H{ 0;
ssl_session_store_by_lua_file H 1; ssl_session_ticket_key HS 1; ssl_session_ticket_key Pp 1; ssl_session_ticket_key Tt 1; ssl_session_tickets HS 1 !f;
ssl_session_tickets Pp 1 !f; ssl_session_tickets Tt 1 !f; ssl_session_timeout HS 1 !t; ssl_session_timeout Pp 1 !t; ssl_session_timeout Tt 1 !t;
ssl_stapling HS 1 !f; ssl_stapling Tt 1 !f; ssl_stapling_file HS 1 !; ssl_stapling_file Tt 1 !; ssl_stapling_responder HS 1 !; ssl_stapling_responder Tt 1 !;
ssl_stapling_verify HS 1 !f; ssl_stapling_verify Tt 1 !f; ssl_trusted_certificate HS 1 !; ssl_trusted_certificate Pp 1 !; ssl_trusted_certificate Tt 1 !;
ssl_verify_client HS 1 !=off,on,optional,optional_no_ca; ssl_verify_client Pp 1 !=off,on,optional,optional_no_ca;
ssl_verify_client Tt 1 !=off,on,optional,optional_no_ca; ssl_verify_depth HS 1+ !n; ssl_verify_depth Pp 1 !n; ssl_verify_depth Tt 1 !n; starttls Pp 1;
sticky U 2+; stream M{ 0 !; stub_status SL 01; sub_filter HSL 2; sub_filter_last_modified HSL 1 !f; sub_filter_once HSL 1 !f; sub_filter_types HSL 1+;
subrequest_output_buffer_size HSL 1 !z; subs_buffers HSL 2 !b; subs_filter HSL 2+; subs_filter_bypass HSL 1+; subs_filter_types HSL 1+;
subs_line_buffer_size HSL 2 !z; tcp_nodelay HSL 1 !f; tcp_nodelay Tt 1 !f; tcp_nopush HSL 1 !f; thread_pool M 23; thread_stack_size M 1 !z; timeout Pp 1 !m;
timer_resolution M 1 !m; track_uploads HSL 2; try_files SL 2+ !; tunnel_bind HSL 12 !; tunnel_buffer_size HSL 1 !z; tunnel_connect_timeout HSL 1 !m;
tunnel_next_upstream HSL 1+ =error,timeout,off; tunnel_next_upstream_timeout HSL 1 !m; tunnel_next_upstream_tries HSL 1 !n; tunnel_pass SLl 01;
tunnel_read_timeout HSL 1 !m; tunnel_send_lowat HSL 1 !z; tunnel_send_timeout HSL 1 !m; tunnel_socket_keepalive HSL 1 !f; tunnel_socket_rcvbuf HSL 1 !z;
tunnel_socket_sndbuf HSL 1 !z; types HSL{ 0; types_hash_bucket_size HSL 1 !n; types_hash_max_size HSL 1 !n; underscores_in_headers HS 1 !f;
uninitialized_variable_warn HSLsl 1 !f; upload_progress H 2; upload_progress_content_type HSL 1 !; upload_progress_header HSL 1 !;
upload_progress_java_output HSL 0; upload_progress_json_output HSL 0; upload_progress_jsonp_output HSL 0; upload_progress_jsonp_parameter HSL 1 !;
upload_progress_template HSL 2; upstream H{ 1; upstream T{ 1; upstream_fair_shm_size H 1; use E 1 !; user M 12 !; userid HSL 1 !=off,log,v1,on;
userid_domain HSL 1 !; userid_expires HSL 1; userid_flags HSL 123 =off,secure,httponly,samesite=strict,samesite=lax,samesite=none; userid_mark HSL 1;
userid_name HSL 1 !; userid_p3p HSL 1 !; userid_path HSL 1 !; userid_service HSL 1 !n; uwsgi_bind HSL 12 !; uwsgi_buffer_size HSL 1 !z;
uwsgi_buffering HSL 1 !f; uwsgi_buffers HSL 2 !b; uwsgi_busy_buffers_size HSL 1 !z; uwsgi_cache HSL 1 !; uwsgi_cache_background_update HSL 1 !f;
uwsgi_cache_bypass HSL 1+; uwsgi_cache_key HSL 1 !; uwsgi_cache_lock HSL 1 !f; uwsgi_cache_lock_age HSL 1 !m; uwsgi_cache_lock_timeout HSL 1 !m;
uwsgi_cache_max_range_offset HSL 1 !o; uwsgi_cache_methods HSL 1+; uwsgi_cache_min_uses HSL 1 !n; uwsgi_cache_path H 2+; uwsgi_cache_purge HSL 1+;
uwsgi_cache_revalidate HSL 1 !f;
uwsgi_cache_use_stale HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off; uwsgi_cache_valid HSL 1+;
uwsgi_connect_timeout HSL 1 !m; uwsgi_force_ranges HSL 1 !f; uwsgi_hide_header HSL 1; uwsgi_ignore_client_abort HSL 1 !f; uwsgi_ignore_headers HSL 1+;
uwsgi_intercept_errors HSL 1 !f; uwsgi_limit_rate HSL 1; uwsgi_max_temp_file_size HSL 1 !z; uwsgi_modifier1 HSL 1 !n; uwsgi_modifier2 HSL 1 !n;
uwsgi_next_upstream HSL 1+ =error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off;
uwsgi_next_upstream_timeout HSL 1 !m; uwsgi_next_upstream_tries HSL 1 !n; uwsgi_no_cache HSL 1+; uwsgi_param HSL 23; uwsgi_pass Ll 1 !;
uwsgi_pass_header HSL 1; uwsgi_pass_request_body HSL 1 !f; uwsgi_pass_request_headers HSL 1 !f; uwsgi_read_timeout HSL 1 !m; uwsgi_request_buffering HSL 1 !f;
uwsgi_send_timeout HSL 1 !m; uwsgi_socket_keepalive HSL 1 !f; uwsgi_socket_rcvbuf HSL 1 !z; uwsgi_socket_sndbuf HSL 1 !z; uwsgi_ssl_certificate HSL 1 !;
uwsgi_ssl_certificate_cache HSL 123; uwsgi_ssl_certificate_key HSL 1 !; uwsgi_ssl_ciphers HSL 1 !; uwsgi_ssl_conf_command HSL 2; uwsgi_ssl_crl HSL 1 !;
uwsgi_ssl_name HSL 1 !; uwsgi_ssl_password_file HSL 1; uwsgi_ssl_protocols HSL 1+ =SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3; uwsgi_ssl_server_name HSL 1 !f;
uwsgi_ssl_session_reuse HSL 1 !f; uwsgi_ssl_trusted_certificate HSL 1 !; uwsgi_ssl_verify HSL 1 !f; uwsgi_ssl_verify_depth HSL 1 !n; uwsgi_store HSL 1 !;
uwsgi_store_access HSL 123 !; uwsgi_string HSL 1 !; uwsgi_temp_file_write_size HSL 1 !z; uwsgi_temp_path HSL 1234 !; valid_referers SL 1+;
variables_hash_bucket_size H 1 !n; variables_hash_bucket_size T 1 !n; variables_hash_max_size H 1 !n; variables_hash_max_size T 1 !n;
vhost_traffic_status HSL 1 !f; vhost_traffic_status_average_method HSL 12; vhost_traffic_status_bypass_limit HSL 1 !f;
vhost_traffic_status_bypass_stats HSL 1 !f; vhost_traffic_status_display SL 01; vhost_traffic_status_display_format SL 1 !=json,html,jsonp,prometheus;
vhost_traffic_status_display_jsonp SL 1 !; vhost_traffic_status_display_sum_key SL 1 !; vhost_traffic_status_dump H 12; vhost_traffic_status_filter HSL 1 !f;
vhost_traffic_status_filter_by_host HSL 1 !f; vhost_traffic_status_filter_by_set_key HSL 12; vhost_traffic_status_filter_check_duplicate HSL 1 !f;
vhost_traffic_status_filter_max_node H 1+; vhost_traffic_status_histogram_buckets HSL 1+; vhost_traffic_status_ignore_status HSL 1+ =1xx,2xx,3xx,4xx,5xx,off;
vhost_traffic_status_limit HSL 1 !f; vhost_traffic_status_limit_check_duplicate HSL 1 !f; vhost_traffic_status_limit_traffic HSL 12;
vhost_traffic_status_limit_traffic_by_set_key HSL 23; vhost_traffic_status_measure_status_codes H 1+; vhost_traffic_status_set_by_filter HSLl 2;
vhost_traffic_status_stats_by_upstream H 1 !f; vhost_traffic_status_zone H 01; worker_aio_requests E 1 !n; worker_connections E 1 !;
worker_cpu_affinity M 1+ !; worker_priority M 1 !; worker_processes M 1 !; worker_rlimit_core M 1 !o; worker_rlimit_nofile M 1 !n;
worker_rlimit_sigpending M 1 !n; worker_shutdown_timeout M 1 !m; worker_threads M 1 !n; working_directory M 1 !; xclient Pp 1 !f; xml_entities HSL 1;
xml_external_entities HSL 1 !f; xslt_last_modified HSL 1 !f; xslt_param HSL 2; xslt_string_param HSL 2; xslt_stylesheet L 1+; xslt_types HSL 1+; zone U 12;
zone u 12
`;

/** Variables that nginx and those modules define; those that end with `_` begin the names of many. */
export const VARIABLE_NAMES = `
ancient_browser arg_ args binary_remote_addr body_bytes_sent brotli_ratio bytes_sent connection connection_requests
connection_time connections_active connections_reading connections_waiting connections_writing content_length
content_type cookie_ date_gmt date_local document_root document_uri echo_cacheable_request_uri
echo_client_request_headers echo_client_request_method echo_incr echo_it echo_request_body echo_request_method
echo_request_uri echo_response_status echo_timer_elapsed fastcgi_path_info fastcgi_script_name geoip_area_code
geoip_city geoip_city_continent_code geoip_city_country_code geoip_city_country_code3 geoip_city_country_name
geoip_country_code geoip_country_code3 geoip_country_name geoip_dma_code geoip_latitude geoip_longitude geoip_org
geoip_postal_code geoip_region geoip_region_name grpc_internal_trailers gzip_ratio host hostname http2 http3 http_
http_cookie http_host http_referer http_user_agent http_via http_x_forwarded_for https invalid_referer is_args
is_request_port limit_conn_status limit_rate limit_req_status modern_browser msec msie nginx_version ngx_quic pid pipe
proxy_add_via proxy_add_x_forwarded_for proxy_host proxy_internal_body_length proxy_internal_chunked proxy_port
proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr proxy_protocol_server_port proxy_protocol_tlv_
query_string realip_remote_addr realip_remote_port realpath_root remote_addr remote_port remote_user request
request_body request_body_file request_completion request_filename request_id request_length request_method
request_port request_time request_uri scheme secure_link secure_link_expires sent_http_ sent_http_cache_control
sent_http_connection sent_http_content_length sent_http_content_type sent_http_keep_alive sent_http_last_modified
sent_http_link sent_http_location sent_http_transfer_encoding sent_trailer_ server_addr server_name server_port
server_protocol slice_range ssl_alpn_protocol ssl_cipher ssl_ciphers ssl_client_cert ssl_client_escaped_cert
ssl_client_fingerprint ssl_client_i_dn ssl_client_i_dn_legacy ssl_client_raw_cert ssl_client_s_dn
ssl_client_s_dn_legacy ssl_client_serial ssl_client_sigalg ssl_client_v_end ssl_client_v_remain ssl_client_v_start
ssl_client_verify ssl_curve ssl_curves ssl_early_data ssl_ech_outer_server_name ssl_ech_status ssl_protocol
ssl_server_name ssl_session_id ssl_session_reused ssl_sigalg ssl_sigalgs status tcpinfo_rcv_space tcpinfo_rtt
tcpinfo_rttvar tcpinfo_snd_cwnd time_iso8601 time_local uid_got uid_reset uid_set uploadprogress_callback
uploadprogress_length uploadprogress_received uploadprogress_remaining uploadprogress_status uri vts_1xx_counter
vts_2xx_counter vts_3xx_counter vts_4xx_counter vts_5xx_counter vts_cache_bypass_counter vts_cache_expired_counter
vts_cache_hit_counter vts_cache_miss_counter vts_cache_revalidated_counter vts_cache_scarce_counter
vts_cache_stale_counter vts_cache_updating_counter vts_in_bytes vts_out_bytes vts_request_counter vts_request_time
vts_request_time_counter
`;
