"""Expected recoveries that were promised to patients, against what came true: for who writes the
next one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Incident
from incidents.promises import knows_promises
from notices.models import Notice

# How far back one looks: so many faults of the kind, the latest.
LAST = 5
# Not every one came with a promise.
SEARCHED = 40


@dataclass(frozen=True)
class Kept:
    """The first range that patients of one incident were promised, and when it really recovered."""

    incident: Incident
    expected_from: datetime.datetime
    expected_to: datetime.datetime
    restored_at: datetime.datetime

    @property
    def late(self) -> timedelta:
        """How much after the promised latest moment; negative where it was sooner."""
        return self.restored_at - self.expected_to

    @property
    def came_true(self) -> bool:
        return self.expected_from <= self.restored_at <= self.expected_to


@dataclass(frozen=True)
class Record:
    """How the promises of one kind of fault have held, the latest first."""

    label: str
    kept: Sequence[Kept]

    @property
    def words(self) -> str:
        """A sentence; nothing where there is nothing to learn from."""
        if not self.kept:
            return ""
        seconds = sum(one.late.total_seconds() for one in self.kept) / len(self.kept)
        minutes = round(abs(seconds) / 60)
        count = len(self.kept)
        head = ngettext("过去 %(count)d 次%(kind)s：", "过去 %(count)d 次%(kind)s：", count) % {
            "count": count,
            "kind": self.label,
        }
        if minutes == 0:
            tail = _("平均正好在预计的最晚时间恢复")
        elif seconds > 0:
            tail = _("平均比预计的最晚时间晚 %(minutes)s 分钟") % {"minutes": minutes}
        else:
            tail = _("平均比预计的最晚时间早 %(minutes)s 分钟") % {"minutes": minutes}
        true = sum(one.came_true for one in self.kept)
        return head + tail + _("，%(true)s 次落在预计的范围里。") % {"true": true}


def record_of(incident: Incident) -> Record:
    """The last faults of the incident's kind that recovered after a promise. Two queries.

    The first promise of each counts: later ones are made with the end in sight.
    """
    if not incident.fault_type:
        return Record("", [])
    recovered = (
        Incident.objects.real()
        .filter(fault_type=incident.fault_type, restored_at__isnull=False)
        .exclude(pk=incident.pk)
        .order_by("-restored_at")
        .values_list("pk", flat=True)[:SEARCHED]
    )
    promises = Notice.objects.filter(incident__in=list(recovered)).first_promises()
    first = promises.select_related("incident")
    rows = sorted(first, key=lambda row: str(row.incident.restored_at), reverse=True)[:LAST]
    kept = [
        Kept(row.incident, row.expected_from, row.expected_to, row.incident.restored_at)
        for row in rows
        if row.expected_from and row.expected_to and row.incident.restored_at
    ]
    return Record(str(incident.get_fault_type_display()), kept)


@knows_promises
def first() -> QuerySet[Any, Any]:
    """The first promise of each incident, for the figures."""
    return Notice.objects.first_promises().values("incident_id", "expected_from", "expected_to")
