"""Verbs of the plan, each named once. See ADR 2."""

from plans.workflow.adopting import adopt, publish_example
from plans.workflow.approving import comment, resolve, sign, submit, withdraw
from plans.workflow.drafting import (
    bring_in,
    draft_from,
    explain,
    link_change,
    rewrite,
    unlink_change,
)
from plans.workflow.proving import waive_coverage
from plans.workflow.publishing import discard, publish, roll_back, take_effect
from plans.workflow.reading import confirm_read, remind_readers

__all__ = [
    "adopt",
    "bring_in",
    "comment",
    "confirm_read",
    "discard",
    "draft_from",
    "explain",
    "link_change",
    "publish",
    "publish_example",
    "remind_readers",
    "resolve",
    "rewrite",
    "roll_back",
    "sign",
    "submit",
    "take_effect",
    "unlink_change",
    "waive_coverage",
    "withdraw",
]
