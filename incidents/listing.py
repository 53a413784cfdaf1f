"""The dashboard's lists: rows of plain values, each list from a fixed number of narrow queries.

A row holds no model. Forty incidents with all their people would take PostgreSQL longer to plan
than to find, and Python longer to build than to show; and equal rows need drawing only once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.deadlines import WHILE_OPEN
from incidents.held import held_by
from incidents.models import Deadline, DrillPause, Incident
from incidents.models.numbering import number_of
from incidents.models.state import ENDED, OPEN, UNRESTORED, State
from incidents.searching import with_words
from incidents.stages import NEXT
from plans.marks import DRILL
from teams.models import Department, Person
from teams.selectors import FirstOnDuty

DUE_LIMIT = 12
OPEN_LIMIT = 100
# Sorted by their clocks are the gravest of the open ones up to this number.
OPEN_MOST = 1000
ENDED_PAGE = 20
# Words are looked for among so many of the newest before their index is asked.
NEAR = 500
_OF_ORDERS = (Deadline.Kind.READ_BACK, Deadline.Kind.ORDER)
# The clock of an incident that has none.
_UNTIMED = (datetime.max.replace(tzinfo=UTC), None)
_NAMED = ("pk", "year", "serial", "title", "version", "state")


@dataclass(frozen=True)
class Row:
    """An incident in a list. `kind` and what follows are of the clock that runs out first."""

    pk: int
    year: int
    serial: int
    title: str
    version: int
    state: str
    # Until IT has graded, the grade that holds provisionally.
    level: int
    is_provisional: bool
    place: str = ""
    services: tuple[str, ...] = ()
    waiting: int | None = None
    in_hand: str = ""
    kind: str = ""
    held_by: str = ""
    due: datetime | None = None
    armed: datetime | None = None

    @property
    def next_step(self) -> Any:
        if self.kind:
            return Deadline.Kind(self.kind).label
        return NEXT.get(self.state, ("", ""))[0]

    @property
    def holder(self) -> Any:
        """Who must act next."""
        return self.held_by if self.kind else NEXT.get(self.state, ("", ""))[1]

    @property
    def about(self) -> list[str]:
        """State, place, services, waiting people and who has it in hand, in words."""
        words = [
            str(State(self.state).label),
            self.place,
            "、".join(self.services),
            _("%(count)s 人在等") % {"count": self.waiting} if self.waiting else "",
            _("%(who)s处理") % {"who": self.in_hand} if self.in_hand else "",
        ]
        return [word for word in words if word]

    def shown(self) -> dict[str, Any]:
        """For parts/incident_row.html. An ungraded incident that is new sounds the alarm."""
        return self._named() | {
            "about": self.about,
            "verb": self.next_step,
            "holder": self.holder,
            "due": self.due,
            "armed": self.armed,
            "alarm": self.is_provisional,
        }

    def _named(self) -> dict[str, Any]:
        return {
            "url": reverse("incidents:detail", args=[self.pk]),
            "key": f"incident-{self.pk}",
            "mark": self.version,
            "number": number_of(self.year, self.serial),
            "title": self.title,
            "level": self.level,
            "provisional": self.is_provisional,
        }


@dataclass(frozen=True)
class DrillRow(Row):
    """A drill, in a list of its own. `stands`: it is paused."""

    stands: bool = False

    def shown(self) -> dict[str, Any]:
        told = super().shown() | {"is_drill": True, "title": self.title.replace(DRILL, "")}
        # A drill rings nowhere, and while it stands no clock of it runs.
        told |= {"alarm": False, "provisional": False}
        stands = {"due": None, "verb": _("已暂停"), "holder": "", "mood": "waiting"}
        return told | (stands if self.stands else {})


class EndedRow(Row):
    """An incident that has ended: how, instead of what is next."""

    def shown(self) -> dict[str, Any]:
        label = State(self.state).label
        return self._named() | {
            "about": self.about,
            "state": self.state,
            "state_label": label,
            "provisional": False,
        }


@dataclass(frozen=True)
class DueRow(Row):
    """A clock in the dashboard's first list, with the incident that it belongs to."""

    clock: int = 0

    def shown(self) -> dict[str, Any]:
        key = f"clock-{self.clock}"
        return self._named() | {
            "key": key,
            "mark": self.due and self.due.isoformat(),
            "rings": key,
            "verb": self.next_step,
            "holder": self.holder,
            "due": self.due,
            "armed": self.armed,
        }


