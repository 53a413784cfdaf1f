"""Verbs of the organisation, each named once. See ADR 2."""

from teams.workflow.organisation import establish, keep, told

__all__ = ["establish", "keep", "told"]
