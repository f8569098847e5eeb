"""A peer for scripts/bench: PyYAML and Jinja2, the usual tools for such a task: `render.py SPEC OUT`.

It fills templates from the spec. It checks nothing, quotes nothing, and takes its defaults from the template.
"""

import os
import secrets
import sys

import jinja2
import yaml

FILES = {
    "pgpool.conf": """\
backend_clustering_mode = 'streaming_replication'
sr_check_period = 0
health_check_period = 0
failover_on_backend_error = off
failover_on_backend_shutdown = off
{% for role in ["writer", "reader"] %}
backend_hostname{{ loop.index0 }} = '{{ spec.aurora[role] }}'
backend_port{{ loop.index0 }} = {{ spec.aurora.port or 5432 }}
backend_weight{{ loop.index0 }} = {{ spec.pgpool.weights[role] }}
backend_flag{{ loop.index0 }} = '{{ "ALWAYS_PRIMARY|" if loop.first }}DISALLOW_TO_FAILOVER'
{% endfor %}
listen_addresses = '*'
port = {{ spec.pgpool.port or 9999 }}
pcp_listen_addresses = 'localhost'
num_init_children = 157
max_pool = {{ spec.pgpool.max_pool or 1 }}
reserved_connections = 1
connection_life_time = 60
child_life_time = 300
child_max_connections = 1000
enable_pool_hba = on
allow_clear_text_frontend_auth = off
pool_passwd = 'pool_passwd'
ssl = {{ "off" if spec.aurora.tls.mode == "off" else "on" }}
{% if spec.pgpool.tls %}
ssl_cert = '{{ spec.pgpool.tls.certificate }}'
ssl_key = '{{ spec.pgpool.tls.key }}'
{% endif %}
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
{% for key, value in spec.pgpool.parameters.items() %}
{{ key }} = {{ value }}
{% endfor %}
""",
    "pool_hba.conf": """\
host {{ spec.aurora.database }} {{ spec.health.user }} 127.0.0.1/32 scram-sha-256
{% for network in spec.pgpool.allow %}
{{ "hostssl" if spec.pgpool.tls else "host" }} all all {{ network }} scram-sha-256
{% endfor %}
""",
    "pool_passwd": """\
{% for user in spec.auth.users %}
{{ user.name }}:TEXT{{ environ[user.password_env] }}
{% endfor %}
""",
    "pcp.conf": "pgdoctor:{{ pcp_hash }}\n",
    "pgdoctor.cfg": """\
http_port = {{ spec.health.port }}
syslog_facility = local7
pg_host = 127.0.0.1
pg_port = {{ spec.pgpool.port or 9999 }}
pg_user = {{ spec.health.user }}
pg_password = ''
pg_database = {{ spec.aurora.database }}
pg_connection_timeout = 3
{% for check in spec.health.checks %}
{% if check is string %}
"{{ check }}"
{% else %}
"{{ check.query }}" {{ check.operator }} "{{ check.value }}"
{% endif %}
{% endfor %}
""",
    "pgdoctor.pgpass": """\
127.0.0.1:{{ spec.pgpool.port or 9999 }}:{{ spec.aurora.database }}:{{ spec.health.user }}:{{ environ.HEALTH_PASSWORD }}
""",
}


def main() -> None:
    """Render every file."""
    spec_path, out = sys.argv[1:]
    with open(spec_path, encoding="utf-8") as file:
        spec = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    os.umask(0o077)
    os.makedirs(out, exist_ok=True)
    for name, template in FILES.items():
        text = environment.from_string(template).render(spec=spec, environ=os.environ, pcp_hash=secrets.token_hex(16))
        with open(os.path.join(out, name), "w", encoding="utf-8") as file:
            file.write(text)


main()
