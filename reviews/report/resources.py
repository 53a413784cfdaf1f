"""What was used and kept: manual mode and forms, supplies and cost, evidence, the law's clocks."""

from typing import Any

from django.db.models import Count, Q

from incidents.models import Incident
from incidents.regulatory import duties
from incidents.supplying import streams_of
from incidents.tally import signed
from inventory.costs import cost_of
from inventory.models import Loan
from journal.models import Entry


def manual(incident: Incident) -> list[dict[str, Any]]:
    """Each stretch of manual mode of each department."""
    return [
        {
            "department": str(mode.department),
            "reason": mode.reason,
            "on_at": mode.on_at,
            "on_confirmed_at": mode.on_confirmed_at,
            "off_at": mode.off_at,
            "off_confirmed_at": mode.off_confirmed_at,
        }
        for mode in incident.manual_modes.select_related("department").order_by("pk")
    ]


def forms(incident: Incident) -> list[dict[str, Any]]:
    """The numbered forms that were opened for it, counted; amounts in yuan as text."""
    counted = {
        "used": Count("slips", Q(slips__fate="used")),
        "void": Count("slips", Q(slips__fate="void")),
        "lost": Count("slips", Q(slips__fate="lost")),
        "unused": Count("slips", Q(slips__fate="unused")),
        "entered": Count("slips", Q(slips__reentry__isnull=False)),
    }
    rows = incident.batches.select_related("department").annotate(**counted)
    return [
        {
            "department": str(row.department),
            "kind": row.kind,
            "range": row.range_words,
            "count": row.count,
            **{name: getattr(row, name) for name in counted},
            "paper_total": row.paper_total,
            "entered_total": row.entered_total,
            "difference": signed(row.explained) if row.explained else "",
            "explanation": row.explanation or row.lost_reason,
            "state": str(row.get_state_display()),
        }
        for row in rows.order_by("department__position", "pk")
    ]


def supplies(incident: Incident) -> dict[str, Any]:
    """What was given out for it and what came back; what was paid, and the sum in yuan as text."""
    streams = streams_of(incident)
    loans = Loan.objects.filter(stream__in=streams).select_related("item", "department")
    cost = cost_of(streams)
    return {
        "loans": [
            {
                "item": loan.item.name,
                "unit": loan.item.unit,
                "to": loan.who,
                "issued_at": loan.issued_at,
                "quantity": loan.quantity,
                "returned": loan.returned,
                "consumed": loan.consumed,
                "damaged": loan.damaged,
                "lost": loan.lost,
                "out": loan.outstanding,
            }
            for loan in loans.order_by("pk")
        ],
        "payments": [
            {
                "purpose": payment.purpose,
                "payee": payment.payee,
                "state": str(payment.get_state_display()),
                "amount": payment.amount if payment.spent is None else payment.spent,
            }
            for payment in cost.payments
        ],
        "total": cost.total,
    }


def exposed(incident: Incident) -> list[dict[str, Any]]:
    """The last count of each kind of records that may be lost or in strangers' hands."""
    return [
        {"kind": row.kind, "count": row.count, "note": row.note, "by": str(row.by), "at": row.at}
        for row in incident.exposed.newest().select_related("by")
    ]


def custody(incident: Incident) -> list[dict[str, Any]]:
    """The chain of custody, hand by hand."""
    return [
        {
            "what": step.what,
            "from": step.from_whom,
            "to": step.to_whom,
            "kept_where": step.kept_where,
            "handed_at": step.handed_at,
            "sha256": step.sha256,
        }
        for step in incident.custody.all()
    ]


def law(incident: Incident, entries: list[Entry]) -> list[dict[str, Any]]:
    """What the law demanded, until when, and what was done about it."""
    said = {
        entry.facts.get("deadline"): entry.facts.get("proof") or entry.facts.get("reason", "")
        for entry in entries
        if entry.event in ("regulatory.note", "regulatory.waive")
    }
    return [
        {
            "rule": duty.title,
            "source": duty.rule.source if duty.rule else "",
            "due_at": duty.clock.due_at,
            "met_at": duty.clock.met_at,
            "is_waived": duty.clock.cancelled_at is not None,
            "words": said.get(duty.clock.pk, ""),
        }
        for duty in duties(incident)
    ]


def files(incident: Incident) -> list[dict[str, Any]]:
    """The files that were handed in as evidence, with the sums that the server counted."""
    rows = incident.files.select_related("check_item__item", "order", "backup", "by").order_by("pk")
    return [
        {
            "name": row.name,
            "about": row.about,
            "note": row.note,
            "size_bytes": row.size_bytes,
            "sha256": row.sha256,
            "by": str(row.by),
            "at": row.at,
        }
        for row in rows
    ]
