"""Verbs of the draft: begin one, write its parts, say why, link what was found."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import authority, content, difference, form, wording, yaml_form
from plans.findings import finding
from plans.models import Change, PlanVersion
from plans.names import Directory
from plans.workflow.gate import begin, hold_numbers, lock, move, require, unfit
from teams.models import Person


@transaction.atomic
def draft_from(number: int, *, by: Person, reason: str = "") -> PlanVersion:
    """Begin a draft with everything that an earlier version says. Administrators only."""
    _insist_administers(by)
    before = PlanVersion.objects.get(number=number)
    return _begin(content.read(before), Directory(active=False), before, by=by, reason=reason)


@transaction.atomic
def bring_in(text: str, *, by: Person, reason: str = "") -> PlanVersion:
    """Begin a draft with what a YAML text tells. Raises `Incomplete` with all its faults."""
    _insist_administers(by)
    names = Directory()
    try:
        value = yaml_form.load(text, names)
    except form.Unfit as error:
        raise unfit(error) from error
    ruling = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    return _begin(value, names, ruling, by=by, reason=reason)


def _begin(
    value: content.Value, names: Directory, before: PlanVersion | None, *, by: Person, reason: str
) -> PlanVersion:
    at = now()
    hold_numbers()
    same = _begun_before(value, before, by=by, reason=reason.strip())
    if same is not None:
        return same
    plan = begin(value, names, by=by, at=at, based_on=before, reason=reason.strip())
    record(
        plan.stream,
        "plan.begin",
        by=by,
        at=at,
        facts={
            "number": plan.number,
            "title": plan.title,
            "based_on": before.number if before else None,
            "reason": plan.reason,
        },
    )
    return plan


def _begun_before(
    value: content.Value, before: PlanVersion | None, *, by: Person, reason: str
) -> PlanVersion | None:
    """The draft that the same press of a button began already, if nobody has touched it since."""
    untouched = PlanVersion.objects.filter(
        status=PlanVersion.Status.DRAFT, drafted_by=by, based_on=before, reason=reason, version=1
    )
    said = yaml_form.dump(value)
    return next((one for one in untouched if yaml_form.dump(content.read(one)) == said), None)


@transaction.atomic
def rewrite(
    number: int, part: str, value: Any, *, by: Person, version: int | None = None
) -> PlanVersion:
    """Write one part of the draft anew: `part` is a key of the form, `value` all that it holds.

    Raises `Incomplete` with every fault, or where the new part contradicts another. A part that is
    the same as before changes nothing, not even the version.
    """
    plan = lock(number)
    before = content.read(plan)
    names = Directory()
    try:
        after = form.fit_part(before, part, value, names)
    except form.Unfit as error:
        raise unfit(error) from error
    changed = difference.compare_part(part, before, after)
    if not changed:
        return plan
    at = now()
    content.write_part(plan, part, after[part], names)
    return move(
        plan,
        "edit",
        by=by,
        at=at,
        version=version,
        told={
            "part": part,
            "about": wording.part_title(part),
            "changes": [_told(found) for found in changed],
        },
    )


def _told(found: difference.Difference) -> dict[str, Any]:
    """A difference as the journal keeps it: what, where, and the values before and after."""
    return {
        "kind": found.kind,
        "key": found.key,
        "what": found.title,
        "changes": {change.field: [change.before, change.after] for change in found.changes},
    }


@transaction.atomic
def explain(number: int, *, by: Person, reason: str, version: int | None = None) -> PlanVersion:
    """Say what is new in the draft and why: who signs reads it, the version table keeps it."""
    plan = lock(number)
    plan.reason = require(reason, "reason", _("请写明改了什么、为什么改。"))
    return move(
        plan, "edit", by=by, at=now(), version=version, told={"part": "reason", "reason": reason}
    )


@transaction.atomic
def link_change(
    number: int,
    *,
    by: Person,
    note: str,
    clause: str = "",
    about: str = "",
    finding_key: str = "",
    source: str = "",
    version: int | None = None,
) -> Change:
    """Say why a clause is changed (row P18): by a finding, or by a source in words.

    `clause` is a path such as `sections/3.1`, empty for the whole; `about` its title.
    """
    plan = lock(number)
    note = require(note, "note", _("请写明怎样改。"))
    source = source.strip()
    if finding_key:
        found = finding(finding_key)
        if found is None:
            sentence = _("这项发现已经办结，或不存在。")
            raise Incomplete(sentence, fields={"finding": sentence})
        source = found.words[:400]
    at = now()
    change = Change(
        plan=plan,
        clause=clause,
        about=about[:120],
        finding=finding_key,
        source=require(source, "source", _("请选择一项发现，或写明依据。")),
        note=note,
        by=by,
        at=at,
    )
    move(
        plan,
        "edit",
        by=by,
        at=at,
        version=version,
        told={"part": "changes", "about": about, "source": source, "note": note},
    )
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise Conflict(_("这项发现已经关联到这一条。")) from error
    return change


@transaction.atomic
def unlink_change(pk: int, *, by: Person, version: int | None = None) -> PlanVersion:
    """Take a reason back that does not belong to the draft after all."""
    change = Change.objects.select_related("plan").filter(pk=pk).first()
    if change is None:
        raise Conflict(_("这条依据已经不在了。"))
    plan = lock(change.plan.number)
    move(
        plan,
        "edit",
        by=by,
        at=now(),
        version=version,
        told={"part": "changes", "removed": change.source, "note": change.note},
    )
    Change.objects.filter(pk=pk).delete()
    return plan


def _insist_administers(by: Any) -> None:
    if not authority.administers(None, by):
        raise NotAllowed(_("您没有「起草预案」的权限。"))
