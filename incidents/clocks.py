"""Every clock that runs, of whatever kind: rows, gathered for one page (计时总览).

The incidents' own clocks are here; other apps add theirs by registering a source.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import authority
from incidents.models import Deadline, DrillPause, Incident, Order
from plans.models import RegulatoryClock
from teams.models import Handover, Person

Kind = Deadline.Kind
# More than these nobody reads; the soonest come first.
MOST = 300
HANDOVER = "handover"


@dataclass(frozen=True)
class Clock:
    """One running clock: what is due, when, who holds it, where it is done; `mine`: by me."""

    key: str
    kind: str
    what: str
    about: str
    holder: str
    due: datetime.datetime
    armed: datetime.datetime | None
    url: str
    mine: bool
    is_drill: bool = False


Source = Callable[[Person], Iterable[Clock]]
_sources: list[Source] = []
LABELS: dict[str, str | Promise] = {
    **{str(kind): kind.label for kind in Kind},
    HANDOVER: gettext_lazy("交接班"),
}


def source(kind: str, label: str | Promise) -> Callable[[Source], Source]:
    """Register where other clocks come from, with the kind and its words."""

    def register(function: Source) -> Source:
        LABELS[kind] = label
        _sources.append(function)
        return function

    return register


def running(person: Person) -> list[Clock]:
    """All clocks that run now, the soonest first, those of drills behind all that are real. A
    fixed number of queries for each source."""
    found = [*_deadlines(person), *_handovers(person)]
    for each in _sources:
        found.extend(each(person))
    return sorted(found, key=lambda clock: (clock.is_drill, clock.due))[:MOST]


def _deadlines(person: Person) -> Iterable[Clock]:
    rows = list(
        Deadline.objects.running()
        .exclude(incident__in=DrillPause.objects.standing())
        .select_related("incident")
        .order_by("incident__is_drill", "due_at", "pk")[:MOST]
    )
    of_orders = [row.step for row in rows if row.kind in (Kind.READ_BACK, Kind.ORDER)]
    orders = Order.objects.select_related("department", "group").in_bulk(of_orders)
    rules = RegulatoryClock.objects.in_bulk(
        [row.step for row in rows if row.kind == Kind.REGULATORY]
    )
    for row in rows:
        what = str(row.get_kind_display())
        url = row.incident.get_absolute_url()
        order = orders.get(row.step) if row.kind in (Kind.READ_BACK, Kind.ORDER) else None
        if order is not None:
            what = f"{what}：{order.text}"
            url += f"#order-{order.pk}"
        elif row.kind == Kind.CHECK:
            url += f"#check-{row.step}"
        elif row.kind == Kind.ALL_CLEAR:
            url = reverse("incidents:all_clear", args=[row.incident_id])
        elif row.kind in (Kind.MANUAL_ON, Kind.MANUAL_OFF):
            url = reverse("incidents:paper", args=[row.incident_id])
        elif row.kind == Kind.REGULATORY:
            rule = rules.get(row.step)
            what = f"{what}：{rule.rule}" if rule is not None else what
            url = reverse("incidents:law_clock", args=[row.pk])
        yield Clock(
            key=f"clock-{row.pk}",
            kind=row.kind,
            what=what,
            about=f"{row.incident.number} {row.incident.title}",
            holder=row.holder,
            due=row.due_at,
            armed=row.armed_at,
            url=url,
            mine=_is_mine(row, row.incident, order, person),
            is_drill=row.incident.is_drill,
        )


def _is_mine(row: Deadline, incident: Incident, order: Order | None, person: Person) -> bool:
    """The people behind the words of `deadlines.holder_of`."""
    if order is not None:
        return authority.is_addressee(order, person)
    if row.kind == Kind.ALL_CLEAR:
        # Every department's; who said it looks after the rest.
        return authority.may_command(incident, person)
    if row.kind == Kind.CHECK:
        return row.holder == str(person)
    if row.kind in (Kind.MANUAL_ON, Kind.MANUAL_OFF):
        return bool(person.department_id) and row.holder == str(person.department)
    if row.kind in (Kind.ACKNOWLEDGE, Kind.CONFIRM):
        return authority.is_it_on_duty(incident, person)
    if row.kind == Kind.COMMAND:
        return authority.may_command(incident, person)
    if row.kind == Kind.RATIFY:
        return authority.heads_a_group(incident, person)
    if row.kind in (Kind.FIRST_NOTICE, Kind.NEXT_NOTICE):
        return authority.is_customer_service(incident, person)
    if row.kind == Kind.REGULATORY:
        return authority.heads_a_group(incident, person)
    if row.kind == Kind.PROGRESS and incident.kept_by_id is not None:
        return incident.kept_by_id == person.pk
    return authority.in_fault_group(incident, person)


def _handovers(person: Person) -> Iterable[Clock]:
    """Changes of shift that wait for the coming people's word."""
    rows = (
        Handover.objects.waiting()
        .filter(roster__handover_minutes__isnull=False)
        .select_related("roster")
        .prefetch_related("leaving", "coming")
        .order_by("at")[:MOST]
    )
    for row in rows:
        leaving, coming = list(row.leaving.all()), list(row.coming.all())
        minutes = row.roster.handover_minutes or 0
        yield Clock(
            key=f"handover-{row.pk}",
            kind=HANDOVER,
            what=str(_("确认接班")),
            about=row.roster.name,
            holder="、".join(each.name for each in coming),
            due=row.at + datetime.timedelta(minutes=minutes),
            armed=row.at,
            url=reverse("incidents:handover", args=[row.pk]),
            mine=any(each.pk == person.pk for each in (*leaving, *coming)),
        )
