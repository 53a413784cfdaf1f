"""The report on paper: frozen content made ready for its template."""

from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from journal.models import Entry
from reviews.models import Review
from reviews.report import compose, hash_of

_MOMENTS = ("at",)
_DAYS = ("due_on",)


def sheet(review: Review) -> dict[str, Any]:
    """What the report's page needs: `content`, the `submission` (None for a draft), and `proof`.

    `is_proved` says that content, stored hash and the journal's entry agree.
    """
    submission = None
    if review.state != Review.State.DRAFT:
        submission = review.submissions.select_related("by", "answered_by").latest("ordinal")
    content = submission.content if submission else compose(review)
    is_proved = submission is not None and _is_in_journal(review, submission)
    return {
        "review": review,
        "submission": submission,
        "content": timed(content),
        "is_proved": is_proved,
    }


def _is_in_journal(review: Review, submission: Any) -> bool:
    entries = Entry.objects.filter(stream=review.incident.stream, event="review.submit")
    kept = {entry.facts["ordinal"]: entry.facts["hash"] for entry in entries}
    return hash_of(submission.content) == submission.hash == kept.get(submission.ordinal)


def timed(value: Any, key: str = "") -> Any:
    """The content with its moments and days as such, for the template to show in the local zone."""
    if isinstance(value, dict):
        return {name: timed(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [timed(item, key) for item in value]
    if isinstance(value, str) and value:
        if key in _DAYS:
            return parse_date(value)
        if key in _MOMENTS or key.endswith("_at"):
            return parse_datetime(value) or value
    return value
