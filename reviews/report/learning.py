"""What the review found: meeting, causes, evaluation, measures (plan, rows P15–P17)."""

from typing import Any

from reviews import learned
from reviews.demands import other_names
from reviews.models import Cause, Review


def meeting(review: Review) -> dict[str, Any]:
    """When, where, led by whom, with whom."""
    people = [str(person) for person in review.attendees.all()]
    return {
        "at": review.meeting_at,
        "place": review.meeting_place,
        "chair": str(review.chair) if review.chair else "",
        "attendees": [*people, *other_names(review.other_attendees)],
        "minutes": review.minutes,
        "participants": [
            {
                "person": str(row.person),
                "answer": str(row.get_answer_display()) if row.invited_at else "",
                "signed_at": row.signed_at,
                "noted_by": str(row.noted_by) if row.noted_by else "",
                "noted_reason": row.noted_reason,
            }
            for row in review.participants.select_related("person", "noted_by")
        ],
    }


def findings(review: Review) -> dict[str, Any]:
    """Causes and evaluation, as they were written."""
    return {
        "root_cause": str(Cause(review.root_cause).label) if review.root_cause else "",
        "root_cause_text": review.root_cause_text,
        "contributing_factors": review.contributing_factors,
        "what_went_well": review.what_went_well,
        "shortcomings": review.shortcomings,
        "process_evaluation": review.process_evaluation,
    }


def actions(review: Review) -> list[dict[str, Any]]:
    """What is to be done, by whom, until when."""
    return [
        {
            "kind": str(action.get_kind_display()),
            "measure": action.measure,
            "owner": action.owner,
            "due_on": action.due_on,
        }
        for action in review.actions.select_related("department", "person")
    ]


def whys(review: Review) -> list[dict[str, Any]]:
    """The answers to «why?», each below the one that it answers."""
    return [
        {
            "number": branch.number,
            "text": branch.why.text,
            "evidence": branch.why.evidence,
            "root": str(branch.why.get_kind_display()) if branch.why.is_root else "",
        }
        for branch in learned.tree(review)
    ]


def evaluations(review: Review) -> list[dict[str, Any]]:
    """How each department was found, by whom; a word of its own people and of others."""
    rows = review.evaluations.select_related("department", "by")
    return [
        {
            "department": str(row.department),
            "by": str(row.by),
            "is_own": row.is_own,
            "cooperation": str(row.get_cooperation_display()),
            "speed": str(row.get_speed_display()),
            "words": row.words,
        }
        for row in rows
    ]