def due_now(on_duty: FirstOnDuty | None = None, limit: int = DUE_LIMIT) -> list[DueRow]:
    """The clocks that run out soonest over all incidents, those that have run out first.

    Of an order's two clocks only the one that runs out first. Lists of one page share `on_duty`.
    """
    on_duty = on_duty or FirstOnDuty(timezone.now())
    running = (
        Deadline.objects.running()
        .filter(_still_wanted(), incident__is_drill=False)
        .order_by("due_at", "pk")
        .values_list(
            *("pk", "kind", "step", "holder", "due_at", "armed_at"),
            *(f"incident__{name}" for name in _NAMED),
            *("incident__grade__level", "incident__plan__provisional_level", "incident__convene"),
        )
    )
    rows: dict[object, DueRow] = {}
    # An order has at most two clocks, so twice as many are enough.
    for pk, kind, step, holder, due, armed, *named, graded, provisional, convene in running[
        : 2 * limit
    ]:
        row = DueRow(
            **dict(zip(_NAMED, named, strict=True)),
            level=graded or provisional,
            is_provisional=graded is None,
            kind=kind,
            held_by=held_by(kind, holder, convene=convene, on_duty=on_duty),
            due=due,
            armed=armed,
            clock=pk,
        )
        rows.setdefault((row.pk, step) if kind in _OF_ORDERS else pk, row)
    return list(rows.values())[:limit]


def open_rows(wanted: dict[str, Any], on_duty: FirstOnDuty | None = None) -> list[Row]:
    """Open incidents by urgency: grade, then the clock that runs out first, then the report."""
    on_duty = on_duty or FirstOnDuty(timezone.now())
    incidents = _matching(Incident.objects.real().open(), wanted).order_by(
        Coalesce("grade__level", "plan__provisional_level"), "reported_at"
    )
    found = _read(incidents[:OPEN_MOST])
    clocks = _first_clocks(is_drill=False)
    found.sort(key=lambda facts: (facts["level"], clocks.get(facts["pk"], _UNTIMED)[-2]))
    found = _timed(found[:OPEN_LIMIT], clocks, on_duty)
    return [Row(**facts) for facts in _named(found)]


def drill_rows() -> list[DrillRow]:
    """Drills that are not over, the newest first. A fixed number of queries, one where none is."""
    found = _read(Incident.objects.drills().open().order_by("-reported_at")[:OPEN_LIMIT])
    if not found:
        return []
    standing = set(DrillPause.objects.standing())
    found = _timed(found, _first_clocks(is_drill=True), FirstOnDuty(timezone.now()))
    return [DrillRow(**facts, stands=facts["pk"] in standing) for facts in _named(found)]


def ended_drills() -> list[Incident]:
    """Drills that are over, the last twenty."""
    over = Incident.objects.drills().exclude(state__in=OPEN)
    return list(over.order_by("-pk")[:ENDED_PAGE])


def _first_clocks(*, is_drill: bool) -> dict[int, Any]:
    """Of each incident the clock that runs out first."""
    running = (
        Deadline.objects.running()
        .filter(_still_wanted(), incident__is_drill=is_drill)
        .order_by("incident_id", "due_at", "pk")
        .distinct("incident_id")
        .values_list("incident_id", "kind", "holder", "incident__convene", "due_at", "armed_at")
    )
    return {incident: clock for incident, *clock in running}


def _timed(
    found: list[dict[str, Any]], clocks: dict[int, Any], on_duty: FirstOnDuty
) -> list[dict[str, Any]]:
    for facts in found:
        if facts["pk"] in clocks:
            kind, holder, convene, due, armed = clocks[facts["pk"]]
            who = held_by(kind, holder, convene=convene, on_duty=on_duty)
            facts |= {"kind": kind, "held_by": who, "due": due, "armed": armed}
    return found


