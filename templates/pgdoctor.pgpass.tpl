# The health user's password, for PGPASSFILE. Rendered by pgpool-aurora.
{{#entries}}
{{host}}:{{port}}:{{database}}:{{user}}:{{password}}
{{/entries}}
