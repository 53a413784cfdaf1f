"""Shapes of what is asked about people, groups and duty. The rules are the verbs' own."""
