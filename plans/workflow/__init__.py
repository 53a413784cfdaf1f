"""Verbs of the plan, each named once. See ADR 2."""

from plans.workflow.adopting import adopt, publish_example

__all__ = ["adopt", "publish_example"]
