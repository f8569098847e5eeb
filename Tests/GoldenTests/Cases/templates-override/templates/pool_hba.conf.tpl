# Ours.
{{#lines}}
{{type}}	{{database}}	{{user}}	{{address}}	{{method}}	# {{comment}}
{{/lines}}
