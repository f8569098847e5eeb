# pgpool.conf for Pgpool-II {{version}}, rendered by pgpool-aurora. Do not edit: change cluster.yaml and render again.
# [mandatory] is what Aurora needs, [default] is ours, [user] comes from cluster.yaml.
{{#clustering}}

# --- Clustering ---
{{>setting.tpl}}
{{/clustering}}
{{#backends}}

# --- Backends: 0 is the writer endpoint, 1 the reader endpoint ---
{{>setting.tpl}}
{{/backends}}
{{#listening}}

# --- Where clients and administration connect ---
{{>setting.tpl}}
{{/listening}}
{{#pool}}

# --- Children and pool ---
{{>setting.tpl}}
{{/pool}}
{{#authentication}}

# --- Authentication: see pool_hba.conf and pool_passwd ---
{{>setting.tpl}}
{{/authentication}}
{{#tls}}

# --- TLS ---
{{>setting.tpl}}
{{/tls}}
{{#load_balancing}}

# --- Load balancing ---
{{>setting.tpl}}
{{/load_balancing}}
{{#health}}

# --- Health checks ---
{{>setting.tpl}}
{{/health}}
{{#failover}}

# --- Failover ---
{{>setting.tpl}}
{{/failover}}
{{#logging}}

# --- Logging ---
{{>setting.tpl}}
{{/logging}}
{{#files}}

# --- Files ---
{{>setting.tpl}}
{{/files}}
{{#cache}}

# --- Cache ---
{{>setting.tpl}}
{{/cache}}
{{#other}}

# --- Other ---
{{>setting.tpl}}
{{/other}}
