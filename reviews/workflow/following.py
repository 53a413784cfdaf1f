"""What follows the archive: each promised measure is done, with proof (plan, rows P17 and P18)."""

import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal import keeping
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import authority, closing
from reviews.models import ActionFile, ActionItem, ActionWaiver, Demand, Review
from reviews.workflow.gate import insist_day_to_come, lock
from teams.models import Department, Person


class _There(Exception):
    """The same content proves the item already."""

    def __init__(self, file: ActionFile) -> None:
        self.file = file


def finish_action(
    pk: int, *, by: Person, proof: str, version: int | None = None, file: UploadedFile | None = None
) -> ActionItem:
    """Report a measure of a received report done, with a word of proof and a file where there is.

    A change of the plan demands more: the version in force carries it and a drill has passed it;
    training demands a session (`reviews.closing`). Each is waived by name, or `Incomplete`.
    """
    if file is not None:
        with keeping.keep(file) as kept:
            action = _finish(pk, by=by, proof=proof, version=version, kept=kept)
        if not action.files.filter(path=kept.path).exists():
            # The same content was there already.
            keeping.drop(kept)
        return action
    return _finish(pk, by=by, proof=proof, version=version, kept=None)


@transaction.atomic
def _finish(
    pk: int, *, by: Person, proof: str, version: int | None, kept: keeping.Kept | None
) -> ActionItem:
    action = _open(pk, authority.may_finish, by=by, verb=_("办结整改项"), version=version)
    proof = require(proof, "proof", _("请写一句完成情况。"))
    lacking = closing.missing(action)
    if lacking:
        sentence = _("还不能办结：%(missing)s") % {
            "missing": "".join(point.missing for point in lacking)
        }
        raise Incomplete(sentence, fields={point.demand: point.missing for point in lacking})
    at = now()
    if kept is not None and not action.files.filter(sha256=kept.sha256).exists():
        _attach(action, kept, by=by, at=at, note="")
    action.proof, action.done_at, action.done_by = proof, at, by
    _save(action, "proof", "done_at", "done_by")
    shown = [f"{point.label}：{point.words}" for point in closing.points(action) if point.met]
    _record(action, "finish_action", by=by, at=at, proof=proof, shown=shown)
    return action


def give(review: Review, *, by: Person, at: datetime.datetime) -> None:
    """The report is received: from now on its measures are owed, and their owners are told.

    Belongs into the transaction of the receipt.
    """
    for action in review.actions.select_related("department", "person"):
        action.review = review
        _record(action, "give_action", by=by, at=at)


@transaction.atomic
def postpone_action(
    pk: int, *, by: Person, due_on: datetime.date, reason: str, version: int | None = None
) -> ActionItem:
    """Another day by which the measure is done. Heads of the groups decide, and say why.

    The reminders begin anew for the new day; what the old one was stays in the journal.
    """
    action = _open(pk, authority.heads, by=by, verb=_("改完成日期"), version=version)
    reason = require(reason, "reason", _("请写明为什么改期。"))
    at = now()
    insist_day_to_come(due_on, at)
    if due_on == action.due_on:
        sentence = _("这就是原来的日期。")
        raise Incomplete(sentence, fields={"due_on": sentence})
    before, action.due_on = action.due_on, due_on
    _save(action, "due_on")
    _record(action, "postpone_action", by=by, at=at, before=before, reason=reason)
    return action


@transaction.atomic
def hand_over_action(
    pk: int,
    *,
    by: Person,
    department: Department,
    person: Person | None = None,
    reason: str = "",
    version: int | None = None,
) -> ActionItem:
    """Another owner. The department's head chooses who of it; heads of the groups also another
    department, with the reason."""
    action = _open(pk, authority.may_hand_over, by=by, verb=_("换责任人"), version=version)
    is_elsewhere = department.pk != action.department_id
    if is_elsewhere and not authority.heads(action, by):
        raise NotAllowed(_("换到别的科室，要由应急小组负责人决定。"))
    if person is not None and person.department_id != department.pk:
        sentence = _("%(who)s不在%(where)s。") % {"who": person, "where": department}
        raise Incomplete(sentence, fields={"person": sentence})
    if not is_elsewhere and (person.pk if person else None) == action.person_id:
        sentence = _("现在就是这个责任人。")
        raise Incomplete(sentence, fields={"person": sentence})
    reason = reason.strip()
    if is_elsewhere:
        reason = require(reason, "reason", _("请写明为什么换科室。"))
    before = action.owner
    action.department, action.person = department, person
    _save(action, "department", "person")
    _record(action, "hand_over_action", by=by, at=now(), before=before, reason=reason)
    return action


