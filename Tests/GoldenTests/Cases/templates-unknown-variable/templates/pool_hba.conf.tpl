# Ours.
{{#lines}}
{{type}} {{databse}} {{user}} {{address}} {{method}}
{{/lines}}
