"""Measured times beside the plan's targets (plan, row P17: how fast did we respond?).

Targets are those of the clocks that really ran, from the plan version that the incident pins, so
that the report never contradicts the alarms of the night. Whole minutes; a begun one counts. A
drill is measured on its own clock (`incidents.models.drill`).
"""

import datetime
import math
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident, Order

Kind = Deadline.Kind


@dataclass(frozen=True)
class Measure:
    """One duty: `minutes` it took against the `target`; None where it did not happen, or has none.

    `who` is the department or group; `outcome` is met, late, open, waived, refused or untimed.
    """

    key: str
    label: str
    who: str
    target: int | None
    minutes: int | None
    outcome: str

    @property
    def late_by(self) -> int:
        """Minutes over the target; 0 when within it."""
        if self.target is None or self.minutes is None:
            return 0
        return max(0, self.minutes - self.target)

    @property
    def words(self) -> str:
        """The judgement in words."""
        if self.outcome == "late":
            return _("超时 %(minutes)s 分钟") % {"minutes": self.late_by}
        return {
            "met": _("按时"),
            "open": _("未完成"),
            "waived": _("已免发"),
            "refused": _("无法执行"),
            "untimed": _("预案未设时限"),
        }[self.outcome]


def measure(incident: Incident) -> list[Measure]:
    """The incident's measured times: its steps first, then each order. Two queries."""
    clocks = list(incident.deadlines.order_by("epoch", "pk"))
    orders = incident.orders.select_related("department", "group").order_by("pk")
    return [
        *_steps(incident, clocks),
        *_owed_anew(incident, clocks),
        *_updates(incident, clocks),
        *[found for order in orders for found in _order(incident, order, clocks)],
    ]


def _steps(incident: Incident, clocks: list[Deadline]) -> list[Measure]:
    grade, told = incident.grade, first_notice_at(incident, clocks)
    steps = [
        (Kind.ACKNOWLEDGE, _("确认收到"), incident.acknowledged_at, "acknowledge_minutes"),
        (Kind.CONFIRM, _("确认故障"), incident.confirmed_at, "confirm_minutes"),
        (Kind.COMMAND, _("下达指令"), incident.commanded_at, "command_minutes"),
        (Kind.FIRST_NOTICE, _("首次患者通知"), told, "first_notice_minutes"),
        (Kind.RESTORE, _("恢复服务"), incident.restored_at, "restore_minutes"),
    ]
    found = []
    for kind, label, happened, target_field in steps:
        clock = clock_of(clocks, kind)
        if clock is not None:
            target: int | None = between(incident, incident.reported_at, clock.due_at)
        else:
            target = getattr(grade, target_field) if grade else None
        waived = kind == Kind.FIRST_NOTICE and incident.notice_waived_at is not None
        found.append(
            _judged(
                str(kind),
                label,
                clock.holder if clock else "",
                target,
                between(incident, incident.reported_at, happened) if happened else None,
                otherwise="waived" if waived else "open",
            )
        )
    return found


def clock_of(clocks: list[Deadline], kind: str) -> Deadline | None:
    """The clock that a step is judged by: the last epoch's is the one that counted in the end.
    That of a first notice owed anew (`step` is the withdrawn one) is another duty."""
    return next(
        (clock for clock in reversed(clocks) if clock.kind == kind and clock.step == 0), None
    )


def first_notice_at(incident: Incident, clocks: list[Deadline]) -> datetime.datetime | None:
    """When patients were first told, also where that notice was taken back afterwards."""
    first = clock_of(clocks, Kind.FIRST_NOTICE)
    if first is not None and first.met_at is not None and _anew(clocks):
        return first.met_at
    return incident.notified_at


def _anew(clocks: list[Deadline]) -> list[Deadline]:
    return [clock for clock in clocks if clock.kind == Kind.FIRST_NOTICE and clock.step]


def _owed_anew(incident: Incident, clocks: list[Deadline]) -> list[Measure]:
    """The word that patients were owed after a notice was taken back, from its withdrawal on."""
    return [
        _judged(
            f"first_notice-{clock.step}",
            _("撤回后重发患者通知"),
            clock.holder,
            between(incident, clock.armed_at, clock.due_at),
            between(incident, clock.armed_at, clock.met_at) if clock.met_at else None,
            otherwise="waived" if clock.cancelled_at else "open",
        )
        for clock in _anew(clocks)
        # Cancelled without a waiver: another clock took its place, or the service came back.
        if clock.cancelled_at is None or incident.notice_waived_at is not None
    ]


def _updates(incident: Incident, clocks: list[Deadline]) -> list[Measure]:
    """The slowest of the further notices, each counted from the one before it."""
    kept = [clock for clock in clocks if clock.kind == Kind.NEXT_NOTICE and clock.met_at]
    if not kept:
        return []
    slowest = max(kept, key=lambda clock: clock.met_at - clock.due_at)  # type: ignore[operator]
    return [
        _judged(
            "next_notice",
            _("后续患者通知（最慢一次）"),
            slowest.holder,
            between(incident, slowest.armed_at, slowest.due_at),
            between(incident, slowest.armed_at, slowest.met_at),  # type: ignore[arg-type]
        )
    ]


def _order(incident: Incident, order: Order, clocks: list[Deadline]) -> list[Measure]:
    who = str(order.addressee)
    read_back = next(
        (
            clock
            for clock in reversed(clocks)
            if clock.kind == Kind.READ_BACK and clock.step == order.pk
        ),
        None,
    )
    refused = order.state == Order.State.REFUSED
    otherwise = "refused" if refused else "open"
    return [
        _judged(
            f"read_back-{order.pk}",
            _("复诵指令：%(text)s") % {"text": Truncator(order.text).chars(40)},
            who,
            between(incident, order.issued_at, read_back.due_at) if read_back else None,
            between(incident, order.issued_at, order.read_back_at) if order.read_back_at else None,
            otherwise=otherwise,
        ),
        _judged(
            f"order-{order.pk}",
            _("完成指令：%(text)s") % {"text": Truncator(order.text).chars(40)},
            who,
            between(incident, order.issued_at, order.due_at),
            between(incident, order.issued_at, order.ended_at)
            if order.ended_at and not refused
            else None,
            otherwise=otherwise,
        ),
    ]


def _judged(
    key: str,
    label: str,
    who: str,
    target: int | None,
    minutes: int | None,
    *,
    otherwise: str = "open",
) -> Measure:
    if minutes is None:
        outcome = otherwise if target is not None or otherwise != "open" else "untimed"
    elif target is None:
        outcome = "untimed"
    else:
        outcome = "met" if minutes <= target else "late"
    return Measure(key, label, who, target, minutes, outcome)


def between(incident: Incident, start: datetime.datetime, end: datetime.datetime) -> int:
    """Whole minutes on the incident's own clock: a drill's runs faster, and stands in a pause."""
    return minutes_of(incident.lasted(start, end))


def minutes_of(length: datetime.timedelta) -> int:
    """Whole minutes of a length; a begun one counts."""
    return max(0, math.ceil(length.total_seconds() / 60))
