"""Verbs of what was seen: notes by hand, verdicts, findings, the end of the evaluation."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

import reviews.workflow
from drills import authority
from drills.models import Drill, DrillState, Expected, Finding, Verdict
from drills.workflow.gate import lock, move
from incidents.workflow.gate import require
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews.models import ActionItem
from reviews.workflow.gate import insist_day_to_come
from teams.models import Department, Person


@transaction.atomic
def note_act(
    pk: int, *, by: Person, note: str = "", was_done: bool = True, minute: float | None = None
) -> Expected:
    """What the journal cannot see, noted by a controller or an evaluator: an answer at the table, a
    call by telephone. `minute` on the drill's clock, now where it is left out. Noted again, the
    later word counts; `was_done=False` takes the note back. Raises NotAllowed, Conflict.
    """
    drill = lock(Expected.objects.values_list("drill_id", flat=True).get(pk=pk))
    if not (authority.controls(drill, by) or authority.evaluates(drill, by)):
        raise NotAllowed(_("由导调或评估人记下参演人员做了什么。"))
    if not (drill.is_under_way or drill.state == DrillState.ENDED):
        raise Conflict(
            _("演练现在是「%(state)s」，不能补记。") % {"state": drill.get_state_display()}
        )
    act = drill.expected.get(pk=pk)
    at = now()
    note = note.strip()[:300]
    if was_done and minute is None:
        minute = drill.minutes_at(drill.ended_at or at)
    if minute is not None and not 0 <= minute < 100_000:
        sentence = _("请填写从演练开始算起的分钟数。")
        raise Incomplete(sentence, fields={"minute": sentence})
    act.note = note
    act.noted_by, act.noted_at = by, at if was_done else None
    act.noted_minute = round(minute, 1) if was_done and minute is not None else None
    act.save()
    told = None if act.noted_minute is None else f"{act.noted_minute:.1f}"
    facts = {"act": act.text, "done": was_done, "minute": told, "note": note}
    record(drill.stream, "drill.note", by=by, at=at, facts=facts)
    return act


@transaction.atomic
def judge(pk: int, *, by: Person, marks: Mapping[int, tuple[str, str]]) -> Drill:
    """One evaluator's verdicts: `{expected act: (mark, explanation)}`; acts left out stay as they
    are. A mark that is not «yes» needs its explanation. Raises NotAllowed, Conflict, Incomplete.
    """
    drill = lock(pk)
    if not authority.evaluates(drill, by):
        raise NotAllowed(_("评估表由这次演练的评估人填写。"))
    if drill.state not in (DrillState.RUNNING, DrillState.PAUSED, DrillState.ENDED):
        raise Conflict(
            _("演练现在是「%(state)s」，评估表不能改。") % {"state": drill.get_state_display()}
        )
    acts = {act.pk: act for act in drill.expected.all()}
    fields = {}
    for key, (mark, explanation) in marks.items():
        if key not in acts or mark not in Verdict.Mark.values:
            raise Incomplete(_("请为每一项选择结论。"))
        if mark in (Verdict.Mark.PARTLY, Verdict.Mark.NO) and not explanation.strip():
            fields[f"why_{key}"] = _("请写明为什么：%(act)s") % {"act": acts[key].text}
    if fields:
        raise Incomplete(_("没有做到的，请写一句说明。"), fields=fields)
    at = now()
    told = []
    for key, (mark, explanation) in marks.items():
        row, is_new = Verdict.objects.get_or_create(
            expected=acts[key], evaluator=by, defaults={"mark": mark, "at": at}
        )
        explanation = explanation.strip()[:300]
        if is_new or (row.mark, row.explanation) != (mark, explanation):
            row.mark, row.explanation, row.at = mark, explanation, at
            row.save()
            told.append(f"{acts[key].text}：{row.get_mark_display()}")
    if told:
        record(drill.stream, "drill.judge", by=by, at=at, facts={"marks": told})
    return drill


def add_finding(
    pk: int,
    *,
    by: Person,
    problem: str,
    measure: str,
    department: Department,
    due_on: datetime.date,
    kind: str = ActionItem.Kind.FIX,
    client_uuid: uuid.UUID | None = None,
) -> Finding:
    """A problem that the drill showed, and what is done about it, by whom, by when (drill record).

    The same `client_uuid` gives the same finding. Raises NotAllowed, Conflict, Incomplete.
    """
    client_uuid = client_uuid or uuid.uuid4()
    try:
        with transaction.atomic():
            drill = _open_to_findings(pk, by)
            problem = require(problem, "problem", _("请写明发现了什么问题。"))[:300]
            measure = require(measure, "measure", _("请写明整改措施。"))[:300]
            if kind not in ActionItem.Kind.values:
                sentence = _("请选择整改类别。")
                raise Incomplete(sentence, fields={"kind": sentence})
            at = now()
            insist_day_to_come(due_on, at)
            finding = Finding.objects.create(
                drill=drill,
                client_uuid=client_uuid,
                problem=problem,
                kind=kind,
                measure=measure,
                department=department,
                due_on=due_on,
                by=by,
                at=at,
            )
            record(drill.stream, "drill.find", by=by, at=at, facts=_told(finding))
            return finding
    except IntegrityError:
        known = Finding.objects.filter(client_uuid=client_uuid).first()
        if known is None:
            raise
        return known


@transaction.atomic
def remove_finding(pk: int, *, by: Person) -> Drill:
    """Taken out again; the journal keeps what it said. Not once an action item was made of it."""
    drill = _open_to_findings(Finding.objects.values_list("drill_id", flat=True).get(pk=pk), by)
    finding = drill.findings.select_related("department").get(pk=pk)
    if finding.action_id is not None:
        raise Conflict(_("已经转为整改项，请在评估页处理。"))
    record(drill.stream, "drill.unfind", by=by, facts=_told(finding))
    finding.delete()
    return drill


@transaction.atomic
def make_action(pk: int, *, by: Person) -> Finding:
    """Make an action item of a finding, in the review of the drill's incident.

    Raises NotAllowed, and Conflict where there is no such review or it was handed in.
    """
    drill = lock(Finding.objects.values_list("drill_id", flat=True).get(pk=pk))
    finding = drill.findings.select_related("department").get(pk=pk)
    main = drill.main
    if main is None:
        raise Conflict(_("桌面推演没有故障事件，问题留在演练记录里跟踪。"))
    if finding.action_id is not None:
        raise Conflict(_("已经转为整改项，请在评估页处理。"))
    finding.action = reviews.workflow.add_action(
        main.pk,
        by=by,
        kind=finding.kind,
        measure=_("演练发现：%(problem)s。%(measure)s")
        % {"problem": finding.problem, "measure": finding.measure},
        department=finding.department,
        due_on=finding.due_on,
    )
    finding.save(update_fields=["action"])
    record(drill.stream, "drill.make_action", by=by, facts=_told(finding))
    return finding


@transaction.atomic
def evaluate_drill(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    summary: str,
    passed: Iterable[ActionItem] = (),
) -> Drill:
    """The evaluation is done: every evaluator who is still here has judged every act, and the sum
    is written.

    `passed`: of the action items that the drill tried, those that it passed; they may be closed.
    """
    drill = lock(pk)
    summary = require(summary, "summary", _("请写一段评估小结。"))
    move(
        drill,
        "evaluate",
        by=by,
        at=now(),
        version=version,
        told={"summary": summary},
        summary=summary,
    )
    missing = _unjudged(drill)
    if missing:
        raise Incomplete(_("评估表还没有填完：%(who)s。") % {"who": "、".join(missing)})
    keys = [action.pk for action in passed]
    drill.trials.update(passed=Q(action__in=keys))
    return drill


def _unjudged(drill: Drill) -> list[str]:
    acts = set(drill.expected.values_list("pk", flat=True))
    found = []
    for person in drill.evaluators():
        if not authority.is_employee(drill, person):
            continue
        judged = Verdict.objects.filter(evaluator=person, expected__in=acts)
        left = len(acts) - judged.count()
        if left:
            found.append(_("%(who)s还有 %(left)s 项") % {"who": person, "left": left})
    return found


def _open_to_findings(pk: int, by: Any) -> Drill:
    drill = lock(pk)
    if not (authority.controls(drill, by) or authority.evaluates(drill, by)):
        raise NotAllowed(_("问题由导调或评估人登记。"))
    if drill.state in (DrillState.PLANNED, DrillState.CANCELLED, DrillState.EVALUATED):
        raise Conflict(
            _("演练现在是「%(state)s」，不能登记问题。") % {"state": drill.get_state_display()}
        )
    return drill


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "problem": finding.problem,
        "measure": finding.measure,
        "department": str(finding.department),
        "due_on": finding.due_on,
    }
