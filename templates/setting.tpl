{{#settings}}
# [{{layer}}] {{reason}}
{{key}} = {{value}}
{{/settings}}
