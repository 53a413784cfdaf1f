"""What the staff's list of notices needs: what must be done now, most urgent first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from incidents.models import Deadline, Incident, Waiver
from incidents.models.state import NOTICE_TRACK, State
from notices.models import Notice

# A hospital with more open notices than this has other worries than paging.
MOST = 50


@dataclass(frozen=True)
class Work:
    """Three kinds of work on patient notices, each with the most urgent first; `drills`, apart
    from them, are those in which patients would have to be told."""

    published: list[Notice]
    waiting: list[Notice]
    unspoken: list[Incident]
    drills: list[Incident]

    @property
    def is_empty(self) -> bool:
        return not (self.published or self.waiting or self.unspoken or self.drills)


def work() -> Work:
    """Public notices by their promised update, notices in preparation, incidents without a word.

    Four queries, whatever the number of rows.
    """
    shown = _with_people(Notice.objects.published()).order_by("next_update_at", "pk")
    waiting = (
        _with_people(Notice.objects.in_preparation())
        .filter(incident__state__in=[State.REPORTED, *NOTICE_TRACK], incident__is_drill=False)
        .order_by("drafted_at", "pk")
    )
    first_notice = Deadline.objects.running().filter(
        incident=OuterRef("pk"), kind=Deadline.Kind.FIRST_NOTICE
    )
    unspoken = (
        Incident.objects.real()
        .filter(state__in=NOTICE_TRACK, notified_at__isnull=True, notice_waived_at__isnull=True)
        .filter(~Exists(Notice.objects.in_preparation().filter(incident=OuterRef("pk"))))
        .select_related("grade")
        .annotate(
            notice_armed_at=first_notice.values("armed_at")[:1],
            notice_due_at=first_notice.values("due_at")[:1],
        )
        .order_by(F("notice_due_at").asc(nulls_last=True), "pk")
    )
    drills = Incident.objects.drills().filter(state__in=NOTICE_TRACK).order_by("-pk")[:MOST]
    return Work(list(shown[:MOST]), list(waiting[:MOST]), list(unspoken[:MOST]), list(drills))


def panel(incident: Incident) -> dict[str, Any]:
    """An incident's notices: `current` (public), `waiting` (in preparation), `history`; `waiver`
    where none is needed. Two queries and one for the services; one more for the waiver."""
    notices = list(
        _with_people(Notice.objects.filter(incident=incident))
        .prefetch_related("services")
        .order_by("-number")
    )
    for notice in notices:
        notice.incident = incident
    current = next((row for row in notices if row.state == Notice.State.PUBLISHED), None)
    waiting = next(
        (row for row in notices if row.state in (Notice.State.DRAFT, Notice.State.APPROVED)), None
    )
    is_waived = incident.notice_waived_at is not None and incident.notified_at is None
    return {
        "waiver": _waiver(incident) if is_waived and not current and not waiting else None,
        "current": current,
        "waiting": waiting,
        "history": [row for row in notices if row not in (current, waiting)],
    }


def _waiver(incident: Incident) -> Waiver | None:
    standing = incident.waivers.filter(demand=Waiver.Demand.NOTICE, ended_at=None)
    return standing.select_related("by").first()


def _with_people(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return notices.select_related(
        "incident", "incident__grade", "drafted_by", "approved_by", "published_by", "ended_by"
    )
