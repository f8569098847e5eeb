# pcp.conf, rendered by pgpool-aurora: who may ask pgpool for its state. The password was thrown away; the hash logs in.
{{user}}:{{hash}}
