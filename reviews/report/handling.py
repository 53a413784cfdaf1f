"""How the fault was handled: orders, notices, checks, backup, signatures, waivers."""

import datetime
from typing import Any

from incidents.models import Check, Deadline, Incident, Order
from journal.models import Entry
from reviews.measures import between

Kind = Deadline.Kind
_DROPPED = "改用新版预案后已取消这一项"


def orders(incident: Incident) -> list[dict[str, Any]]:
    """Each order with what became of it; `late_by` in minutes, None while it is open."""
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
            "late_by": _late(incident, order.ended_at, order.due_at),
            "outcome": order.outcome,
        }
        for order in orders
    ]


def notices(incident: Incident, entries: list[Entry], clocks: list[Deadline]) -> dict[str, Any]:
    """From the journal and the clocks: this app knows nothing else of notices."""
    events = [entry.event for entry in entries]
    waiver = next((e for e in reversed(entries) if e.event == "incident.waive_notice"), None)
    promised = [clock for clock in clocks if clock.kind == Kind.NEXT_NOTICE]
    return {
        "published": events.count("incident.notify"),
        "ended": sum(event.startswith("notice.end") for event in events),
        "first_at": next((e.at for e in entries if e.event == "incident.notify"), None),
        "waived": waiver.facts.get("reason", "") if waiver else "",
        "list": [
            {
                "at": entry.at,
                "by": entry.actor_name,
                "number": entry.facts.get("number"),
                "affected": entry.facts.get("affected", ""),
                "next_update": entry.facts.get("next_update", ""),
                "late_by": _kept(incident, entry.at, promised),
            }
            for entry in entries
            if entry.event == "incident.notify"
        ],
    }


def _kept(incident: Incident, at: datetime.datetime, promised: list[Deadline]) -> int | None:
    """Minutes by which a notice came after the time that the one before it had promised.

    0: in time; None: nothing had been promised. Whoever publishes meets the clock in the same
    transaction, so the clock that ended with this notice is the one that it kept.
    """
    due = [clock.due_at for clock in promised if clock.met_at == at]
    return _late(incident, at, min(due)) if due else None


def _late(incident: Incident, at: datetime.datetime | None, due: datetime.datetime) -> int | None:
    """Begun minutes after it was due, by a drill's own clock; 0: in time; None: not yet."""
    if at is None:
        return None
    return between(incident, due, at) if at > due else 0


def proof(incident: Incident, entries: list[Entry]) -> dict[str, Any]:
    """Checks, backups, signatures and waivers, the last round of the restoration."""
    points = {
        entry.facts.get("point", ""): entry.facts.get("label", "")
        for entry in entries
        if entry.event == "incident.waive"
    }
    # What a newer version of the plan dropped before anybody did it was never owed.
    checks = [
        check
        for check in incident.checks.select_related("item", "by")
        if check.dropped_in_id is None or check.result != Check.Result.PENDING
    ]
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
        "remark": "，".join(
            filter(None, [check.measured, check.remark, _DROPPED if check.dropped_in_id else ""])
        ),
        "by": str(check.by) if check.by else "",
        "at": check.at,
    }
