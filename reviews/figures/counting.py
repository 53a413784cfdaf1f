"""Counts over `IncidentTimes`: a fixed number of statements, whatever the number of incidents.

A share of a percentile is «the shortest time within which that share of the incidents was done»
(an observed time, not one between two). An incident is judged against its target when the step
was done, or when its time is over; one that still has time counts neither way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import connection

from incidents.promises import first_promises
from reviews.figures.asking import Asked
from reviews.models import Step

# Fewer say nothing about how far they spread.
ENOUGH = 5
REPEATED_WITHIN_DAYS = 30


@dataclass(frozen=True)
class Measured:
    """One step over some incidents. Times in whole seconds; None where none was done.

    `done`: how many were; `judged`: how many had a target and came to its end; `kept`: of these
    within it.
    """

    step: str
    done: int
    median: int | None
    p80: int | None
    p95: int | None
    judged: int
    kept: int

    @property
    def label(self) -> str:
        return str(Step(self.step).label)

    @property
    def is_few(self) -> bool:
        """Too few for percentiles to mean anything."""
        return 0 < self.done < ENOUGH

    @property
    def share(self) -> float | None:
        """Share within the target, 0 to 1; None where nothing was judged."""
        return self.kept / self.judged if self.judged else None


@dataclass(frozen=True)
class Group:
    """Incidents of one kind: `key` is the level, the type, the department's key, the first day of
    the month, or whether in office hours; None of all."""

    key: Any
    count: int
    measured: dict[str, Measured]


@dataclass(frozen=True)
class Repeat:
    """A fault type that hit the same service again within 30 days."""

    fault_type: str
    service: int
    times: int
    last: Any


@dataclass(frozen=True)
class Orders:
    """How a department or group answered its orders; times in seconds."""

    department: int | None
    group: int | None
    count: int
    read_back_median: int | None
    read_back_p95: int | None
    judged: int
    kept: int
    refused: int

    @property
    def share(self) -> float | None:
        return self.kept / self.judged if self.judged else None


@dataclass(frozen=True)
class Held:
    """How the first promises of one fault type held, over incidents that recovered after one.

    Of `count`, `true` recovered within the promised range, `sooner` before it and `later` after it.
    Medians in whole seconds: `promised` from the report to the latest promised moment, `took` from
    the report to the recovery, `late` from that moment to the recovery (negative: it was sooner).
    """

    fault_type: str
    count: int
    true: int
    sooner: int
    later: int
    promised: int
    took: int
    late: int


def _chosen(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The condition for rows `t` of the times that are asked for, with its parameters."""
    parts = ["t.is_counted", "t.day BETWEEN %(first)s AND %(last)s"]
    if asked.level is not None:
        parts.append("t.level = %(level)s")
    if asked.fault_type:
        parts.append("t.fault_type = %(fault_type)s")
    if asked.department is not None:
        parts.append("%(department)s = ANY(t.departments)")
    if asked.in_office_hours is not None:
        parts.append("t.in_office_hours = %(in_office_hours)s")
    return " AND ".join(parts), {
        "first": asked.first,
        "last": asked.last,
        "level": asked.level,
        "fault_type": asked.fault_type,
        "department": asked.department,
        "in_office_hours": asked.in_office_hours,
        "within": REPEATED_WITHIN_DAYS,
    }