def ended_page(wanted: dict[str, Any], before: int | None) -> tuple[list[Row], int | None]:
    """Ended incidents, newest first, and the key from which the next page goes on, if any."""
    incidents = _matching(Incident.objects.real().filter(state__in=ENDED), wanted)
    if before is not None:
        incidents = incidents.filter(pk__lt=before)
    found = _named(_with_words(incidents, before) if "q" in wanted else _newest(incidents, "-pk"))
    rows: list[Row] = [EndedRow(**facts) for facts in found[:ENDED_PAGE]]
    return rows, rows[-1].pk if len(found) > ENDED_PAGE else None


def _newest(incidents: "QuerySet[Incident]", order: Any) -> list[dict[str, Any]]:
    return _read(incidents.order_by(order)[: ENDED_PAGE + 1])


def _with_words(incidents: "QuerySet[Incident]", before: int | None) -> list[dict[str, Any]]:
    """What many say is found among the newest; what few say, by the index of the words."""
    if before is None:
        before = (Incident.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    near = _newest(incidents.filter(pk__gte=before - NEAR), "-pk")
    if len(near) > ENDED_PAGE:
        return near
    # PostgreSQL would rather walk back through all that ended than believe that words are rare: an
    # order that no index has lets it take the index of the words.
    return _newest(incidents, (F("pk") + 0).desc())


def _read(incidents: "QuerySet[Incident]") -> list[dict[str, Any]]:
    """What the incident's own row tells, with the keys of what it names."""
    return [
        {
            **dict(zip(_NAMED, named, strict=True)),
            "level": graded or provisional,
            "is_provisional": graded is None,
            "place": location or department,
            "waiting": waiting,
            "in_hand": lead or acknowledged_by,
        }
        for *named, graded, provisional, location, department, waiting, lead, acknowledged_by in (
            incidents.values_list(
                *_NAMED,
                *("grade__level", "plan__provisional_level", "location", "department_id"),
                *("waiting", "lead_id", "acknowledged_by_id"),
            )
        )
    ]


def _named(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put names where the keys of departments and people stand, and add the services'."""
    departments = _names(Department, {facts["place"] for facts in found})
    people = _names(Person, {facts["in_hand"] for facts in found})
    services: dict[int, list[str]] = {}
    link = Incident.services.through.objects.filter(incident__in=[facts["pk"] for facts in found])
    for incident, name in link.order_by("service__position", "service_id").values_list(
        "incident_id", "service__name"
    ):
        services.setdefault(incident, []).append(name)
    for facts in found:
        facts["place"] = departments.get(facts["place"], facts["place"] or "")
        facts["in_hand"] = people.get(facts["in_hand"], "")
        facts["services"] = tuple(services.get(facts["pk"], ()))
    return found


def _names(model: Any, keys: set[Any]) -> dict[Any, str]:
    wanted = [key for key in keys if isinstance(key, int)]
    return dict(model.objects.filter(pk__in=wanted).order_by().values_list("pk", "name"))


def _still_wanted() -> Q:
    """The clocks that may still ring; the same rule as `deadlines.is_still_wanted`."""
    wanted = Q(incident__state__in=UNRESTORED) | Q(incident__state__in=OPEN, kind__in=WHILE_OPEN)
    # The watch over progress waits for no act of its own; the law's clocks run for days. Both
    # stand on the page of clocks.
    return wanted & ~Q(kind__in=[Deadline.Kind.PROGRESS, Deadline.Kind.REGULATORY])


def _matching(rows: "QuerySet[Incident]", wanted: dict[str, Any]) -> "QuerySet[Incident]":
    if "state" in wanted:
        rows = rows.filter(state=wanted["state"])
    if "level" in wanted:
        rows = rows.filter(
            Q(grade__level=wanted["level"])
            | Q(grade__isnull=True, plan__provisional_level=wanted["level"])
        )
    if "department" in wanted:
        link = Incident.affected.through.objects.filter(department=wanted["department"])
        rows = rows.filter(
            Q(department=wanted["department"]) | Q(pk__in=link.values("incident_id"))
        )
    if "service" in wanted:
        link_to_service = Incident.services.through.objects.filter(service=wanted["service"])
        rows = rows.filter(pk__in=link_to_service.values("incident_id"))
    if "q" in wanted:
        rows = with_words(rows, wanted["q"])
    return rows
