"""The review's verbs: the only code that writes reviews.

Each is one transaction that locks the incident first, then the review. A refusal
(`journal.refusals`) leaves nothing behind. `version` is the review's, as the person saw it.
"""

from reviews.workflow.asking_why import add_why, change_why, remove_why
from reviews.workflow.drafting import (
    add_action,
    decline_actions,
    open_review,
    record_findings,
    record_meeting,
    remove_action,
)
from reviews.workflow.evaluating import evaluate
from reviews.workflow.following import finish_action
from reviews.workflow.handing_in import receive, return_report, submit

__all__ = [
    "add_action",
    "add_why",
    "change_why",
    "decline_actions",
    "evaluate",
    "finish_action",
    "open_review",
    "receive",
    "record_findings",
    "record_meeting",
    "remove_action",
    "remove_why",
    "return_report",
    "submit",
]
