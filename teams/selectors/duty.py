"""Who is on duty at any moment, past or future, and who comes next: the final calendar, asked."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from teams.models import Duty, Person, ResponseGroup, Roster
from teams.models.duty import DutyQuerySet


def on_duty(
    at: datetime.datetime,
    *,
    roster: Roster | int | None = None,
    group: ResponseGroup | int | None = None,
) -> list[Duty]:
    """Who serves at this moment, first lines first. One query, by the index of spans."""
    return list(_of(Duty.objects.at(at), roster, group))


def duties_between(
    start: datetime.datetime,
    end: datetime.datetime,
    *,
    roster: Roster | int | None = None,
    group: ResponseGroup | int | None = None,
    person: Person | int | None = None,
) -> list[Duty]:
    """Every duty of which some part lies in `[start, end)`, by its beginning. One query."""
    duties = Duty.objects.between(start, end)
    if person is not None:
        duties = duties.filter(person=person)
    return list(_of(duties, roster, group).order_by("starts_at", "roster", "slot"))


def next_on_duty(
    at: datetime.datetime,
    *,
    roster: Roster | int | None = None,
    group: ResponseGroup | int | None = None,
) -> list[Duty]:
    """Who comes next in each roster: those who serve from the next moment at which somebody begins
    who is not on duty in it now. Two queries, whatever the number of rosters."""
    now = Duty.objects.at(at).filter(roster=OuterRef("roster"), person=OuterRef("person"))
    coming = (
        Duty.objects.filter(~Exists(now), roster=OuterRef("pk"), starts_at__gt=at)
        .order_by("starts_at")
        .values("starts_at")[:1]
    )
    rosters = Roster.objects.annotate(next_at=Subquery(coming)).filter(next_at__isnull=False)
    if roster is not None:
        rosters = rosters.filter(pk=getattr(roster, "pk", roster))
    if group is not None:
        rosters = rosters.filter(group=group)
    handed_over = Q()
    for pk, next_at in rosters.values_list("pk", "next_at"):
        handed_over |= Q(roster=pk, starts_at=next_at)
    return list(_of(Duty.objects.filter(handed_over))) if handed_over else []


def _of(
    duties: DutyQuerySet,
    roster: Roster | int | None = None,
    group: ResponseGroup | int | None = None,
) -> QuerySet[Duty]:
    if roster is not None:
        duties = duties.filter(roster=roster)
    if group is not None:
        duties = duties.filter(roster__group=group)
    return duties.select_related("person", "roster__group", "instead_of").order_by(
        "roster__group", "roster__position", "roster", "slot", "starts_at"
    )
