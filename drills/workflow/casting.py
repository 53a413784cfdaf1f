"""Verbs before a drill begins: made, changed, its people named, called off."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from drills import authority, library, scripting
from drills.models import Drill, Expected, Inject, PlannedDrill, Seat, Trial
from drills.reading import sound
from drills.workflow.gate import lock, move
from incidents.models.drill import FASTEST
from incidents.workflow.gate import require
from journal.recording import now, record
from journal.refusals import Incomplete, NotAllowed
from plans.models import Grade, PlanVersion
from reviews.models import ActionItem
from teams.models import Person


def create_drill(
    *,
    by: Person,
    name: str,
    kind: str,
    scenario: str,
    speed: int = 1,
    controllers: Iterable[Person] = (),
    evaluators: Iterable[Person] = (),
    held_at: datetime.datetime | None = None,
    planned: PlannedDrill | None = None,
    tries: Iterable[ActionItem] = (),
    client_uuid: uuid.UUID | None = None,
) -> Drill:
    """Prepare a drill of a scenario of the library, by the plan in force. Gives the drill.

    Who makes it controls it where nobody else is named. `tries`: action items whose change of the
    plan it tries. The same `client_uuid` gives the same
    drill. Raises NotAllowed, Incomplete (also where the scenario is out of use, or `planned` is a
    call-down or no longer open).
    """
    if not authority.plans_drills(None, by):
        raise NotAllowed(_("演练由各小组组长、副组长和管理员安排。"))
    client_uuid = client_uuid or uuid.uuid4()
    facts = _checked(name=name, kind=kind, speed=speed)
    entry = library.find(scenario)
    if entry is None:
        sentence = _("没有这个剧本。")
        raise Incomplete(sentence, fields={"scenario": sentence})
    if entry.row is not None and entry.row.retired_at is not None:
        sentence = _("这个剧本已经停用，请选择别的。")
        raise Incomplete(sentence, fields={"scenario": sentence})
    if planned is not None and (planned.type == PlannedDrill.Type.CALL_DOWN or not planned.is_open):
        sentence = _("年度计划里这一项不是待举行的演练。")
        raise Incomplete(sentence, fields={"planned": sentence})
    plan = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    if plan is None:
        raise Incomplete(_("本院还没有发布预案，没有可以演练的。"))
    try:
        with transaction.atomic():
            at = now()
            drill = Drill.objects.create(
                client_uuid=client_uuid,
                scenario=entry.slug,
                scenario_title=entry.title,
                scenario_text=entry.text,
                plan=plan,
                held_at=held_at,
                planned=planned,
                created_at=at,
                created_by=by,
                **facts,
            )
            _seat(drill, "controller", list(controllers) or [by])
            _seat(drill, "evaluator", evaluators)
            _try(drill, tries)
            _write_script(drill)
            told = {
                "what": drill.name,
                "kind": str(drill.get_kind_display()),
                "scenario": drill.scenario_title,
                "speed": drill.speed,
                "plan": plan.number,
                "people": _people(drill),
            }
            record(drill.stream, "drill.create", by=by, at=at, facts=told)
            return drill
    except IntegrityError:
        known = Drill.objects.filter(client_uuid=client_uuid, created_by=by).first()
        if known is None:
            raise
        return known


@transaction.atomic
def change_drill(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    name: str,
    speed: int,
    controllers: Iterable[Person],
    evaluators: Iterable[Person],
    held_at: datetime.datetime | None = None,
    tries: Iterable[ActionItem] = (),
) -> Drill:
    """Another name, speed, day or staff, until the drill begins."""
    drill = lock(pk)
    facts = _checked(name=name, kind=drill.kind, speed=speed) | {"held_at": held_at}
    told = {"name": facts["name"], "speed": speed}
    move(drill, "change", by=by, at=now(), version=version, told=told, **facts)
    controllers = list(controllers)
    if not controllers:
        sentence = _("至少要有一位导调。")
        raise Incomplete(sentence, fields={"controllers": sentence})
    _seat(drill, "controller", controllers)
    _seat(drill, "evaluator", evaluators)
    _try(drill, tries)
    return drill


@transaction.atomic
def name_evaluators(
    pk: int, *, by: Person, version: int | None = None, evaluators: Iterable[Person]
) -> Drill:
    """Other people evaluate the drill, also while it runs or waits for it: somebody may have left.

    Raises NotAllowed, Conflict (evaluated or cancelled), Incomplete where nobody is named. What
    those who no longer evaluate have judged no longer counts.
    """
    drill = lock(pk)
    people = list(dict.fromkeys(evaluators))
    told = {"players": [f"{_('评估')}：{person}" for person in people]}
    move(drill, "name_evaluators", by=by, at=now(), version=version, told=told)
    if not people:
        sentence = _("至少要有一位评估人。")
        raise Incomplete(sentence, fields={"evaluators": sentence})
    _seat(drill, "evaluator", people)
    return drill


@transaction.atomic
def cast(
    pk: int, *, by: Person, version: int | None = None, players: Mapping[str, Person]
) -> Drill:
    """Who plays which role of the scenario (`{role: person}`); roles left out have nobody.

    Raises NotAllowed, Conflict, Incomplete for a role that the scenario does not have.
    """
    drill = lock(pk)
    known = scripting.roles_of(sound(drill.scenario_text))
    strange = [role for role in players if role not in known]
    if strange:
        sentence = _("剧本里没有「%(role)s」。") % {"role": strange[0]}
        raise Incomplete(sentence, fields={strange[0]: sentence})
    for role, person in players.items():
        _insist_acts(person, role)
    told = {"players": [f"{role}：{person}" for role, person in players.items()]}
    move(drill, "change", by=by, at=now(), version=version, told=told)
    drill.seats.filter(part=Seat.Part.PLAYER).delete()
    Seat.objects.bulk_create(
        Seat(drill=drill, part=Seat.Part.PLAYER, role=role, person=players[role])
        for role in known
        if role in players
    )
    return drill


@transaction.atomic
def cancel_drill(pk: int, *, by: Person, version: int | None = None, reason: str) -> Drill:
    """The drill is not held, for this reason."""
    drill = lock(pk)
    reason = require(reason, "reason", _("请写明为什么取消。"))[:200]
    told = {"reason": reason}
    return move(drill, "cancel", by=by, at=now(), version=version, told=told, reason=reason)


def _checked(*, name: str, kind: str, speed: int) -> dict[str, Any]:
    name = require(name, "name", _("请填写演练名称。"))[:80]
    if kind not in Drill.Kind.values:
        sentence = _("请选择演练形式。")
        raise Incomplete(sentence, fields={"kind": sentence})
    if speed not in range(1, FASTEST + 1):
        sentence = _("倍速是 1 到 %(most)s 之间的整数。") % {"most": FASTEST}
        raise Incomplete(sentence, fields={"speed": sentence})
    return {"name": name, "kind": kind, "speed": speed}


def _insist_acts(person: Person, field: str) -> None:
    if not authority.is_employee(None, person):
        sentence = _("%(who)s只能查看，不能在演练里担任什么。") % {"who": person}
        raise Incomplete(sentence, fields={field: sentence})


def _seat(drill: Drill, part: str, people: Iterable[Person]) -> None:
    people = list(people)
    for person in people:
        _insist_acts(person, f"{part}s")
    drill.seats.filter(part=part).delete()
    Seat.objects.bulk_create(
        Seat(drill=drill, part=part, person=person) for person in dict.fromkeys(people)
    )


def _try(drill: Drill, actions: Iterable[ActionItem]) -> None:
    """Which changes of the plan this drill tries, for action items that wait for it."""
    drill.trials.all().delete()
    Trial.objects.bulk_create(
        Trial(drill=drill, action=action) for action in dict.fromkeys(actions)
    )


def _write_script(drill: Drill) -> None:
    scenario = sound(drill.scenario_text)
    grade = Grade.objects.filter(plan=drill.plan, level=scripting.level_in(scenario) or 0).first()
    Inject.objects.bulk_create(
        Inject(
            drill=drill,
            step=line.step,
            minute=line.minute,
            role=line.role,
            text=line.text,
            place=line.place,
            waiting_people=line.waiting,
            act=line.act,
            by_clock=line.by_clock,
        )
        for line in scripting.lines_of(scenario)
    )
    Expected.objects.bulk_create(
        Expected(
            drill=drill,
            step=act.step,
            role=act.role,
            text=act.text,
            target=act.target,
            target_from=act.target_from,
            event=act.event,
            detail=act.detail,
            ordinal=act.ordinal,
        )
        for act in scripting.acts_of(scenario, grade)
    )


def _people(drill: Drill) -> list[str]:
    return [str(seat) for seat in drill.seats.select_related("person")]
