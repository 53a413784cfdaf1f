"""The verb that moves a running incident to a newer version of the plan, deliberately."""

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import deadlines, replanning
from incidents.models import Check, Deadline, Incident
from incidents.models.state import State
from incidents.workflow.gate import lock, move, require
from journal import moving
from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.models import PlanVersion
from teams.models import Person


@transaction.atomic
def change_plan(
    pk: int, *, by: Person, number: int, reason: str, version: int | None = None
) -> Incident:
    """Let the incident go on by the version in force, `number`, instead of the one it pins.

    Who commands the incident may. Clocks are set by the new targets, each from its own first
    moment; open checks are kept, new ones opened, those that vanished marked and not demanded any
    more. The grade keeps its level; a version without it is refused (regrade first).
    """
    incident = lock(pk)
    reason = require(reason, "reason", _("请写明为什么改用新版预案。"))
    if not moving.may(incident, "change_plan", by):
        label = moving.label_of(incident, "change_plan")
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": label})
    moving.check_version(incident, version)
    before, plan = incident.plan, _in_force(number, incident)
    grade = replanning.grade_in(plan, incident)
    if grade is None:
        raise Incomplete(
            _("第 %(number)s 版预案没有%(grade)s级，请先调整级别。")
            % {"number": plan.number, "grade": incident.grade and incident.grade.numeral}
        )
    _insist_unsigned(incident)
    shifts = deadlines.shifts(incident, grade)
    checks = replanning.checks_in(plan, incident)
    at = now()
    move(
        incident,
        "change_plan",
        by=by,
        at=at,
        version=version,
        told={
            "plan_before": before.number,
            "plan": plan.number,
            "reason": reason,
            "clocks": [
                {"what": shift.label, "before": shift.before, "after": shift.after}
                for shift in shifts
            ],
            "checks_added": [item.text for item, _round in checks.added],
            "checks_dropped": [check.text for check in checks.dropped],
        },
        plan=plan,
        grade=grade if incident.grade_id else None,
    )
    deadlines.shift(incident, at, shifts)
    _move_checks(incident, plan, checks)
    return incident


def _in_force(number: int, incident: Incident) -> PlanVersion:
    """The version in force, held so that none takes its place until the verb is done."""
    plan = (
        PlanVersion.objects.select_for_update(of=("self",), no_key=True)
        .filter(status=PlanVersion.Status.PUBLISHED)
        .first()
    )
    if plan is None or plan.number != number:
        raise Conflict(_("您打开页面之后，现行版本已经换了。请看最新情况再决定。"))
    if plan.number <= incident.plan.number:
        raise Conflict(
            _("这起故障已经按第 %(number)s 版预案处置。") % {"number": incident.plan.number}
        )
    return plan


def _insist_unsigned(incident: Incident) -> None:
    """What was signed may not change under the signature."""
    signed = incident.signatures.filter(round=incident.round)
    if incident.state == State.RESTORING and signed.exists():
        raise Conflict(_("已经有人签字，恢复检查单不能再改。未通过请退回修复。"))


def _move_checks(incident: Incident, plan: PlanVersion, checks: replanning.ChecksMoved) -> None:
    for check, item in checks.kept:
        check.dropped_in = None
        # What was decided was decided on the words that stood there.
        if check.result == Check.Result.PENDING:
            check.item = item
    for check in checks.dropped:
        check.dropped_in = plan
        deadlines.cancel(incident, now(), Deadline.Kind.CHECK, step=check.pk)
    known = [check for check, _item in checks.kept] + checks.dropped
    Check.objects.bulk_update(known, ["item", "dropped_in"])
    Check.objects.bulk_create(
        [
            Check(incident=incident, item=item, round=round_number)
            for item, round_number in checks.added
        ]
    )
