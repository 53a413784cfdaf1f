"""Verbs of checklists: take, assign, decide, add on the spot (plan, rows P11 and P13)."""

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority, deadlines
from incidents.models import Check, Deadline, Incident
from incidents.models.state import State
from incidents.workflow.gate import lock, move, require
from incidents.workflow.reopening import undo_reopening
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.models import ChecklistItem
from teams.models import Person

Result = Check.Result
_REPAIRING = (State.REPAIRING, State.RESTORING, State.CLEANING)


@transaction.atomic
def decide_check(
    pk: int,
    *,
    by: Person,
    result: str,
    remark: str = "",
    number: Decimal | None = None,
    seen: str | None = None,
) -> Check:
    """Decide a checklist item: done, failed or not applicable, with a remark.

    `seen` is the result that the person saw: when somebody else decided meanwhile, the verb is
    refused with Conflict; so it is where somebody else has taken the item. A failed or not
    applicable item demands a remark, one that is done what the plan demands of it: remark, number,
    file. A failed item opens its branches; of the restoration it sends back to the repair.
    """
    incident, check = _locked(pk)
    if not authority.may_decide(check, by):
        raise NotAllowed(
            _("您没有「填写检查单」的权限；这一项由%(who)s办。")
            % {"who": ChecklistItem.Decider(check.decider).label}
        )
    _insist_open(incident, check)
    if seen is not None and seen != check.result:
        raise Conflict(
            _("%(who)s已把这一项记为「%(result)s」。")
            % {"who": check.by or _("别人"), "result": check.get_result_display()}
        )
    if check.assigned_to_id not in (None, by.pk) and check.result == Result.PENDING:
        raise Conflict(_("这一项由%(who)s在办，请先接手。") % {"who": check.assigned_to})
    if result not in (Result.DONE, Result.FAILED, Result.NOT_APPLICABLE):
        raise Incomplete(_("请选择结果。"), fields={"result": _("请选择结果。")})
    remark = remark.strip()
    if result != Result.DONE:
        require(remark, "remark", _("没有完成或不适用时，请写明情况。"))
    else:
        _insist_evidence(check, remark, number)
    at = now()
    check.result, check.remark, check.number, check.by, check.at = result, remark, number, by, at
    check.save()
    deadlines.meet(incident, at, Deadline.Kind.CHECK, step=check.pk)
    record(
        incident.stream,
        "check.decide",
        by=by,
        at=at,
        facts={
            "check": check.pk,
            "item": check.text,
            "result": result,
            "outcome": Result(check.result).label,
            "measured": check.measured,
            "remark": remark,
            "round": check.round,
        },
    )
    if result == Result.FAILED:
        _after_failure(incident, check, by=by, at=at)
    return check


def _insist_evidence(check: Check, remark: str, number: Decimal | None) -> None:
    """What the plan demands before the item counts as done."""
    Need = ChecklistItem.Need
    missing = {}
    if Need.REMARK in check.needs and not remark:
        missing["remark"] = _("这一项要写明看到了什么。")
    if Need.NUMBER in check.needs and number is None:
        missing["number"] = _("这一项要填数值（%(unit)s）。") % {"unit": check.unit}
    if Need.FILE in check.needs and not check.files.exists():
        missing["file"] = _("这一项要先附上文件。")
    if missing:
        raise Incomplete("".join(missing.values()), fields=missing)


def _after_failure(incident: Incident, check: Check, *, by: Person, at: datetime.datetime) -> None:
    if check.phase == ChecklistItem.Phase.RESTORE:
        told: dict[str, Any] = {"reason": f"{check.text}：{check.remark}", "round": incident.round}
        move(incident, "fail_restoration", by=by, at=at, told=told)
        undo_reopening(incident, by=by, at=at, reason=told["reason"])
        return
    opened = [
        item
        for item in _branches(check)
        if Check.objects.get_or_create(incident=incident, item=item, round=check.round)[1]
    ]
    if opened:
        facts = {
            "check": check.pk,
            "failed": check.text,
            "items": [item.text for item in opened],
        }
        record(incident.stream, "check.branch", by=by, at=at, facts=facts)


