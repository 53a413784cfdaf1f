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
from reviews.workflow.following import (
    attach_to_action,
    finish_action,
    hand_over_action,
    postpone_action,
    waive_demand,
)
from reviews.workflow.handing_in import receive, return_report, submit
from reviews.workflow.meeting import (
    answer_meeting,
    call_meeting,
    cancel_meeting,
    note_attendance,
    sign_attendance,
    write_minutes,
)
from reviews.workflow.reminding import remind_of_actions

__all__ = [
    "add_action",
    "add_why",
    "answer_meeting",
    "attach_to_action",
    "call_meeting",
    "cancel_meeting",
    "change_why",
    "decline_actions",
    "evaluate",
    "finish_action",
    "hand_over_action",
    "note_attendance",
    "open_review",
    "postpone_action",
    "receive",
    "record_findings",
    "record_meeting",
    "remind_of_actions",
    "remove_action",
    "remove_why",
    "return_report",
    "sign_attendance",
    "submit",
    "waive_demand",
    "write_minutes",
]
