"""The downtime kit (停机应急包): what a department works with when every screen is dark.

Per department one PDF: cover, manual-mode checklist, role cards, call tree, scripts, service cards,
numbered forms, log, clauses. `hospital` reads what all kits are made of, `composing` puts one
together as plain data, `drawing` draws it, `workflow` keeps editions of it.
"""
