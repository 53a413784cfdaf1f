"""All that one page of figures shows, counted once and kept for a minute while nothing changes."""

import datetime
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from reviews.figures import counting
from reviews.figures.asking import Asked
from reviews.figures.counting import Group, Held, Orders, Repeat
from reviews.models import ActionItem, IncidentTimes
from reviews.models.review import ReviewState

# Seconds for which what was counted is shown again: clocks run out though nobody does anything.
KEPT_FOR = 60
_KEPT_MOST = 32
_kept: OrderedDict[tuple[Asked, object], tuple[float, "Figures"]] = OrderedDict()
_keeping = threading.Lock()


@dataclass(frozen=True)
class Actions:
    """Action items of one department that are not done: how many, and how many of them overdue.

    `done`, `done_late`: those finished, and of these after their date.
    """

    department: int
    open: int
    overdue: int
    done: int
    done_late: int


@dataclass(frozen=True)
class Figures:
    """Everything that was counted, as plain values. `counted_at`: when, by this machine's clock."""

    asked: Asked
    counted_at: datetime.datetime
    whole: Group
    by: dict[str, list[Group]]
    departments: list[Group]
    heat: dict[tuple[int, int], int]
    repeats: list[Repeat]
    orders: list[Orders]
    actions: list[Actions]
    promises: list[Held]


def figures(asked: Asked) -> Figures:
    """What is asked for; counted anew when a time was measured since, or after a minute."""
    key = (asked, IncidentTimes.objects.aggregate(last=Max("measured_at"))["last"])
    with _keeping:
        found = _kept.get(key)
        if found is not None and time.monotonic() - found[0] < KEPT_FOR:
            return found[1]
    counted = _count(asked)
    with _keeping:
        _kept[key] = (time.monotonic(), counted)
        while len(_kept) > _KEPT_MOST:
            _kept.popitem(last=False)
    return counted


def forget() -> None:
    """Keep nothing, as a process that has just started."""
    with _keeping:
        _kept.clear()


def _count(asked: Asked) -> Figures:
    return Figures(
        asked=asked,
        counted_at=timezone.now(),
        whole=counting.whole(asked),
        by=counting.groups(asked),
        departments=counting.by_department(asked),
        heat=counting.heat(asked),
        repeats=counting.repeats(asked),
        orders=counting.orders(asked),
        actions=_actions(asked),
        promises=counting.promises(asked),
    )


def _actions(asked: Asked) -> list[Actions]:
    """Promised in received reports, whatever the period: what is owed is owed today. What a drill
    brought is owed as well, reminded of and listed under /actions/, but counts in no figure.
    """
    promised = ActionItem.objects.filter(
        review__state=ReviewState.RECEIVED, review__incident__is_drill=False
    )
    if asked.department is not None:
        promised = promised.filter(department=asked.department)
    is_open = Q(done_at__isnull=True)
    rows = (
        promised.annotate(done_on=TruncDate("done_at"))
        .values("department")
        .annotate(
            open=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_on__lt=timezone.localdate())),
            done=Count("pk", filter=~is_open),
            done_late=Count("pk", filter=Q(done_on__gt=F("due_on"))),
        )
        .order_by("-overdue", "-open", "department")
    )
    return [Actions(**row) for row in rows]
