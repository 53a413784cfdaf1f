"""Verbs of the ladder: what people do with it. One transaction each, the incident's row first."""

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.authority import is_it_on_duty
from incidents.models import Incident
from incidents.models.state import UNRESTORED
from incidents.workflow.gate import lock, require
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority
from notices.models import Alert, Climb
from notices.workflow import climbing
from notices.workflow.alerting import alert, tell
from notices.workflow.answering import acknowledge_alert
from notices.workflow.climbing import ANSWER, CALL_IN, CALLS
from teams.models import ContactPoint, Person, Role

Answer = Alert.Answer
State = Climb.State
# Nobody may hold back the calls for longer than this, by grade, in minutes.
LONGEST_PAUSE = {1: 10, 2: 15, 3: 30, 4: 60}


@transaction.atomic
def jump(
    pk: int, *, by: Person, version: int | None = None, position: int, reason: str = ""
) -> Climb:
    """Call the people of one rung now, whatever the clock says; the ladder goes on above it.

    Takes the incident's key and the rung's position. A rung that was taken in this round already
    begins a new round. Raises NotAllowed, Conflict where no ladder runs, Incomplete for a rung
    that the grade's ladder does not have.
    """
    incident, climb = _steered(pk, by, version)
    rungs = climbing.rungs_of(climb)
    rung = next((rung for rung in rungs if rung.position == position), None)
    if rung is None:
        sentence = _("请选择这个级别的升级链里的一步。")
        raise Incomplete(sentence, fields={"position": sentence})
    at = now()
    if climb.state == State.PAUSED:
        climbing.unpause(climb, at)
    if climb.steps.filter(round=climb.round, position__gte=position).exists():
        climb.round += 1
    climb.position, climb.due_at = position, at
    climb.version += 1
    facts = {
        "epoch": climb.epoch,
        "position": position,
        "target": rung.target,
        "reason": reason.strip()[:200],
    }
    record(incident.stream, "ladder.jump", by=by, at=at, facts=facts)
    climbing.go(climb, incident, at)
    return climb


@transaction.atomic
def pause(pk: int, *, by: Person, version: int | None = None, minutes: int, reason: str) -> Climb:
    """Hold back the next rung for at most the grade's limit; then the ladder goes on by itself.

    Calls that were made already stay. Raises NotAllowed, Conflict where no ladder runs or it is
    paused already, Incomplete without a reason or beyond the limit.
    """
    incident, climb = _steered(pk, by, version)
    reason = require(reason, "reason", _("请写明为什么暂停，别人会看到。"))
    most = LONGEST_PAUSE[climb.level]
    if not 1 <= minutes <= most:
        sentence = _("这个级别最多暂停 %(most)s 分钟。") % {"most": most}
        raise Incomplete(sentence, fields={"minutes": sentence})
    if climb.state == State.PAUSED:
        raise Conflict(_("%(who)s已经暂停，到时自动继续。") % {"who": climb.paused_by or _("别人")})
    at = now()
    left = (climb.due_at - at).total_seconds() if climb.due_at is not None else None
    climb.state, climb.due_at = State.PAUSED, None
    climb.seconds_left = None if left is None else max(0, round(left))
    climb.paused_at, climb.paused_by = at, by
    climb.paused_until = at + incident.minutes(minutes)
    climb.pause_reason = reason[:200]
    climb.version += 1
    climb.save()
    facts = {"epoch": climb.epoch, "minutes": minutes, "reason": reason}
    record(incident.stream, "ladder.pause", by=by, at=at, facts=facts)
    return climb


@transaction.atomic
def resume(pk: int, *, by: Person, version: int | None = None) -> Climb:
    """End a pause before its time. Of one that is over already nothing is changed."""
    incident, climb = _steered(pk, by, version)
    if climb.state != State.PAUSED:
        return climb
    at = now()
    climbing.unpause(climb, at)
    climb.version += 1
    record(incident.stream, "ladder.resume", by=by, at=at, facts={"epoch": climb.epoch})
    climbing.go(climb, incident, at)
    return climb


