"""What the pages of the review need; the number of queries is fixed."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.models.state import State
from journal.moving import may
from journal.recording import now
from reviews import concerned, demands
from reviews.actions import Asked, chosen
from reviews.learned import by_department, tree
from reviews.models import Review, Submission
from teams.models import Person

REPORTS_ON_A_PAGE = 20
# The rest stands on the page of all items.
ACTIONS_SHOWN = 10


def review_of(incident: Incident) -> Review | None:
    """The incident's review, None where it has not been opened yet."""
    review = (
        Review.objects.select_related("chair", "submitted_by", "received_by")
        .prefetch_related("attendees", "actions__department", "actions__person", "actions__done_by")
        .filter(incident=incident)
        .first()
    )
    if review is not None:
        review.incident = incident
    return review


def detail(review: Review) -> dict[str, Any]:
    """The review's page: gate, measured times, actions, answers of the leading group."""
    conditions = demands.for_submission(review, now())
    today = timezone.localdate()
    answers = list(
        review.submissions.select_related("by", "answered_by")
        .prefetch_related("files")
        .defer("content")
    )
    return {
        "conditions": [
            {
                "words": condition.label,
                "met": condition.met,
                "missing": condition.missing,
                "url": condition.link,
                "mend": _("去填写"),
            }
            for condition in conditions
        ],
        "is_complete": all(condition.met for condition in conditions),
        "branches": tree(review),
        "assessed": by_department(review, concerned.departments(review.incident)),
        "actions": [
            {
                "item": action,
                "is_overdue": action.done_at is None and action.due_on < today,
            }
            for action in review.actions.all()
        ],
        "submissions": answers,
        "submission": answers[-1] if answers and review.state != Review.State.DRAFT else None,
        "returned": answers[-1]
        if answers and answers[-1].answer == Submission.Answer.RETURNED
        else None,
    }


def board(person: Person, *, search: str, page: int) -> dict[str, Any]:
    """All reviews: those in work, promised measures still open, the archive with search."""
    today = timezone.localdate()
    owed = chosen(Asked(), person)
    archive = Paginator(archived(search), REPORTS_ON_A_PAGE).get_page(page)
    return {
        "open_reviews": Incident.objects.filter(state=State.REVIEWING)
        .select_related("review__submitted_by", "grade")
        .order_by("cleaned_at"),
        "actions": [
            {
                "item": action,
                "is_overdue": action.due_on < today,
            }
            for action in owed[:ACTIONS_SHOWN]
        ],
        "owed": owed.count(),
        "archive": archive,
        "search": search,
    }


def awaiting(person: Person) -> list[Review]:
    """Submitted reports that this person may receive, the oldest first."""
    submitted = (
        Review.objects.filter(state=Review.State.SUBMITTED)
        .exclude(submitted_by=person)
        .select_related("incident", "submitted_by")
        .order_by("submitted_at")[:20]
    )
    return [review for review in submitted if may(review, "receive", person)]


def archived(search: str = "") -> QuerySet[Review]:
    """Received reports, newest first; `search` looks into number, title and cause."""
    found = (
        Review.objects.filter(state=Review.State.RECEIVED)
        .select_related("incident__grade", "received_by")
        .order_by("-received_at")
    )
    for word in search.split():
        found = found.filter(
            Q(report_number__icontains=word)
            | Q(incident__title__icontains=word)
            | Q(root_cause_text__icontains=word)
        )
    return found
