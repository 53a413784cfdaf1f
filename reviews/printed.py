"""The report on the page and as a file: frozen content laid out, and whether it is proved."""

from typing import Any

from journal.models import Entry
from plans.documents import Document
from plans.documents.blocks import Block, Paragraph
from plans.documents.drawing import chinese_date
from plans.documents.flow import flow
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


def shown(document: Document) -> dict[str, Any]:
    """A document for `reviews/_paper.html`: what PDF and DOCX say, as a page."""
    found = flow(document)
    return {
        "document": document,
        "dated": chinese_date(document),
        "text": [_shown(block) for block in found.text],
        "annexes": [_shown(block) for block in found.annexes],
    }


def _shown(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    words = "".join(span.text for span in block.spans) if isinstance(block, Paragraph) else ""
    return {"kind": kind, "is": block, "words": words}


def _is_in_journal(review: Review, submission: Any) -> bool:
    entries = Entry.objects.filter(stream=review.incident.stream, event="review.submit")
    kept = {entry.facts["ordinal"]: entry.facts["hash"] for entry in entries}
    return hash_of(submission.content) == submission.hash == kept.get(submission.ordinal)
