{{#settings}}
{{key}} = {{value}}
{{/settings}}
