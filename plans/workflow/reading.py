"""Verbs of reading (阅知): confirm having read the version in force, remind the rest (row P20)."""

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from plans import authority
from plans.models import PlanVersion, ReadConfirmation
from plans.selectors import readers
from plans.workflow.gate import lock, move
from teams.models import Person


@transaction.atomic
def confirm_read(number: int, *, by: Person) -> ReadConfirmation:
    """Say that one has read the version in force. Saying it again changes nothing.

    The version's row is not locked: five hundred people confirm on one morning.
    """
    if not authority.is_concerned(None, by):
        raise NotAllowed(_("您没有「确认阅知」的权限。"))
    plan = PlanVersion.objects.get(number=number)
    if plan.status != PlanVersion.Status.PUBLISHED:
        raise Conflict(_("这一版不是现行版本，请阅读现行版本。"))
    at = now()
    confirmation, is_new = ReadConfirmation.objects.get_or_create(
        plan=plan, person=by, defaults={"at": at}
    )
    if is_new:
        record(
            plan.stream,
            "plan.confirm_read",
            by=by,
            at=at,
            facts={"number": plan.number, "title": plan.title},
        )
    return confirmation


@transaction.atomic
def remind_readers(number: int, *, by: Person, version: int | None = None) -> int:
    """Remind everyone who has not confirmed reading the version in force; give how many."""
    plan = lock(number)
    waiting = list(readers().exclude(read_confirmations__plan=plan).values_list("pk", flat=True))
    move(plan, "remind", by=by, at=now(), version=version, told={"people": waiting})
    if not waiting:
        raise Conflict(_("所有人都已阅知，不用提醒。"))
    return len(waiting)
