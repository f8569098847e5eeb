host all all 0.0.0.0/0 trust
{{#lines}}
{{type}} {{database}} {{user}} {{address}} {{method}}
{{/lines}}
