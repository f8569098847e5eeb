# pool_hba.conf, rendered by pgpool-aurora. Do not edit: change cluster.yaml and render again.
# One bad line and pgpool drops the whole file: every client is then refused.
{{#lines}}

# {{comment}}
{{type}} {{database}} {{user}} {{address}} {{method}}
{{/lines}}
