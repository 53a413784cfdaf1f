"""Verbs of the call-down: begun, repeated for who has not answered, ended."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from drills import authority
from drills.calling import answered
from drills.models import CallDown, Called, PlannedDrill
from drills.models.calldown import LONGEST
from drills.workflow.programme import settle_planned
from incidents.practice import Practice
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices.workflow import alert
from plans.marks import marked
from teams.models import Duty, Membership, Person, ResponseGroup, Role, Roster

CALL = "call_down.call"
# Whoever has no duty in a roster for so long does not stand in it.
AHEAD = timedelta(days=35)


def begin_call_down(
    *,
    by: Person,
    rosters: Iterable[Roster] = (),
    groups: Iterable[ResponseGroup] = (),
    words: str = "",
    minutes: int = 10,
    planned: PlannedDrill | None = None,
    client_uuid: uuid.UUID | None = None,
) -> CallDown:
    """Call everybody who stands in these rosters in the next five weeks and all members of these
    groups, through the deliveries that a real fault takes; who begins it is not called. `planned`:
    the one of the year's programme that this is, which counts as held when somebody ends it.

    The same `client_uuid` gives the same call-down. Raises NotAllowed; Conflict while another one
    runs; Incomplete where nobody is chosen, nobody of them can be called, or `planned` is none.
    """
    _insist(by)
    rosters, groups, client_uuid = list(rosters), list(groups), client_uuid or uuid.uuid4()
    if not rosters and not groups:
        sentence = _("请选择值班表或小组。")
        raise Incomplete(sentence, fields={"rosters": sentence})
    if not 1 <= minutes <= LONGEST:
        sentence = _("应答时间在 1 到 %(most)s 分钟之间。") % {"most": LONGEST}
        raise Incomplete(sentence, fields={"minutes": sentence})
    if planned is not None and (planned.type != PlannedDrill.Type.CALL_DOWN or not planned.is_open):
        sentence = _("年度计划里这一项不是待举行的点名。")
        raise Incomplete(sentence, fields={"planned": sentence})
    if (known := CallDown.objects.filter(client_uuid=client_uuid).first()) is not None:
        return known
    made = CallDown(
        client_uuid=client_uuid, words=words.strip()[:120], minutes=minutes, planned=planned
    )
    try:
        with transaction.atomic():
            return _begin(made, by, rosters, groups)
    except IntegrityError as error:
        known = CallDown.objects.filter(client_uuid=client_uuid).first()
        if known is not None:
            return known
        raise Conflict(_("还有一场点名没有结束，请先结束那一场。")) from error


def _begin(
    made: CallDown, by: Person, rosters: list[Roster], groups: list[ResponseGroup]
) -> CallDown:
    at = now()
    people = _people(rosters, groups, at)
    people.pop(by, None)
    if not people:
        sentence = _("这些值班表和小组里现在没有可以呼叫的人。")
        raise Incomplete(sentence, fields={"rosters": sentence})
    made.begun_at, made.begun_by = at, by
    made.save()
    made.rosters.set(rosters)
    made.groups.set(groups)
    Called.objects.bulk_create(
        Called(call_down=made, person=person, why="、".join(why)[:200])
        for person, why in people.items()
    )
    _call(made, list(people), by, at, [str(each) for each in (*rosters, *groups)])
    return made


def _people(
    rosters: list[Roster], groups: list[ResponseGroup], at: datetime
) -> dict[Person, list[str]]:
    """Everybody who is to answer, with the names of what they stand in, by name."""
    why: dict[int, list[str]] = {}
    duties = Duty.objects.filter(roster__in=rosters, ends_at__gt=at, starts_at__lt=at + AHEAD)
    standing = duties.order_by("roster_id").values_list("person", "roster__name").distinct()
    members = Membership.objects.filter(group__in=groups).values_list("person", "group__name")
    for person, name in (*standing, *members):
        if name not in why.setdefault(person, []):
            why[person].append(name)
    people = Person.objects.filter(pk__in=why, is_active=True)
    people = people.exclude(roles__contains=[Role.AUDITOR]).order_by("name", "pk")
    return {person: why[person.pk] for person in people}


def _call(
    call_down: CallDown, people: Sequence[Person], by: Person, at: datetime, chosen: list[str]
) -> None:
    facts = {
        "round": call_down.round,
        "of": chosen,
        "count": len(people),
        "words": call_down.words,
        "minutes": call_down.minutes,
    }
    entry = record(call_down.stream, CALL, by=by, at=at, facts=facts)
    said = {"minutes": call_down.minutes, "words": call_down.words or _("检验能不能叫到人")}
    text = marked(_("点名，请在 %(minutes)s 分钟内按「确认收到」：%(words)s") % said, True)
    url = reverse("notices:inbox")
    alert(entry, people, incident=None, text=text, url=url, calls=True, is_new=True)


@transaction.atomic
def call_again(pk: int, *, by: Person, version: int | None = None) -> CallDown:
    """One more round for those who have not answered.

    Raises NotAllowed; Conflict where it is over, everybody has answered, or somebody else has just
    called again.
    """
    call_down = _running(pk, by, version)
    has = answered(call_down)
    people = Person.objects.filter(
        pk__in=call_down.called.exclude(person__in=has).values("person"), is_active=True
    )
    waiting = list(people.order_by("name", "pk"))
    if not waiting:
        raise Conflict(_("每个人都已经应答，不用再叫。"))
    call_down.round += 1
    call_down.version += 1
    call_down.save(update_fields=["round", "version"])
    _call(call_down, waiting, by, now(), [])
    return call_down


@transaction.atomic
def end_call_down(pk: int, *, by: Person, version: int | None = None) -> CallDown:
    """Enough: nobody is called for it any more, the result stands, and the programme counts it as
    held. Again changes nothing.

    Raises NotAllowed, Conflict where it was called again meanwhile.
    """
    _insist(by)
    call_down = CallDown.objects.select_for_update().get(pk=pk)
    if call_down.is_over:
        return call_down
    check_version(call_down, version)
    told = _end(call_down, by, "")
    if call_down.planned is not None:
        note = _("已点名：%(count)s 人里 %(answered)s 人应答") % told
        settle_planned(call_down.planned, by=by, at=told["at"], note=note)
    return call_down


def _end(call_down: CallDown, by: Person, reason: str) -> dict[str, Any]:
    at = now()
    call_down.ended_at, call_down.end_reason = at, reason
    call_down.version += 1
    call_down.save(update_fields=["ended_at", "end_reason", "version"])
    has = answered(call_down)
    missing = call_down.called.exclude(person__in=has).values_list("person__name", flat=True)
    facts = {
        "count": call_down.called.count(),
        "answered": len(has),
        "missing": list(missing[:50]),
        "reason": reason,
    }
    record(call_down.stream, "call_down.end", by=by, at=at, facts=facts)
    return facts | {"at": at}


def under_way() -> list[Practice]:
    """One query."""
    rows = CallDown.objects.filter(ended_at__isnull=True)
    return [Practice(str(row), row.get_absolute_url()) for row in rows]


def with_all(verb: str, by: Person, reason: str) -> None:
    """A real fault: the call-down that runs ends, whether the drills pause or end. It was broken
    off, so the programme still waits for it."""
    if verb != "resume":
        for call_down in CallDown.objects.select_for_update().filter(ended_at__isnull=True):
            _end(call_down, by, reason)


def _running(pk: int, by: Person, version: int | None) -> CallDown:
    _insist(by)
    call_down = CallDown.objects.select_for_update().get(pk=pk)
    check_version(call_down, version)
    if call_down.is_over:
        raise Conflict(_("这场点名已经结束。"))
    return call_down


def _insist(by: Person) -> None:
    if not authority.plans_drills(None, by):
        raise NotAllowed(_("点名由各小组组长、副组长和管理员发起。"))
