"""The pages' door to the incident's verbs. Nothing here writes."""
