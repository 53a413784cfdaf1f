"""Arming and ending clocks. Called by verbs only, inside their transaction, incident row locked."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.models import Check, Deadline, Incident, Order
from incidents.models.deadline import DeadlineQuerySet
from incidents.models.state import UNRESTORED
from journal import rows
from journal.recording import now
from plans.models import Grade

Kind = Deadline.Kind

# Minutes to read an order back where the grade sets none: an unread order is worse than a late one.
READ_BACK_MINUTES = 10
# Minutes for a department to confirm manual mode or all clear, where the grade sets none.
RECEIPT_MINUTES = 10

# Clocks that ring on after the service works again.
WHILE_OPEN = (
    *(Kind.READ_BACK, Kind.ORDER, Kind.NEXT_NOTICE, Kind.RATIFY),
    *(Kind.MANUAL_ON, Kind.MANUAL_OFF, Kind.ALL_CLEAR, Kind.CHECK),
)
# What is owed to patients outlives the handling of the fault.
_PLAYED = (Kind.NEXT_NOTICE, Kind.RATIFY)
_OWED = (Kind.REGULATORY, *_PLAYED)


def arm_report(incident: Incident, grade: Grade) -> None:
    """Clocks that start with the report, by the grade that holds until IT has graded."""
    minutes = {Kind.ACKNOWLEDGE: grade.acknowledge_minutes, Kind.CONFIRM: grade.confirm_minutes}
    _arm(incident, minutes)


def arm_confirmed(incident: Incident, since: datetime.datetime | None = None) -> None:
    """Clocks of the grade for what has not happened yet, counted from the report or `since`."""
    grade = incident.grade
    if grade is None:
        raise ValueError("Clocks of a grade need a graded incident.")
    clocks: dict[Kind, int | None] = {}
    if incident.commanded_at is None:
        clocks[Kind.COMMAND] = grade.command_minutes
    if incident.notified_at is None and incident.notice_waived_at is None:
        clocks[Kind.FIRST_NOTICE] = grade.first_notice_minutes
    if incident.restored_at is None:
        clocks[Kind.RESTORE] = grade.restore_minutes
    _arm(incident, clocks, since)


def rearm(
    incident: Incident, at: datetime.datetime, since: datetime.datetime | None = None
) -> None:
    """The incident has entered a new epoch: its grade's clocks start anew, the old ones end.

    They count from `since`; where that is not given, from where the old ones counted: the report,
    or the relapse that came after it.
    """
    if since is None:
        since = _running(incident, (Kind.RESTORE,), None).values_list("armed_at", flat=True).first()
    cancel(incident, at, Kind.COMMAND, Kind.FIRST_NOTICE, Kind.RESTORE)
    arm_confirmed(incident, since)


@dataclass(frozen=True)
class Shift:
    """A clock that another version sets differently. None: there was, or will be, none."""

    kind: str
    step: int
    holder: str
    armed_at: datetime.datetime
    before: datetime.datetime | None
    after: datetime.datetime | None

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


def shifts(incident: Incident, grade: Grade) -> list[Shift]:
    """How the clocks that still run, or would run, are to stand by another version's `grade`.

    Each counts from its own first moment: the report, the relapse, the issue of the order. What
    patients were promised and by when an order is to be done stay as they were said.
    """
    running = {(clock.kind, clock.step): clock for clock in _running(incident, (), None)}
    restore = running.get((Kind.RESTORE, 0))
    since = restore.armed_at if restore else incident.reported_at
    found = []
    for kind, minutes in _awaited(incident, grade):
        clock = running.get((kind, 0))
        armed_at = clock.armed_at if clock else since
        due = incident.due(armed_at, timedelta(minutes=minutes)) if minutes else None
        before = clock.due_at if clock else None
        found.append(Shift(kind, 0, holder_of(kind, incident), armed_at, before, due))
    for order in incident.orders.open().select_related("department", "group"):
        clock = running.get((Kind.READ_BACK, order.pk))
        if clock is not None:
            due = _read_back_due(order, grade)
            found.append(
                Shift(Kind.READ_BACK, order.pk, clock.holder, order.issued_at, clock.due_at, due)
            )
    return [shift for shift in found if shift.before != shift.after]


def shift(incident: Incident, at: datetime.datetime, wanted: list[Shift]) -> None:
    """Let the clocks run as `shifts` says: the old ones end, the new ones are of this epoch."""
    for one in wanted:
        cancel(incident, at, one.kind, step=one.step)
    Deadline.objects.bulk_create(
        [
            Deadline(
                incident=incident,
                kind=one.kind,
                step=one.step,
                epoch=incident.epoch,
                holder=one.holder,
                armed_at=one.armed_at,
                due_at=one.after,
            )
            for one in wanted
            if one.after is not None
        ]
    )


def _awaited(incident: Incident, grade: Grade) -> list[tuple[Kind, int | None]]:
    """The incident's own steps that have not happened yet, each with the grade's minutes."""
    if incident.confirmed_at is None:
        asked = [(Kind.CONFIRM, grade.confirm_minutes)]
        if incident.acknowledged_at is None:
            asked.append((Kind.ACKNOWLEDGE, grade.acknowledge_minutes))
        return asked
    asked = [(Kind.RESTORE, grade.restore_minutes)]
    if incident.commanded_at is None:
        asked.append((Kind.COMMAND, grade.command_minutes))
    if incident.notified_at is None and incident.notice_waived_at is None:
        asked.append((Kind.FIRST_NOTICE, grade.first_notice_minutes))
    return asked


def _read_back_due(order: Order, grade: Grade | None) -> datetime.datetime:
    minutes = (grade and grade.order_read_back_minutes) or READ_BACK_MINUTES
    due = order.incident.due(order.issued_at, timedelta(minutes=minutes))
    return min(due, order.due_at)


def arm_order(order: Order) -> None:
    """An order's two clocks: to be read back, and to be done."""
    incident = order.incident
    due = _read_back_due(order, rows.named(incident, "grade"))
    holder = str(order.addressee)
    rows.add(
        *(
            Deadline(
                incident=incident,
                kind=kind,
                step=order.pk,
                epoch=1,
                holder=holder,
                armed_at=order.issued_at,
                due_at=when,
            )
            for kind, when in ((Kind.READ_BACK, due), (Kind.ORDER, order.due_at))
        )
    )


