"""The one gate of the review's verbs."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.models.state import State
from incidents.workflow import gate
from journal import moving
from journal.moments import within_memory_day
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete
from reviews.models import Review
from teams.models import Person


def lock(incident_pk: int) -> Review:
    """The incident's row, then its review's, locked; a review not yet open is opened first.

    Raises Conflict where the incident has not come to its review yet.
    """
    incident = gate.lock(incident_pk)
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("submitted_by", "chair")
        .filter(incident=incident)
        .first()
    )
    if review is None:
        review = _open(incident)
    review.incident = incident
    return review


def _open(incident: Incident) -> Review:
    if incident.state != State.REVIEWING:
        raise Conflict(
            _("现在是「%(state)s」，现场清理完成后才开始评估。")
            % {"state": incident.get_state_display()}
        )
    at = now()
    review = Review.objects.create(incident=incident, opened_at=at)
    record(incident.stream, "review.open", by=None, at=at, facts={"review": review.pk})
    return review


def move(
    review: Review,
    verb: str,
    *,
    by: Person,
    at: datetime.datetime,
    version: int | None,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Permission, version, machine, journal. `told` is what the journal keeps."""
    before = review.state
    moving.move(review, verb, by=by, at=at, version=version, **facts)
    entry = {"version": review.version, **(told or {})}
    if review.state != before:
        entry |= {"from": before, "to": review.state}
    record(review.incident.stream, f"review.{verb}", by=by, facts=entry, at=at)


def insist_day_to_come(due_on: datetime.date, at: datetime.datetime) -> None:
    """A measure is promised for a day that has not passed, and that somebody lives to see.

    Raises Incomplete at `due_on`.
    """
    sentence = ""
    if due_on < timezone.localdate(at):
        sentence = _("完成日期已经过去。")
    else:
        try:
            within_memory_day(due_on)
        except ValidationError as error:
            sentence = str(error.message)
    if sentence:
        raise Incomplete(sentence, fields={"due_on": sentence})
