"""The report on the page and as a file: frozen content laid out, and whether it is proved."""

from typing import Any

from journal.models import Entry
from plans.documents.showing import shown
from reviews.models import Review
from reviews.paper import document_of
from reviews.report import compose, hash_of


def content_of(review: Review) -> tuple[dict[str, Any], Any]:
    """The report's content and its submission: the last one, or the draft as it stands and None."""
    if review.state == Review.State.DRAFT:
        return compose(review), None
    submission = review.submissions.select_related("by", "answered_by").latest("ordinal")
    return submission.content, submission


def sheet(review: Review) -> dict[str, Any]:
    """What the report's page needs: `document` with its blocks of `text` and `annexes`, its
    `dated` in words, the `submission` (None for a draft), and `is_proved`.

    `is_proved` says that content, stored hash and the journal's entry agree.
    """
    content, submission = content_of(review)
    document = document_of(content)
    return {
        "review": review,
        "submission": submission,
        "is_proved": submission is not None and _is_in_journal(review, submission),
        **shown(document),
    }


def _is_in_journal(review: Review, submission: Any) -> bool:
    entries = Entry.objects.filter(stream=review.incident.stream, event="review.submit")
    kept = {entry.facts["ordinal"]: entry.facts["hash"] for entry in entries}
    return hash_of(submission.content) == submission.hash == kept.get(submission.ordinal)
