{{! This file has no comments. A password always has its prefix TEXT. }}
{{#users}}
{{user}}:{{password}}
{{/users}}