def arm_receipt(
    incident: Incident, kind: Kind, step: int, *, holder: str, at: datetime.datetime
) -> datetime.datetime:
    """A department was told something that it must confirm; gives until when, by the grade."""
    grade = grade_now(incident)
    minutes = (grade and grade.receipt_minutes) or RECEIPT_MINUTES
    due = at + incident.minutes(minutes)
    Deadline.objects.create(
        incident=incident,
        kind=kind,
        step=step,
        epoch=1,
        holder=holder,
        armed_at=at,
        due_at=due,
    )
    return due


def arm_check(check: Check, *, holder: str, at: datetime.datetime) -> None:
    """Somebody has taken an item that the plan gives so many minutes. Who takes it over takes over
    the clock as it runs."""
    running = _running(check.incident, (Kind.CHECK,), check.pk)
    if check.minutes is None or running.update(holder=holder):
        return
    Deadline.objects.get_or_create(
        incident=check.incident,
        kind=Kind.CHECK,
        step=check.pk,
        epoch=1,
        defaults={
            "holder": holder,
            "armed_at": at,
            "due_at": at + check.incident.minutes(check.minutes),
        },
    )


def arm_next_notice(
    incident: Incident, step: int, at: datetime.datetime, due_at: datetime.datetime
) -> None:
    """Patients were promised the next update at `due_at` (in a drill: of its clock, which runs
    faster): the notice before it is settled."""
    meet(incident, at, Kind.FIRST_NOTICE, Kind.NEXT_NOTICE)
    Deadline.objects.create(
        incident=incident,
        kind=Kind.NEXT_NOTICE,
        step=step,
        epoch=incident.epoch,
        holder=holder_of(Kind.NEXT_NOTICE, incident),
        armed_at=at,
        due_at=at + incident.paced(due_at - at),
    )


def arm_first_notice_again(incident: Incident, step: int, at: datetime.datetime) -> None:
    """What patients read was taken back: its next update is void, and a first word is owed anew,
    as long as the service does not work. `step` is the withdrawn notice."""
    cancel(incident, at, Kind.NEXT_NOTICE)
    grade = grade_now(incident)
    if incident.state not in UNRESTORED or grade is None or grade.first_notice_minutes is None:
        return
    Deadline.objects.create(
        incident=incident,
        kind=Kind.FIRST_NOTICE,
        step=step,
        epoch=incident.epoch,
        holder=holder_of(Kind.FIRST_NOTICE, incident),
        armed_at=at,
        due_at=at + incident.minutes(grade.first_notice_minutes),
    )


def arm_ratification(
    incident: Incident, step: int, at: datetime.datetime, due_at: datetime.datetime, holder: str
) -> None:
    """The notice `step` went out before its approval, which `holder` owes until `due_at`."""
    Deadline.objects.create(
        incident=incident,
        kind=Kind.RATIFY,
        step=step,
        epoch=incident.epoch,
        holder=holder,
        armed_at=at,
        due_at=due_at,
    )


