"""Keeps one row of `IncidentTimes` an incident: written anew from the incident after each verb.

One statement, whatever the number of incidents. Targets are those of the clocks that really ran
(`reviews.measures` reads the same): of each step the clock that was armed last.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction

from incidents.models import Incident
from incidents.models.state import State
from journal.models import Entry
from reviews.models.times import Step

# After which of an incident's events its times or what they are counted by may be others.
EVENTS = (
    "incident.report",
    "incident.acknowledge",
    "incident.confirm",
    "incident.regrade",
    "incident.change_plan",
    "incident.command",
    "incident.notify",
    "notice.withdraw",
    "incident.waive_notice",
    "incident.pass_restoration",
    "incident.relapse",
    "incident.dismiss",
    "incident.merge",
)
_HAPPENED = {
    Step.ACKNOWLEDGE: "acknowledged_at",
    Step.CONFIRM: "confirmed_at",
    Step.COMMAND: "commanded_at",
    Step.FIRST_NOTICE: "notified_at",
    Step.RESTORE: "restored_at",
}
_COLUMNS = (
    "incident_id",
    *("reported_at", "day", "weekday", "hour", "in_office_hours"),
    *("is_counted", "level", "fault_type", "departments", "services", "relapses"),
    *(name for step in Step for name in (str(step), f"{step}_target")),
    "measured_at",
)
# How many incidents are written with one statement when all are.
_PORTION = 5000


def keep(entry: Entry) -> None:
    """Subscriber of `EVENTS`: the incident of this entry is measured anew."""
    measure_anew([int(entry.stream.removeprefix("incident:"))])


def measure_anew(pks: Iterable[int]) -> int:
    """Write the rows of these incidents; those of unknown keys, and drills, are passed over: a
    drill is in no figure. Gives how many."""
    zone = settings.TIME_ZONE
    opens, closes = settings.OFFICE_HOURS
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT,
            {
                "pks": list(pks),
                "zone": zone,
                "opens": str(opens),
                "closes": str(closes),
                "uncounted": [str(State.DISMISSED), str(State.MERGED)],
            },
        )
        return int(cursor.rowcount)


def measure_all() -> int:
    """Write the rows of all incidents, as after a change of the holiday table; give how many."""
    pks = list(Incident.objects.order_by("pk").values_list("pk", flat=True))
    written = 0
    for begin in range(0, len(pks), _PORTION):
        with transaction.atomic():
            written += measure_anew(pks[begin : begin + _PORTION])
    return written


def _since_report(moment: str) -> str:
    return f"floor(extract(epoch FROM {moment} - i.reported_at))::int"


def _happened(step: Step) -> str:
    """When the step was done. Patients were first told when the first clock of that was met, also
    where the notice was taken back and another one was owed (its clock's `step` names it)."""
    column = f"i.{_HAPPENED[step]}"
    if step != Step.FIRST_NOTICE:
        return column
    return f"""COALESCE(
        (SELECT d.met_at FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = '{step}' AND d.step = 0
         AND EXISTS (SELECT 1 FROM incidents_deadline anew
                     WHERE anew.incident_id = i.id AND anew.kind = '{step}' AND anew.step <> 0)
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        {column})"""  # noqa: S608


def _target_of(step: Step) -> str:
    target = f"""COALESCE(
        (SELECT {_since_report("d.due_at")} FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = '{step}' AND d.step = 0
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        g.{step}_minutes * 60)"""  # noqa: S608
    if step != Step.FIRST_NOTICE:
        return target
    told = _happened(step)
    return f"CASE WHEN i.notice_waived_at IS NULL OR {told} IS NOT NULL THEN {target} END"


# Only names of this module are put into the text; whatever comes from outside is a parameter.
_STATEMENT = f"""
INSERT INTO reviews_incidenttimes ({", ".join(_COLUMNS)})
SELECT
    i.id, i.reported_at, here.at::date, extract(isodow FROM here.at), extract(hour FROM here.at),
    COALESCE(holiday.is_working, extract(isodow FROM here.at) < 6)
        AND here.at::time >= %(opens)s::time AND here.at::time < %(closes)s::time,
    NOT i.state = ANY(%(uncounted)s), g.level, i.fault_type,
    COALESCE(
        NULLIF(ARRAY(SELECT a.department_id FROM incidents_incident_affected a
                     WHERE a.incident_id = i.id ORDER BY 1), '{{}}'),
        array_remove(ARRAY[i.department_id], NULL)),
    ARRAY(SELECT s.service_id FROM incidents_incident_services s
          WHERE s.incident_id = i.id ORDER BY 1),
    (SELECT count(*) FROM journal_entry e
     WHERE e.stream = 'incident:' || i.id AND e.event = 'incident.relapse'),
    {", ".join(f"{_since_report(_happened(step))}, {_target_of(step)}" for step in Step)},
    statement_timestamp()
FROM incidents_incident i
CROSS JOIN LATERAL (SELECT i.reported_at AT TIME ZONE %(zone)s AS at) here
LEFT JOIN plans_grade g ON g.id = i.grade_id
LEFT JOIN teams_day holiday ON holiday.date = here.at::date
WHERE i.id = ANY(%(pks)s) AND NOT i.is_drill
ON CONFLICT (incident_id) DO UPDATE SET
    {", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS[1:])}
"""  # noqa: S608
