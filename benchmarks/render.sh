#!/bin/bash
# A peer for scripts/bench: how such files are usually written, a heredoc that sed patches. It checks nothing, quotes
# nothing and knows no version: `render.sh OUT`, the endpoints being constants.
set -eu
out=$1
umask 077
mkdir -p "$out"
cat >"$out/pgpool.conf" <<'END'
backend_clustering_mode = 'streaming_replication'
sr_check_period = 0
health_check_period = 0
failover_on_backend_error = off
failover_on_backend_shutdown = off
backend_hostname0 = 'WRITER'
backend_port0 = 5432
backend_weight0 = 1
backend_flag0 = 'ALWAYS_PRIMARY|DISALLOW_TO_FAILOVER'
backend_hostname1 = 'READER'
backend_port1 = 5432
backend_weight1 = 10
backend_flag1 = 'DISALLOW_TO_FAILOVER'
listen_addresses = '*'
port = 9999
pcp_listen_addresses = 'localhost'
num_init_children = CHILDREN
max_pool = 1
reserved_connections = 1
connection_life_time = 60
child_life_time = 300
child_max_connections = 1000
enable_pool_hba = on
allow_clear_text_frontend_auth = off
pool_passwd = 'pool_passwd'
ssl = on
ssl_cert = '/etc/pgpool-aurora/tls/server.crt'
ssl_key = '/etc/pgpool-aurora/tls/server.key'
load_balance_mode = on
disable_load_balance_on_write = 'transaction'
statement_level_load_balance = on
read_only_function_list = ''
write_function_list = ''
app_name_redirect_preference_list = 'pgdoctor-replica:standby'
log_destination = 'stderr'
log_statement = off
log_per_node_statement = off
log_hostname = off
log_min_messages = info
client_idle_limit = 600
END
sed -i -e 's/WRITER/app.cluster-c1.us-east-1.rds.amazonaws.com/' \
    -e 's/READER/app.cluster-ro-c1.us-east-1.rds.amazonaws.com/' -e 's/CHILDREN/157/' "$out/pgpool.conf"
cat >"$out/pool_hba.conf" <<END
host app pgpool_health 127.0.0.1/32 scram-sha-256
hostssl all all 10.0.0.0/8 scram-sha-256
END
printf 'app:TEXT%s\npgpool_health:TEXT%s\n' "$APP_PASSWORD" "$HEALTH_PASSWORD" >"$out/pool_passwd"
printf 'pgdoctor:%s\n' "$(head -c 16 /dev/urandom | md5sum | cut -d ' ' -f 1)" >"$out/pcp.conf"
cat >"$out/pgdoctor.cfg" <<END
http_port = 8071
syslog_facility = local7
pg_host = 127.0.0.1
pg_port = 9999
pg_user = pgpool_health
pg_password = ''
pg_database = app
pg_connection_timeout = 3
"SELECT 1"
"SELECT count(*) FROM pg_stat_activity" < "1000"
END
printf '127.0.0.1:9999:app:pgpool_health:%s\n' "$HEALTH_PASSWORD" >"$out/pgdoctor.pgpass"
