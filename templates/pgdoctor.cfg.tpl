# pgdoctor.cfg, rendered by pgpool-aurora. Every line that is no known key is taken for an SQL check.
# The password is in the file that PGPASSFILE names.
{{#settings}}
{{key}} = {{value}}
{{/settings}}
{{#checks}}
{{check}}
{{/checks}}
