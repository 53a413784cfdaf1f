"""Verbs of the all clear (解除): said to everybody, confirmed by each department, revoked honestly.

Whom it reaches and over which ways is for the rooms above: they subscribe to the journal's entry.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from incidents import authority, deadlines, gates
from incidents.models import AllClear, AllClearReceipt, Deadline, Incident
from incidents.workflow.gate import lock, move, require
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from teams.models import Department, Person, Role

Kind = Deadline.Kind


@transaction.atomic
def all_clear(pk: int, *, by: Person, version: int | None = None, words: str) -> AllClear:
    """The service works again, the restoration was passed: every department is told (domain 4).

    `words` is what they read, as it stands. Each department with people confirms. Saying it again
    changes nothing.

    Raises NotAllowed; Conflict outside the clean-up, or where somebody else was faster; Incomplete,
    with exactly what is missing, while patients still read a notice or a department works on paper.
    """
    incident = lock(pk)
    words = require(words, "words", _("请写明要告诉各科室的话。"))
    standing = incident.all_clears.standing().select_related("by").first()
    if standing is not None and authority.may_command(incident, by):
        if standing.by_id == by.pk:
            return standing
        raise Conflict(_("%(who)s已经宣布解除。") % {"who": standing.by})
    at = now()
    told, nobody = _departments()
    made = AllClear(incident=incident, words=words, at=at, by=by)
    # Both are kept: in the language of the house, whoever acts.
    with translation.override(settings.LANGUAGE_CODE):
        holder, departments = _("各科室"), "、".join(map(str, nobody))
        remark = _("没有人可通知：%(departments)s") % {"departments": departments} if nobody else ""
    if standing is None:
        made.save()
    move(
        incident,
        "all_clear",
        by=by,
        at=at,
        version=version,
        told={
            "all_clear": made.pk,
            "words": words,
            "departments": [str(department) for department in told],
            "nobody": [str(department) for department in nobody],
            "remark": remark,
        },
    )
    gates.insist(gates.ALL_CLEAR, incident)
    AllClearReceipt.objects.bulk_create(
        AllClearReceipt(all_clear=made, department=department) for department in told
    )
    deadlines.arm_receipt(incident, Kind.ALL_CLEAR, made.pk, holder=holder, at=at)
    return made


def _departments() -> tuple[list[Department], list[Department]]:
    """Departments in use with people who can be told, and those without anybody."""
    people = Person.objects.filter(department=OuterRef("pk"), is_active=True).exclude(
        roles__contains=[Role.AUDITOR]
    )
    found = Department.objects.filter(is_active=True).annotate(has_people=Exists(people))
    told: list[Department] = []
    nobody: list[Department] = []
    for department in found.order_by("position", "pk"):
        (told if department.has_people else nobody).append(department)
    return told, nobody


@transaction.atomic
def confirm_all_clear(pk: int, *, by: Person) -> AllClearReceipt:
    """The department has the all clear, and says so. `pk` is the receipt's; a second time changes
    nothing. Raises NotAllowed; Conflict once it was revoked."""
    incident_pk = AllClearReceipt.objects.values_list("all_clear__incident", flat=True).get(pk=pk)
    incident = lock(incident_pk)
    receipt = (
        AllClearReceipt.objects.select_for_update(of=("self",))
        .select_related("all_clear", "department")
        .get(pk=pk)
    )
    if not authority.works_in_department(receipt, by):
        raise NotAllowed(_("您没有「确认解除」的权限。"))
    if receipt.confirmed_at is not None:
        return receipt
    if receipt.all_clear.revoked_at is not None:
        raise Conflict(_("解除已经撤销：%(why)s") % {"why": receipt.all_clear.revoked_reason})
    at = now()
    receipt.confirmed_at, receipt.confirmed_by = at, by
    receipt.save(update_fields=["confirmed_at", "confirmed_by"])
    if not receipt.all_clear.receipts.filter(confirmed_at__isnull=True).exists():
        deadlines.meet(incident, at, Kind.ALL_CLEAR, step=receipt.all_clear_id)
    facts = {
        "all_clear": receipt.all_clear_id,
        "receipt": receipt.pk,
        "department": receipt.department_id,
        "by_department": str(receipt.department),
    }
    record(incident.stream, "all_clear.confirm", by=by, at=at, facts=facts)
    return receipt


def revoke(incident: Incident, *, by: Person, at: datetime.datetime, reason: str) -> None:
    """The fault is back: the all clear no longer holds, and who was told it is told that."""
    standing = incident.all_clears.standing().first()
    if standing is None:
        return
    standing.revoked_at, standing.revoked_by, standing.revoked_reason = at, by, reason
    standing.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    deadlines.cancel(incident, at, Kind.ALL_CLEAR)
    record(
        incident.stream,
        "incident.revoke_all_clear",
        by=by,
        at=at,
        facts={"all_clear": standing.pk, "reason": reason},
    )