@transaction.atomic
def call_in(
    pk: int,
    *,
    by: Person,
    person: Person,
    kind: str = "",
    words: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Alert:
    """Call somebody by name, beside the ladder, also when it has stopped.

    `kind` is one of the person's ways (`ContactPoint.Kind`), without it their own order counts;
    `words` is what they are told besides the incident's title. Their acknowledgement stops the
    ladder as one of a rung would. The same `client_uuid` sent twice calls once. Gives the alert.

    Raises NotAllowed, Conflict where the incident is over, Incomplete where the person has left,
    only reads, or has no such way.
    """
    incident = lock(pk)
    _insist_steers(incident, by)
    mark = str(client_uuid or uuid.uuid4())
    known = Alert.objects.filter(incident=incident, entry__event=CALL_IN, entry__facts__mark=mark)
    if (sent := known.first()) is not None:
        return sent
    if not incident.is_open:
        raise Conflict(_("这起事件已经结束，不用再叫人。"))
    if not person.is_active or person.has_role(Role.AUDITOR):
        sentence = _("请选择在岗的人员。")
        raise Incomplete(sentence, fields={"person": sentence})
    if person.pk == by.pk:
        sentence = _("不用呼叫自己。")
        raise Incomplete(sentence, fields={"person": sentence})
    points = ContactPoint.objects.in_use().filter(person=person)
    if kind and not points.filter(kind=kind).exists():
        sentence = _("%(who)s没有登记「%(kind)s」。") % {
            "who": person,
            "kind": ContactPoint.Kind(kind).label if kind in ContactPoint.Kind.values else kind,
        }
        raise Incomplete(sentence, fields={"kind": sentence})
    at = now()
    what = words.strip()[:200] or _("请来处理")
    facts = {
        "who": person.pk,
        "person": person.name,
        "kind": kind,
        "what": what,
        "mark": mark,
    }
    entry = record(incident.stream, CALL_IN, by=by, at=at, facts=facts)
    (made,) = alert(
        entry,
        [person],
        incident=incident,
        text=_("%(by)s点名叫您：%(what)s，%(title)s")
        % {"by": by.name, "what": what, "title": incident.title},
        url=incident.get_absolute_url(),
        calls=True,
        kinds=[kind] if kind else [],
    )
    return made


@transaction.atomic
def answer(pk: int, *, by: Person) -> Incident:
    """确认收到: the person has it and follows it up; the ladder stops when that is enough.

    Everybody who was called, and who may steer the ladder. A second time changes nothing. Raises
    NotAllowed, Conflict where the fault is over.
    """
    incident = lock(pk)
    called = _calls(incident, by)
    if not (authority.may_steer(incident, by) or called):
        raise NotAllowed(_("只有被呼叫的人和值班负责人能确认收到。"))
    _insist_unrestored(incident)
    at = now()
    if is_it_on_duty(incident, by) and incident.acknowledged_at is None:
        incidents.acknowledge(pk, by=by)
    waiting = [one for one in called if one.acknowledged_at is None]
    for one in waiting:
        acknowledge_alert(one.pk, how=Answer.PAGE, by=by, at=at)
    incident = lock(pk)
    climb = climbing.active(incident)
    if climb is not None and not waiting and not _has_answered(climb, incident, by, called):
        _answer_uncalled(incident, by, by=by, how=Answer.PAGE, at=at)
    climbing.answered(pk, by=by)
    return incident


@transaction.atomic
def note_reached(pk: int, *, by: Person, person: Person, words: str = "") -> Incident:
    """电话已通知到: somebody rang the person, who takes it on; it counts as their acknowledgement.

    Also of somebody whom no rung has called: their number was at hand. `words` is what they said.
    Any employee; the journal says who noted it. Raises NotAllowed, Conflict where the fault is
    over, Incomplete where the person has left or only reads.
    """
    incident = lock(pk)
    if not authority.is_employee(incident, by):
        raise NotAllowed(_("您没有「登记电话通知」的权限。"))
    _insist_unrestored(incident)
    if not person.is_active or person.has_role(Role.AUDITOR):
        sentence = _("请选择在岗的人员。")
        raise Incomplete(sentence, fields={"person": sentence})
    if person.pk == by.pk:
        sentence = _("自己收到的，请按「确认收到」。")
        raise Incomplete(sentence, fields={"person": sentence})
    at = now()
    called = _calls(incident, person)
    waiting = [one for one in called if one.acknowledged_at is None]
    for one in waiting:
        acknowledge_alert(one.pk, how=Answer.PHONE, by=by, at=at, words=words)
    climb = climbing.active(incident)
    is_known = _has_answered(climb, incident, person, called) if climb is not None else bool(called)
    if not waiting and not is_known:
        _answer_uncalled(incident, person, by=by, how=Answer.PHONE, at=at, words=words)
    climbing.answered(pk, by=person)
    return incident


def _calls(incident: Incident, person: Person) -> list[Alert]:
    return list(
        Alert.objects.filter(incident=incident, person=person, entry__event__in=CALLS)
        .select_related("entry")
        .order_by("pk")
    )


def _has_answered(climb: Climb, incident: Incident, person: Person, called: list[Alert]) -> bool:
    """Has the person answered in this climb already?"""
    if climb.why == Climb.Why.REPORTED and incident.acknowledged_by_id == person.pk:
        return True
    return any(
        one.acknowledged_at is not None and one.acknowledged_at >= climb.started_at
        for one in called
    )


def _answer_uncalled(
    incident: Incident,
    person: Person,
    *,
    by: Person,
    how: str,
    at: datetime.datetime,
    words: str = "",
) -> None:
    """Somebody answers without having been called: the answer is kept as one to a call."""
    facts = {
        "who": person.pk,
        "person": person.name,
        "how": str(Answer(how).label),
        "words": words.strip()[:200],
    }
    entry = record(incident.stream, ANSWER, by=by, at=at, facts=facts)
    Alert.objects.create(
        person=person,
        entry=entry,
        incident=incident,
        text=incident.marked(_("请跟进：%(title)s") % {"title": incident.title}),
        url=incident.get_absolute_url(),
        created_at=at,
        seen_at=at if how == Answer.PAGE else None,
        acknowledged_at=at,
        acknowledged_how=how,
        noted_by=by if by.pk != person.pk else None,
    )
    tell(person.pk)


def _steered(pk: int, by: Person, version: int | None) -> tuple[Incident, Climb]:
    """The incident and its climb, both locked, which this person may steer."""
    incident = lock(pk)
    _insist_steers(incident, by)
    climb = climbing.active(incident)
    if climb is None:
        raise Conflict(_("升级呼叫已经停止。"))
    check_version(climb, version)
    return incident, climb


def _insist_steers(incident: Incident, by: Person) -> None:
    if not authority.may_steer(incident, by):
        raise NotAllowed(_("升级呼叫由信息技术部值班和各小组负责人调整。"))


def _insist_unrestored(incident: Incident) -> None:
    if incident.state not in UNRESTORED:
        raise Conflict(
            _("现在是「%(state)s」，不用再确认。") % {"state": incident.get_state_display()}
        )
