"""What the report must hold before it is submitted, and what the archive demands of it."""

import datetime
import re

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import gates
from incidents.gates import Condition
from incidents.models import Incident
from reviews.models import Review

# A meeting is between people.
FEWEST_ATTENDEES = 2
_BETWEEN_NAMES = re.compile(r"[、，,；;\s]+")


def for_submission(review: Review, at: datetime.datetime) -> list[Condition]:
    """All demands on submission at the moment `at` (domain, section 2, «review»; plan, P15–P17)."""
    return [
        _meeting(review, at),
        _attendees(review),
        _cause(review),
        _evaluation(review),
        _actions(review),
    ]


def missing_for_submission(review: Review, at: datetime.datetime) -> list[Condition]:
    return [condition for condition in for_submission(review, at) if not condition.met]


def other_names(text: str) -> list[str]:
    """Names out of a line of names."""
    return [name for name in _BETWEEN_NAMES.split(text) if name]


def _condition(review: Review, key: str, label: str, missing: str, anchor: str) -> Condition:
    link = f"{reverse('reviews:detail', args=[review.incident_id])}#{anchor}"
    return Condition(key, label, not missing, missing, link)


def _meeting(review: Review, at: datetime.datetime) -> Condition:
    missing = ""
    if review.meeting_at is None:
        missing = _("还没有记录评估会议。")
    elif review.meeting_cancelled_at is not None:
        missing = _("评估会议取消了，还没有重新召集。")
    elif review.meeting_at > at:
        missing = _("评估会议还没有开。")
    return _condition(review, "meeting", _("评估会议已召开"), missing, "meeting")


def _attendees(review: Review) -> Condition:
    present = review.attendees.count() + len(other_names(review.other_attendees))
    missing = "" if present >= FEWEST_ATTENDEES else _("参加会议的至少要有两人。")
    return _condition(review, "attendees", _("至少两人参加会议"), missing, "meeting")


def _cause(review: Review) -> Condition:
    missing = ""
    if not review.root_cause:
        missing = _("还没有确定根本原因的类别。")
    elif not review.root_cause_text:
        missing = _("还没有写根本原因的说明。")
    return _condition(review, "root_cause", _("根本原因已查明"), missing, "findings")


def _evaluation(review: Review) -> Condition:
    missing = "" if review.process_evaluation else _("还没有评价各科室的配合与响应。")
    return _condition(review, "process_evaluation", _("处置过程已评价"), missing, "findings")


def _actions(review: Review) -> Condition:
    decided = bool(review.no_action_reason) or review.actions.exists()
    missing = "" if decided else _("还没有整改项，也没有写明无需整改的理由。")
    return _condition(review, "actions", _("整改项已确定，或写明无需整改"), missing, "actions")


@gates.demand(gates.CLOSE)
def report_received(incident: Incident) -> list[Condition]:
    """P15: the written report was submitted to the leading group, and the group received it."""
    review = Review.objects.filter(incident=incident).first()
    submitted = review is not None and review.state != Review.State.DRAFT
    received = review is not None and review.state == Review.State.RECEIVED
    link = reverse("reviews:detail", args=[incident.pk])
    return [
        Condition(
            "report_submitted",
            _("评估报告已提交领导小组"),
            submitted,
            "" if submitted else _("评估报告还没有提交领导小组。"),
            link,
        ),
        Condition(
            "report_received",
            _("领导小组已接收评估报告"),
            received,
            "" if received else _("领导小组还没有接收评估报告。"),
            link,
        ),
    ]
