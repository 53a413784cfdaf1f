"""Verbs of the law's clocks: armed with the confirmation, reported, not applicable, known since."""

import datetime
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority, regulatory
from incidents.models import Deadline, Incident
from incidents.workflow.gate import lock, require
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.models import RegulatoryClock
from teams.models import Person

# Nobody has known of a fault for longer than this without reporting it here.
LONGEST_KNOWN = timedelta(days=30)


@transaction.atomic
def arm_regulatory(pk: int) -> int:
    """Start the clocks that the plan's list of rules sets for this fault; give how many.

    They count from the confirmation, until somebody says since when the hospital has known. Called
    by the relay's subscription; a second time changes nothing.
    """
    incident = lock(pk)
    if incident.confirmed_at is None:
        return 0
    armed = regulatory.arm(incident, incident.confirmed_at)
    if armed:
        rules = RegulatoryClock.objects.filter(pk__in=[one.step for one in armed])
        facts = {"rules": [rule.rule for rule in rules], "known_at": armed[0].armed_at}
        record(incident.stream, "regulatory.arm", by=None, facts=facts)
    return len(armed)


@transaction.atomic
def note_regulatory(pk: int, *, by: Person, proof: str) -> Deadline:
    """已报告: what the rule demands was done; `proof` says to whom, how, under which number.

    Takes the clock's key. IT, the fault group, and heads of the plan's groups. Raises NotAllowed,
    Conflict where it is settled already, Incomplete without proof.
    """
    deadline, incident = _running(pk)
    if not may_note(incident, by):
        raise NotAllowed(_("您没有「登记法定报告」的权限。"))
    proof = require(proof, "proof", _("请写明报给了谁、怎样报的、回执或编号。"))
    at = now()
    deadline.met_at = at
    deadline.save(update_fields=["met_at"])
    facts = {
        "deadline": deadline.pk,
        "rule": _rule(deadline),
        "proof": proof,
        "late": at > deadline.due_at,
    }
    record(incident.stream, "regulatory.note", by=by, at=at, facts=facts)
    return deadline


@transaction.atomic
def waive_regulatory(pk: int, *, by: Person, reason: str) -> Deadline:
    """不适用: the rule does not apply here, with the reason. Heads of the plan's groups only.

    Raises NotAllowed, Conflict where it is settled already, Incomplete without a reason.
    """
    deadline, incident = _running(pk)
    if not authority.heads_a_group(incident, by):
        raise NotAllowed(_("是否适用由各小组组长或副组长决定。"))
    reason = require(reason, "reason", _("请写明为什么不适用。"))
    at = now()
    deadline.cancelled_at = at
    deadline.save(update_fields=["cancelled_at"])
    facts = {"deadline": deadline.pk, "rule": _rule(deadline), "reason": reason}
    record(incident.stream, "regulatory.waive", by=by, at=at, facts=facts)
    return deadline


@transaction.atomic
def set_knowledge(
    pk: int, *, by: Person, known_at: datetime.datetime, reason: str
) -> list[Deadline]:
    """The hospital has known since `known_at`: the law's clocks of this incident count from it.

    Takes the incident's key. IT, the fault group, and heads of the plan's groups. Raises
    NotAllowed, Conflict where no such clock runs, Incomplete for a moment in the future or long
    before the report.
    """
    incident = lock(pk)
    if not may_note(incident, by):
        raise NotAllowed(_("您没有「登记知情时间」的权限。"))
    reason = require(reason, "reason", _("请写明怎样知道的。"))
    at = now()
    if not incident.reported_at - LONGEST_KNOWN <= known_at <= at:
        sentence = _("知情时间在报告前 30 天到现在之间。")
        raise Incomplete(sentence, fields={"known_at": sentence})
    running = list(
        Deadline.objects.running()
        .filter(incident=incident, kind=Deadline.Kind.REGULATORY)
        .order_by("pk")
    )
    if not running:
        raise Conflict(_("这起事件没有在走的法定时限。"))
    before = running[0].armed_at
    for deadline in running:
        deadline.due_at += known_at - deadline.armed_at
        deadline.armed_at = known_at
        if deadline.due_at > at:
            deadline.passed_at = None
    Deadline.objects.bulk_update(running, ["armed_at", "due_at", "passed_at"])
    facts = {"before": before, "known_at": known_at, "reason": reason}
    record(incident.stream, "regulatory.knowledge", by=by, at=at, facts=facts)
    return running


def may_note(incident: Incident, person: Person) -> bool:
    """IT, the fault group, and head and deputies of the plan's groups."""
    return (
        authority.is_it_on_duty(incident, person)
        or authority.in_fault_group(incident, person)
        or authority.heads_a_group(incident, person)
    )


def _running(pk: int) -> tuple[Deadline, Incident]:
    kind = Deadline.Kind.REGULATORY
    incident = lock(Deadline.objects.values_list("incident_id", flat=True).get(pk=pk, kind=kind))
    deadline = Deadline.objects.get(pk=pk)
    if deadline.met_at is not None or deadline.cancelled_at is not None:
        raise Conflict(_("这一项已经有人办了。"))
    return deadline, incident


def _rule(deadline: Deadline) -> str:
    rule = RegulatoryClock.objects.filter(pk=deadline.step).first()
    return rule.rule if rule is not None else deadline.holder
