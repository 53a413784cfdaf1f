"""Who answered a call-down, through which way and after how long. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils.translation import gettext as _

from drills.models import CallDown
from notices.models import Alert, Delivery
from teams.models import ContactPoint


def answered(call_down: CallDown) -> set[int]:
    """Keys of those who have acknowledged any of its calls. One query."""
    alerts = Alert.objects.filter(entry__stream=call_down.stream, acknowledged_at__isnull=False)
    return set(alerts.values_list("person", flat=True))


@dataclass(frozen=True)
class Answer:
    """One person: whether, how and after how long they answered, and what was tried.

    `state` is answered, seen (but not acknowledged), or silent.
    """

    person: str
    why: str
    state: str
    at: datetime | None
    after: timedelta | None
    how: str
    late: bool
    tried: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """All of them, those who have not answered first; `typical` is the median of the answers."""

    answers: Sequence[Answer]
    answered: int
    in_time: int
    typical: timedelta | None

    @property
    def missing(self) -> int:
        return len(self.answers) - self.answered


def result(call_down: CallDown) -> Result:
    """How it stands. Three queries, whatever the number of people."""
    alerts: dict[int, list[Alert]] = defaultdict(list)
    made = Alert.objects.filter(entry__stream=call_down.stream).order_by("pk")
    for alert in made:
        alerts[alert.person_id].append(alert)
    ways: dict[int, list[Delivery]] = defaultdict(list)
    taken = Delivery.objects.filter(alert__entry__stream=call_down.stream).order_by("pk")
    for delivery in taken:
        if delivery.person_id is not None:
            ways[delivery.person_id].append(delivery)
    limit = timedelta(minutes=call_down.minutes)
    found = [
        _answer(call_down, row.person.name, row.why, alerts[row.person_id], ways[row.person_id])
        for row in call_down.called.select_related("person")
    ]
    found.sort(key=lambda one: (one.state == "answered", one.after or timedelta(0), one.person))
    taken_to = [one.after for one in found if one.after is not None]
    return Result(
        found,
        len(taken_to),
        sum(after <= limit for after in taken_to),
        timedelta(seconds=median(after.total_seconds() for after in taken_to))
        if taken_to
        else None,
    )


def _answer(
    call_down: CallDown, person: str, why: str, alerts: list[Alert], ways: list[Delivery]
) -> Answer:
    first = next((one for one in alerts if one.acknowledged_at is not None), None)
    tried = tuple(
        f"{ContactPoint.Kind(one.kind).label} {one.shown}：{one.get_state_display()}".strip()
        for one in ways
        if one.kind
    )
    if first is None or first.acknowledged_at is None:
        seen = any(one.seen_at is not None for one in alerts)
        return Answer(person, why, "seen" if seen else "silent", None, None, "", False, tried)
    after = first.acknowledged_at - call_down.begun_at
    by_way = next((one for one in ways if one.acknowledged_at is not None), None)
    how = str(first.get_acknowledged_how_display())
    if by_way is not None and by_way.kind:
        how = _("%(kind)s（%(how)s）") % {"kind": ContactPoint.Kind(by_way.kind).label, "how": how}
    late = after > timedelta(minutes=call_down.minutes)
    return Answer(person, why, "answered", first.acknowledged_at, after, how, late, tried)