def follow_progress(incident: Incident, at: datetime.datetime) -> None:
    """Something was done at `at`: if nothing is from now on, the plan's time later it is told."""
    grade = grade_now(incident)
    minutes = grade.no_progress_minutes if grade is not None else None
    running = _running(incident, (Kind.PROGRESS,), None)
    if minutes is None or incident.state not in UNRESTORED:
        running.update(cancelled_at=now())
        return
    facts = {"armed_at": at, "due_at": incident.due(at, timedelta(minutes=minutes))}
    watched = running.filter(passed_at__isnull=True).first()
    if watched is not None:
        # Entries may be relayed out of order: what was done last counts.
        if watched.armed_at < at:
            _running(incident, (Kind.PROGRESS,), watched.step).update(**facts)
        return
    running.update(met_at=at)
    last = Deadline.objects.filter(incident=incident, kind=Kind.PROGRESS)
    Deadline.objects.create(
        incident=incident,
        kind=Kind.PROGRESS,
        step=(last.aggregate(last=Max("step"))["last"] or 0) + 1,
        epoch=incident.epoch,
        holder=holder_of(Kind.PROGRESS, incident),
        **facts,
    )


def grade_now(incident: Incident) -> Grade | None:
    """The incident's grade; before IT has graded it, the one that holds provisionally."""
    grade: Grade | None = rows.named(incident, "grade")
    if grade is not None:
        return grade
    level = rows.named(incident, "plan").provisional_level
    return rows.one(Grade, plan=incident.plan_id, level=level)


def is_notice_public(incident: Incident) -> bool:
    """Do patients read a notice of this incident now? Then its next update is still owed."""
    return _running(incident, (Kind.NEXT_NOTICE,), None).exists()


def meet(incident: Incident, at: datetime.datetime, *kinds: str, step: int | None = None) -> None:
    """What these clocks waited for has happened."""
    _running(incident, kinds, step).update(met_at=at)


def cancel(incident: Incident, at: datetime.datetime, *kinds: str, step: int | None = None) -> None:
    """What these clocks waited for is no longer wanted. Where none is named, all but those of the
    law: a rule does not end with the handling of a real fault."""
    running = _running(incident, kinds, step)
    if not kinds and not incident.is_drill:
        running = running.exclude(kind=Kind.REGULATORY)
    running.update(cancelled_at=at)


def end_handling(incident: Incident, at: datetime.datetime) -> None:
    """The site is cleared: all clocks end, but those of the law and of patient notices. The next
    one is owed until their notice has ended, also where its end was waived; so is an approval. A
    drill owes the law nothing."""
    owed = _PLAYED if incident.is_drill else _OWED
    _running(incident, (), None).exclude(kind__in=owed).update(cancelled_at=at)


def _running(incident: Incident, kinds: tuple[str, ...], step: int | None) -> DeadlineQuerySet:
    running = Deadline.objects.running().filter(incident=incident)
    if kinds:
        running = running.filter(kind__in=kinds)
    if step is not None:
        running = running.filter(step=step)
    return running


def holder_of(kind: str, incident: Incident) -> str:
    """Who must act, in words: they are kept, so in the language of the house, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return _holder_of(kind, incident)


def _holder_of(kind: str, incident: Incident) -> str:
    if kind in (Kind.ACKNOWLEDGE, Kind.CONFIRM):
        return _("信息技术部值班")
    if kind == Kind.COMMAND:
        return _("应急处理领导小组") if incident.convene else _("故障应急小组组长")
    if kind in (Kind.FIRST_NOTICE, Kind.NEXT_NOTICE):
        return _("客户服务部")
    return _("故障应急小组")


def _arm(
    incident: Incident, clocks: Mapping[Kind, int | None], since: datetime.datetime | None = None
) -> None:
    """Arm clocks by their minutes after the report or `since`; no minutes, no clock."""
    since = since or incident.reported_at
    rows.add(
        *(
            Deadline(
                incident=incident,
                kind=kind,
                epoch=incident.epoch,
                holder=holder_of(kind, incident),
                armed_at=since,
                due_at=incident.due(since, timedelta(minutes=minutes)),
            )
            for kind, minutes in clocks.items()
            if minutes is not None
        )
    )


def is_still_wanted(deadline: Deadline) -> bool:
    """May this clock still ring? A clock of a service that works again may not, but orders are
    still to be done, and what patients were promised is owed until their notice has ended."""
    if deadline.kind == Kind.REGULATORY:
        return True
    if deadline.kind in WHILE_OPEN:
        return deadline.incident.is_open
    return deadline.incident.state in UNRESTORED
