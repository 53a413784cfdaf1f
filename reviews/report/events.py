"""What happened, how far it reached, how long it took."""

from typing import Any

from incidents.models import Deadline, Incident, Report
from journal.models import Entry
from journal.telling import details, label_of, sentence_of
from reviews.measures import Measure, between, first_notice_at

Kind = Deadline.Kind
# Shown as tables of their own, or not part of the course of events.
_ELSEWHERE = (
    *("check.", "backup.add", "order.issue", "review.", "incident.close", "alert.acknowledge"),
    *("exposed.count", "custody.hand_on", "file.attach", "paper."),
)


def facts(incident: Incident) -> dict[str, Any]:
    """Who reported what and where, and when each step was taken."""
    grade = incident.grade
    return {
        "number": incident.number,
        "title": incident.title,
        "plan": f"{incident.plan.title}第{incident.plan.number}版",
        "grade": grade.numeral if grade else "",
        "grade_meaning": grade.meaning if grade else "",
        "fault": str(incident.get_fault_type_display()),
        "location": incident.location,
        "seen": incident.seen,
        "reporter": str(incident.reporter),
        "lead": str(incident.lead) if incident.lead else "",
        "convened": incident.convene,
        "convene_reason": incident.convene_reason,
        "summary": incident.summary,
        "reported_at": incident.reported_at,
        "kept": incident.kept_words,
        "acknowledged_at": incident.acknowledged_at,
        "confirmed_at": incident.confirmed_at,
        "commanded_at": incident.commanded_at,
        "restored_at": incident.restored_at,
        "cleaned_at": incident.cleaned_at,
        "relapse_of": incident.relapse_of.number if incident.relapse_of else "",
    }


def gradings(incident: Incident) -> list[dict[str, Any]]:
    """How each grade was found, in the order in which they were decided (row P9)."""
    return [
        {
            "step": str(found.get_verb_display()),
            "plan": found.plan.number,
            "answers": found.answers,
            "proposed": found.get_proposed_display() or "",
            "decided": found.get_decided_display(),
            "difference": found.difference,
            "by": str(found.by),
            "at": found.at,
        }
        for found in incident.gradings.select_related("by", "plan")
    ]


def impact(incident: Incident) -> dict[str, Any]:
    """Services, departments, people and windows that it reached; how long it lasted."""
    # Three reports of one fault are three, whether they were joined at once or merged later.
    merged = Incident.objects.filter(merged_into=incident)
    reports = [
        *incident.reports.values_list("waiting", flat=True),
        *merged.values_list("waiting", flat=True),
        *Report.objects.filter(incident__in=merged).values_list("waiting", flat=True),
    ]
    waiting = [count for count in (incident.waiting, *reports) if count is not None]
    return {
        "services": [service.name for service in incident.services.all()],
        "departments": [department.name for department in incident.affected.all()],
        "reports": 1 + len(reports),
        "waiting": max(waiting, default=None),
        "windows_closed": incident.windows_closed,
        "records_exposed": incident.records_exposed,
        "minutes": between(incident, incident.began_at, incident.restored_at)
        if incident.restored_at
        else None,
    }


def course(entries: list[Entry]) -> list[dict[str, Any]]:
    """The course of events in the words of the timeline."""
    left_out = set(details())
    return [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "label": label_of(entry.event),
            "sentence": sentence_of(entry.event, entry.facts),
        }
        for entry in entries
        if entry.event not in left_out and not entry.event.startswith(_ELSEWHERE)
    ]


def measure_row(found: Measure) -> dict[str, Any]:
    """One measured time beside its target, in whole minutes."""
    return {
        "label": found.label,
        "who": found.who,
        "target": found.target,
        "minutes": found.minutes,
        "outcome": found.outcome,
        "late_by": found.late_by,
        "words": found.words,
    }


def lanes(incident: Incident, entries: list[Entry], clocks: list[Deadline]) -> list[dict[str, Any]]:
    """What went on when, for the figure: each with its begin, its end, how many minutes that was on
    the incident's own clock, and when it was due.

    `entries` are in their order, `clocks` by epoch: of several the last one counts. An `to_at` that
    is empty had no end when the report was composed.
    """
    due = {clock.kind: clock.due_at for clock in clocks if clock.step == 0}
    first = first_notice_at(incident, clocks)
    last = {entry.event: entry.at for entry in entries}
    ended = [entry.at for entry in entries if entry.event.startswith("notice.end")]
    known = incident.acknowledged_at or incident.reported_at
    found = [
        ("确认收到", incident.reported_at, incident.acknowledged_at, due.get(Kind.ACKNOWLEDGE)),
        ("确认故障", known, incident.confirmed_at, due.get(Kind.CONFIRM)),
        ("下达指令", incident.confirmed_at, incident.commanded_at, due.get(Kind.COMMAND)),
        ("首次患者通知", incident.reported_at, first, due.get(Kind.FIRST_NOTICE)),
        ("通知公开", first, max(ended, default=None), None),
        ("排查与修复", incident.repair_started_at, last.get("incident.restore"), None),
        ("恢复验证", last.get("incident.restore"), incident.restored_at, due.get(Kind.RESTORE)),
        *(
            (f"手工模式：{mode.department}", mode.on_at, mode.off_at, None)
            for mode in incident.manual_modes.select_related("department")
        ),
        ("现场清理", incident.restored_at, incident.cleaned_at, None),
    ]
    return [
        {
            "label": label,
            "from_at": begin,
            "to_at": end,
            "due_at": until,
            "minutes": between(incident, begin, end) if end else None,
        }
        for label, begin, end, until in found
        if begin is not None and (end is not None or label != "首次患者通知")
    ]