def _branches(check: Check) -> list[ChecklistItem]:
    """The branches that follow the item in its list, up to the next item that is none."""
    if check.item is None:
        return []
    found = []
    for item in ChecklistItem.objects.filter(
        plan=check.item.plan_id,
        phase=check.item.phase,
        fault_type=check.item.fault_type,
        position__gt=check.item.position,
    ).order_by("position"):
        if not item.is_branch:
            break
        found.append(item)
    return found


@transaction.atomic
def take_check(pk: int, *, by: Person, seen: int | None = None) -> Check:
    """Take an item, or take it over from somebody; its clock runs from the first time.

    `seen` is the key of whom the person saw on it: two who take it at once are one who has it and
    one who is told (Conflict). Who may decide the item may take it.
    """
    return _hand(pk, by=by, to=by, seen=seen)


@transaction.atomic
def assign_check(pk: int, *, by: Person, to: Person, seen: int | None = None) -> Check:
    """Give an item to somebody who may decide it. The fault group assigns."""
    return _hand(pk, by=by, to=to, seen=seen)


def _hand(pk: int, *, by: Person, to: Person, seen: int | None) -> Check:
    incident, check = _locked(pk)
    may = authority.may_decide(check, by) if to == by else authority.in_fault_group(incident, by)
    if not may:
        raise NotAllowed(_("您没有「办理检查项」的权限。"))
    _insist_open(incident, check)
    if check.result != Result.PENDING:
        raise Conflict(
            _("%(who)s已把这一项记为「%(result)s」。")
            % {"who": check.by or _("别人"), "result": check.get_result_display()}
        )
    if check.assigned_to_id == to.pk:
        return check
    if check.assigned_to_id != seen:
        who = check.assigned_to or _("没有人")
        raise Conflict(_("这一项现在由%(who)s在办，请再看一眼。") % {"who": who})
    if not authority.may_decide(check, to):
        sentence = _("%(who)s不能办这一项。") % {"who": to}
        raise Incomplete(sentence, fields={"to": sentence})
    before, at = check.assigned_to, now()
    check.assigned_to, check.taken_at = to, at
    check.save(update_fields=["assigned_to", "taken_at"])
    deadlines.arm_check(check, holder=str(to), at=at)
    record(
        incident.stream,
        "check.take" if to == by else "check.assign",
        by=by,
        at=at,
        facts={
            "check": check.pk,
            "item": check.text,
            "to": to.pk,
            "who": str(to),
            "before": str(before or ""),
        },
    )
    return check


@transaction.atomic
def add_check(pk: int, *, by: Person, text: str) -> Incident:
    """Add an item to the repair that the plan does not have. The fault group, from the repair to
    the clean-up. The same words a second time change nothing."""
    incident = lock(pk)
    if not authority.in_fault_group(incident, by):
        raise NotAllowed(_("您没有「加检查项」的权限。"))
    if incident.state not in _REPAIRING:
        raise Conflict(
            _("现在是「%(state)s」，不能加检查项。") % {"state": incident.get_state_display()}
        )
    text = require(text, "text", _("请写明要检查什么。"))[:120]
    open_now: Any = incident.checks.demanded().filter(round=0).select_related("item")
    if any(check.text == text for check in open_now):
        return incident
    check = Check.objects.create(incident=incident, added_text=text, added_by=by)
    facts = {"check": check.pk, "item": text, "fault_type": incident.fault_type}
    record(incident.stream, "check.add", by=by, at=now(), facts=facts)
    return incident


def _locked(pk: int) -> tuple[Incident, Check]:
    incident = lock(Check.objects.values_list("incident_id", flat=True).get(pk=pk))
    known = Check.objects.select_for_update(of=("self",))
    check = known.select_related("item", "by", "assigned_to").get(pk=pk)
    check.incident = incident
    return incident, check


def _insist_open(incident: Incident, check: Check) -> None:
    if check.dropped_in_id is not None:
        raise Conflict(_("现在的预案版本已取消这一项，不用再做。"))
    if check.phase == ChecklistItem.Phase.RESTORE:
        is_open = incident.state == State.RESTORING and check.round == incident.round
        # What was signed may not change under the signature.
        if is_open and incident.signatures.filter(round=incident.round).exists():
            raise Conflict(_("已经有人签字，恢复检查单不能再改。未通过请退回修复。"))
    else:
        is_open = incident.state in _REPAIRING
    if not is_open:
        raise Conflict(
            _("现在是「%(state)s」，这张检查单不能再填。") % {"state": incident.get_state_display()}
        )
