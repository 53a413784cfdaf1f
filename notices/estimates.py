"""Expected recoveries that were promised to patients, against what came true: for who writes the
next one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Incident
from incidents.promises import Held, tells_of_promises
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


@tells_of_promises
def calibration(incidents: Sequence[int]) -> list[Held]:
    """How the first promise of each of these incidents held, by fault type; of those that have
    recovered. One query. Medians are times that were observed, as in the figures."""
    if not incidents:
        return []
    first, facts = Notice.objects.first_promises().query.sql_with_params()
    with connection.cursor() as cursor:
        # The inner query's text is the ORM's own; whatever comes from outside is a parameter.
        cursor.execute(
            f"""WITH promise AS (
                    SELECT i.fault_type,
                        i.restored_at < first.expected_from AS sooner,
                        i.restored_at > first.expected_to AS later,
                        extract(epoch FROM first.expected_to - i.reported_at) AS promised,
                        extract(epoch FROM i.restored_at - i.reported_at) AS took,
                        extract(epoch FROM i.restored_at - first.expected_to) AS late
                    FROM ({first}) first JOIN incidents_incident i ON i.id = first.incident_id
                    WHERE i.restored_at IS NOT NULL AND first.incident_id = ANY(%s))
                SELECT fault_type, count(*), count(*) FILTER (WHERE NOT sooner AND NOT later),
                    count(*) FILTER (WHERE sooner), count(*) FILTER (WHERE later),
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(promised)::int),
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(took)::int),
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(late)::int)
                FROM promise GROUP BY fault_type""",  # noqa: S608
            [*facts, list(incidents)],
        )
        return [Held(*row) for row in cursor.fetchall()]
