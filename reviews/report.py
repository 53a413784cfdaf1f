"""The written report as plain content: composed from the facts, frozen when it is submitted.

The content is one JSON value with words in it, so that a report reads the same in ten years,
whatever happens to the rows, the templates or the names of departments. It is always Chinese: it
is an official document (domain, section 4), not a page.
"""

import datetime
import hashlib
from typing import Any

from django.conf import settings
from django.utils import translation

from incidents.models import Check, Incident, Order, Report
from journal.chain import canonical, plain
from journal.models import Entry
from journal.telling import label_of, sentence_of
from reviews.demands import other_names
from reviews.measures import measure, minutes_of
from reviews.models import Cause, Review
from teams.models import Person

FORM = 1
# Shown as tables of their own, or not part of the course of events.
_ELSEWHERE = ("check.decide", "backup.add", "order.issue", "review.", "incident.close")


def compose(
    review: Review,
    *,
    number: str = "",
    by: Person | None = None,
    at: datetime.datetime | None = None,
) -> dict[str, Any]:
    """The report's content as it stands now, plain (no floats, times in UTC, ISO 8601).

    `number`, `by` and `at` belong to the submission and are empty in a draft. The number of queries
    is fixed.
    """
    with translation.override("zh-hans"):
        incident = review.incident
        entries = list(Entry.objects.of(incident.stream))
        content = {
            "form": FORM,
            "hospital": settings.HOSPITAL_NAME,
            "number": number,
            "title": f"关于“{incident.title}”故障应急处理的评估报告",
            "addressee": "应急处理领导小组",
            "incident": _incident(incident),
            "gradings": _gradings(incident),
            "impact": _impact(incident),
            "course": _course(entries),
            "measures": [_measure_row(found) for found in measure(incident)],
            "orders": _orders(incident),
            "notices": _notices(entries),
            "proof": _proof(incident, entries),
            "meeting": _meeting(review),
            "findings": _findings(review),
            "actions": _actions(review),
            "no_action_reason": review.no_action_reason,
            "submitted_by": by.journal_actor[1] if by else "",
            "submitted_at": at,
        }
        return plain(content)


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical UTF-8 form of the content; 64 hex digits."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _incident(incident: Incident) -> dict[str, Any]:
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


def _gradings(incident: Incident) -> list[dict[str, Any]]:
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


def _impact(incident: Incident) -> dict[str, Any]:
    # Three reports of one fault are three, whether they were joined at once or merged later.
    merged = Incident.objects.filter(merged_into=incident)
    reports = [
        *incident.reports.values_list("waiting", flat=True),
        *merged.values_list("waiting", flat=True),
        *Report.objects.filter(incident__in=merged).values_list("waiting", flat=True),
    ]
    waiting = [count for count in (incident.waiting, *reports) if count is not None]
    length = (incident.restored_at or incident.began_at) - incident.began_at
    return {
        "services": [service.name for service in incident.services.all()],
        "departments": [department.name for department in incident.affected.all()],
        "reports": 1 + len(reports),
        "waiting": max(waiting, default=None),
        "windows_closed": incident.windows_closed,
        "records_exposed": incident.records_exposed,
        "minutes": minutes_of(length) if incident.restored_at else None,
    }


def _course(entries: list[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "label": label_of(entry.event),
            "sentence": sentence_of(entry.event, entry.facts),
        }
        for entry in entries
        if not entry.event.startswith(_ELSEWHERE)
    ]


def _measure_row(found: Any) -> dict[str, Any]:
    return {
        "label": found.label,
        "who": found.who,
        "target": found.target,
        "minutes": found.minutes,
        "outcome": found.outcome,
        "words": found.words,
    }


def _orders(incident: Incident) -> list[dict[str, Any]]:
    orders = incident.orders.select_related("department", "group", "issued_by").order_by("pk")
    return [
        {
            "to": str(order.addressee),
            "text": order.text,
            "by": str(order.issued_by),
            "issued_at": order.issued_at,
            "due_at": order.due_at,
            "read_back_at": order.read_back_at,
            "ended_at": order.ended_at,
            "state": str(Order.State(order.state).label),
            "outcome": order.outcome,
        }
        for order in orders
    ]


def _notices(entries: list[Entry]) -> dict[str, Any]:
    """Counted from the journal: this app knows nothing else of notices."""
    events = [entry.event for entry in entries]
    waiver = next((e for e in reversed(entries) if e.event == "incident.waive_notice"), None)
    return {
        "published": events.count("incident.notify"),
        "ended": sum(event.startswith("notice.end") for event in events),
        "first_at": next((e.at for e in entries if e.event == "incident.notify"), None),
        "waived": waiver.facts.get("reason", "") if waiver else "",
    }


def _proof(incident: Incident, entries: list[Entry]) -> dict[str, Any]:
    points = {
        entry.facts.get("point", ""): entry.facts.get("label", "")
        for entry in entries
        if entry.event == "incident.waive"
    }
    checks = list(incident.checks.select_related("item", "by"))
    return {
        "rounds": incident.round,
        "repair": [_check(check) for check in checks if check.round == 0],
        "restore": [_check(check) for check in checks if check.round == incident.round > 0],
        "failed_before": sum(
            check.result == Check.Result.FAILED and 0 < check.round < incident.round
            for check in checks
        ),
        "backups": [
            {
                "name": backup.name,
                "size_bytes": backup.size_bytes,
                "sha256": backup.sha256,
                "remark": "，".join(
                    filter(None, [str(backup.get_verified_display()), backup.remark])
                ),
                "by": str(backup.by),
                "at": backup.at,
            }
            for backup in incident.backups.select_related("by").filter(round=incident.round)
        ],
        "signatures": [
            {
                "for": f"{signed.get_part_display()} {signed.department or ''}".strip(),
                "by": str(signed.person),
                "at": signed.at,
            }
            for signed in incident.signatures.select_related("person", "department").filter(
                round=incident.round
            )
        ],
        "waivers": [
            {
                "demand": str(waiver.get_demand_display()),
                "point": points.get(waiver.point, "") if waiver.point else "",
                "reason": waiver.reason
                if waiver.ended_at is None
                else f"{waiver.reason}（故障复发，豁免作废）",
                "by": str(waiver.by),
            }
            for waiver in incident.waivers.select_related("by")
        ],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "item": check.text,
        "result": str(check.get_result_display()),
        "remark": "，".join(filter(None, [check.measured, check.remark])),
        "by": str(check.by) if check.by else "",
        "at": check.at,
    }


def _meeting(review: Review) -> dict[str, Any]:
    people = [str(person) for person in review.attendees.all()]
    return {
        "at": review.meeting_at,
        "place": review.meeting_place,
        "chair": str(review.chair) if review.chair else "",
        "attendees": [*people, *other_names(review.other_attendees)],
    }


def _findings(review: Review) -> dict[str, Any]:
    return {
        "root_cause": str(Cause(review.root_cause).label) if review.root_cause else "",
        "root_cause_text": review.root_cause_text,
        "contributing_factors": review.contributing_factors,
        "what_went_well": review.what_went_well,
        "shortcomings": review.shortcomings,
        "process_evaluation": review.process_evaluation,
    }


def _actions(review: Review) -> list[dict[str, Any]]:
    return [
        {
            "kind": str(action.get_kind_display()),
            "measure": action.measure,
            "owner": action.owner,
            "due_on": action.due_on,
        }
        for action in review.actions.select_related("department", "person")
    ]