def _rows(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return list(cursor.fetchall())


def _of(step: str) -> str:
    target = f"t.{step}_target"
    return f"""
        count(t.{step}),
        percentile_disc(ARRAY[0.5, 0.8, 0.95]) WITHIN GROUP (ORDER BY t.{step}),
        count(*) FILTER (WHERE {target} IS NOT NULL AND (t.{step} IS NOT NULL
            OR t.reported_at + make_interval(secs => {target}) < statement_timestamp())),
        count(*) FILTER (WHERE t.{step} <= {target})"""


def _measured(steps: Sequence[str], values: Sequence[Any]) -> dict[str, Measured]:
    found = {}
    for index, step in enumerate(steps):
        done, percentiles, judged, kept = values[4 * index : 4 * index + 4]
        median, p80, p95 = percentiles or (None, None, None)
        found[step] = Measured(step, done, median, p80, p95, judged, kept)
    return found


def whole(asked: Asked) -> Group:
    """All steps over all incidents that are asked for."""
    where, facts = _chosen(asked)
    steps = [str(step) for step in Step]
    row = _rows(
        f"SELECT count(*), {', '.join(map(_of, steps))} FROM reviews_incidenttimes t WHERE {where}",  # noqa: S608
        facts,
    )[0]
    return Group(None, row[0], _measured(steps, row[1:]))


def groups(asked: Asked) -> dict[str, list[Group]]:
    """The asked step by `level`, `fault_type`, `month` and `hours`, each in its natural order."""
    where, facts = _chosen(asked)
    by = {
        "level": "t.level",
        "fault_type": "t.fault_type",
        "month": "date_trunc('month', t.day)::date",
        "hours": "t.in_office_hours",
    }
    keys = ", ".join(by.values())
    rows = _rows(
        f"""SELECT GROUPING({keys}), {keys}, count(*), {_of(asked.step)}
            FROM reviews_incidenttimes t WHERE {where}
            GROUP BY GROUPING SETS ({", ".join(f"({key})" for key in by.values())})""",  # noqa: S608
        facts,
    )
    found: dict[str, list[Group]] = {name: [] for name in by}
    # GROUPING gives a bit for each key that is not of the set, the first key the highest.
    everything = 2 ** len(by) - 1
    for mask, *values in rows:
        place = next(n for n in range(len(by)) if everything - mask == 2 ** (len(by) - 1 - n))
        keyed, count, rest = values[: len(by)], values[len(by)], values[len(by) + 1 :]
        group = Group(keyed[place], count, _measured([asked.step], rest))
        found[list(by)[place]].append(group)
    for each in found.values():
        each.sort(key=lambda group: (group.key in (None, ""), group.key))
    return found


def by_department(asked: Asked) -> list[Group]:
    """The asked step by affected department; an incident counts for each of its departments."""
    where, facts = _chosen(asked)
    rows = _rows(
        f"""SELECT d.key, count(*), {_of(asked.step)}
            FROM reviews_incidenttimes t, unnest(t.departments) AS d(key)
            WHERE {where} GROUP BY d.key ORDER BY count(*) DESC, d.key""",  # noqa: S608
        facts,
    )
    return [Group(key, count, _measured([asked.step], rest)) for key, count, *rest in rows]


def heat(asked: Asked) -> dict[tuple[int, int], int]:
    """How many were reported in each hour of each weekday: (ISO weekday, hour) → number."""
    where, facts = _chosen(asked)
    rows = _rows(
        f"""SELECT t.weekday, t.hour, count(*) FROM reviews_incidenttimes t
            WHERE {where} GROUP BY t.weekday, t.hour""",  # noqa: S608
        facts,
    )
    return {(weekday, hour): count for weekday, hour, count in rows}


def repeats(asked: Asked) -> list[Repeat]:
    """What came again: same fault type and service within 30 days, most often first; at most 20.

    Relapses during the clean-up count as well.
    """
    # What came before may lie before the first day that is asked for.
    where, facts = _chosen(replace(asked, first=asked.first - timedelta(REPEATED_WITHIN_DAYS)))
    facts["from"] = asked.first
    rows = _rows(
        f"""WITH hit AS (
                SELECT t.fault_type, s.key AS service, t.reported_at, t.day, t.relapses,
                    lag(t.reported_at) OVER (PARTITION BY t.fault_type, s.key
                        ORDER BY t.reported_at, t.incident_id) AS before
                FROM reviews_incidenttimes t, unnest(t.services) AS s(key)
                WHERE {where} AND t.fault_type <> '')
            SELECT fault_type, service, sum(came), max(reported_at) FROM (
                SELECT *, relapses + CASE WHEN reported_at - before
                    <= make_interval(days => %(within)s) THEN 1 ELSE 0 END AS came
                FROM hit WHERE day >= %(from)s) again
            WHERE came > 0 GROUP BY fault_type, service
            ORDER BY sum(came) DESC, max(reported_at) DESC LIMIT 20""",  # noqa: S608
        facts,
    )
    return [Repeat(*row) for row in rows]


def orders(asked: Asked) -> list[Orders]:
    """How each department and group answered the orders of these incidents."""
    where, facts = _chosen(asked)
    rows = _rows(
        f"""SELECT o.department_id, o.group_id, count(*),
                percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (
                    ORDER BY floor(extract(epoch FROM o.read_back_at - o.issued_at))::int),
                count(*) FILTER (WHERE o.state <> 'refused'
                    AND (o.ended_at IS NOT NULL OR o.due_at < statement_timestamp())),
                count(*) FILTER (WHERE o.state = 'done' AND o.ended_at <= o.due_at),
                count(*) FILTER (WHERE o.state = 'refused')
            FROM incidents_order o JOIN reviews_incidenttimes t USING (incident_id)
            WHERE {where} GROUP BY o.department_id, o.group_id
            ORDER BY count(*) DESC, o.department_id, o.group_id""",  # noqa: S608
        facts,
    )
    return [
        Orders(department, group, count, *_pair(times), judged, kept, refused)
        for department, group, count, times, judged, kept, refused in rows
    ]


def promises(asked: Asked) -> list[Held]:
    """How the first promises to patients of these incidents held, by fault type, the most frequent
    first; of those that have recovered."""
    where, facts = _chosen(asked)
    first, values = first_promises().query.sql_with_params()
    facts |= {f"p{number}": value for number, value in enumerate(values)}
    first %= tuple(f"%(p{number})s" for number in range(len(values)))
    rows = _rows(
        f"""WITH promise AS (
                SELECT t.fault_type, t.restore AS took,
                    floor(extract(epoch FROM first.expected_from - t.reported_at))::int AS least,
                    floor(extract(epoch FROM first.expected_to - t.reported_at))::int AS promised
                FROM reviews_incidenttimes t JOIN ({first}) first USING (incident_id)
                WHERE {where} AND t.restore IS NOT NULL)
            SELECT fault_type, count(*),
                count(*) FILTER (WHERE took BETWEEN least AND promised),
                count(*) FILTER (WHERE took < least), count(*) FILTER (WHERE took > promised),
                percentile_disc(0.5) WITHIN GROUP (ORDER BY promised),
                percentile_disc(0.5) WITHIN GROUP (ORDER BY took),
                percentile_disc(0.5) WITHIN GROUP (ORDER BY took - promised)
            FROM promise GROUP BY fault_type ORDER BY count(*) DESC, fault_type""",  # noqa: S608
        facts,
    )
    return [Held(*row) for row in rows]


def one_by_one(asked: Asked, most: int) -> Iterator[dict[str, Any]]:
    """The times of each of these incidents by the names of their columns, with its `year` and
    `serial`; the newest first, at most `most`."""
    where, facts = _chosen(asked)
    names = (
        *("reported_at", "level", "fault_type", "departments", "in_office_hours"),
        *(name for step in Step for name in (str(step), f"{step}_target")),
    )
    rows = _rows(
        f"""SELECT {", ".join(f"t.{name}" for name in names)}, i.year, i.serial
            FROM reviews_incidenttimes t JOIN incidents_incident i ON i.id = t.incident_id
            WHERE {where} ORDER BY t.reported_at DESC, t.incident_id DESC LIMIT %(most)s""",  # noqa: S608
        facts | {"most": most},
    )
    return (dict(zip((*names, "year", "serial"), row, strict=True)) for row in rows)


def _pair(times: list[int] | None) -> tuple[int | None, int | None]:
    return (times[0], times[1]) if times else (None, None)