def attach_to_action(
    pk: int, *, by: Person, file: UploadedFile | None, note: str = ""
) -> ActionFile:
    """Hand in a file that proves the measure, before it is reported done or with it.

    The same content a second time is the file that is there already. A refusal leaves no file.
    """
    try:
        with keeping.keep(file) as kept, transaction.atomic():
            action = _open(pk, authority.may_finish, by=by, verb=_("上传凭证"), version=None)
            same = action.files.filter(sha256=kept.sha256).first()
            if same is not None:
                raise _There(same)
            return _attach(action, kept, by=by, at=now(), note=note)
    except _There as there:
        return there.file


@transaction.atomic
def waive_demand(pk: int, *, by: Person, demand: str, reason: str) -> ActionItem:
    """Let the item be closed without one of its demands: the leading group, by name, and why."""
    action = _open(pk, authority.may_waive, by=by, verb=_("免去要求"), version=None)
    reason = require(reason, "reason", _("请写明为什么可以免去。"))
    point = next((each for each in closing.points(action) if each.demand == demand), None)
    if point is None:
        sentence = _("这个整改项没有这条要求。")
        raise Incomplete(sentence, fields={"demand": sentence})
    if point.is_settled:
        raise Conflict(_("这条要求已经满足，或已经免去。"))
    at = now()
    ActionWaiver.objects.create(action=action, demand=demand, reason=reason, by=by, at=at)
    label = Demand(demand).label
    _record(action, "waive_demand", by=by, at=at, demand=demand, label=label, reason=reason)
    return action


def _open(pk: int, may: Any, *, by: Person, verb: str, version: int | None) -> ActionItem:
    """The item, locked behind its incident and review; only one that may still be worked on."""
    review = lock(ActionItem.objects.values_list("review__incident_id", flat=True).get(pk=pk))
    action = (
        ActionItem.objects.select_for_update(of=("self",))
        .select_related("department", "person", "done_by")
        .get(pk=pk)
    )
    action.review = review
    if not may(action, by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": verb})
    if review.state != Review.State.RECEIVED:
        raise Conflict(_("领导小组接收报告之后，才能办理整改项。"))
    if action.done_at is not None:
        raise Conflict(_("%(who)s已经办结这个整改项。") % {"who": action.done_by})
    check_version(action, version)
    return action


def _attach(
    action: ActionItem, kept: keeping.Kept, *, by: Person, at: datetime.datetime, note: str
) -> ActionFile:
    file = ActionFile(action=action, note=note.strip()[:200], by=by, at=at, **kept.__dict__)
    file.save()
    _record(
        action,
        "attach_to_action",
        by=by,
        at=at,
        file=file.pk,
        name=kept.name,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        note=file.note,
    )
    return file


def _save(action: ActionItem, *fields: str) -> None:
    action.version += 1
    action.save(update_fields=[*fields, "version"])


def _record(
    action: ActionItem, verb: str, *, by: Person | None, at: datetime.datetime, **facts: Any
) -> None:
    record(
        action.review.incident.stream,
        f"review.{verb}",
        by=by,
        at=at,
        facts=facts_of(action) | facts,
    )


def facts_of(action: ActionItem) -> dict[str, Any]:
    """What the journal keeps of the item with each of its events: whom it concerns, by key too."""
    return {
        "action": action.pk,
        "kind": action.kind,
        "measure": action.measure,
        "owner": action.owner,
        "department": action.department_id,
        "person": action.person_id,
        "due_on": action.due_on,
    }
