"""Verbs of response groups (plan, rows P5–P7): who leads, who stands in, who belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal.moving import check_version
from journal.refusals import Conflict, Incomplete
from teams.models import Membership, Person, ResponseGroup, Roster
from teams.standing import needed_by
from teams.wording import listed
from teams.workflow.told import apply, insist_administers, needed, tell

Part = Membership.Part
_DESCRIBING = {"name", "duty"}


@dataclass(frozen=True)
class Seat:
    """Somebody's part in a group; the order of deputies is the order in which they stand in."""

    person: int
    part: str = Part.MEMBER


@transaction.atomic
def add_group(
    *,
    by: Any,
    name: str,
    duty: str,
    kind: str = ResponseGroup.Kind.OTHER,
    seats: Sequence[Seat] = (),
) -> ResponseGroup:
    """A new group, of the hospital's own as a rule. Raises Incomplete where the name is taken, or
    where the plan's group of that kind is there already."""
    insist_administers(by)
    if kind not in ResponseGroup.Kind.values:
        sentence = _("请选择类别。")
        raise Incomplete(sentence, fields={"kind": sentence})
    if kind in ResponseGroup.OF_THE_PLAN and ResponseGroup.objects.filter(kind=kind).exists():
        sentence = _("预案规定的这个小组已经有了。")
        raise Incomplete(sentence, fields={"kind": sentence})
    group = ResponseGroup(kind=kind)
    _describe(group, name=name, duty=duty)
    group.save()
    people = _check_seats(seats)
    _sit(group, seats)
    kind_words = str(group.get_kind_display())
    tell(group, "group.add", by=by, kind=kind_words, seats=_told({}, people))
    return group


@transaction.atomic
def change_group(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> ResponseGroup:
    """Change name or duty; what is left out stays."""
    insist_administers(by)
    group = _lock(pk, version)
    if unknown := set(facts) - _DESCRIBING:
        raise TypeError(f"change_group takes no {', '.join(sorted(unknown))}")
    changes = _describe(group, **facts)
    if changes:
        _save(group)
        tell(group, "group.change", by=by, changes=changes)
    return group


@transaction.atomic
def seat_group(
    pk: int, *, by: Any, version: int | None = None, seats: Sequence[Seat], reason: str = ""
) -> ResponseGroup:
    """Who is head, deputies in this order, members. What is the same is left alone.

    Who leads has authority over incidents, so another head or another order of deputies wants a
    reason. Raises Incomplete where there is none, where a group has people but no head, or where
    somebody has two seats, has left or only reads.
    """
    insist_administers(by)
    group = _lock(pk, version)
    people = _check_seats(seats)
    before, after = _leaders(_seats_of(group)), _leaders(seats)
    if _seats_of(group) == _in_order(seats):
        return group
    if group.is_of_the_plan and not after:
        raise _wrong("seats", _("预案规定的小组要有组长。"))
    reason = reason.strip()[:300]
    if before and before != after and not reason:
        raise _wrong("reason", _("组长或副组长的次序变了，请写明为什么。"))
    was = {
        each.person_id: (each.person, each.part)
        for each in group.memberships.select_related("person")
    }
    group.memberships.all().delete()
    _sit(group, seats)
    _save(group)
    tell(group, "group.seat", by=by, reason=reason, seats=_told(was, people))
    return group


@transaction.atomic
def switch_group(
    pk: int, *, by: Any, version: int | None = None, on: bool, reason: str = ""
) -> ResponseGroup:
    """Dissolve a group of the hospital's own, with the reason, or bring it back. The plan's three
    stay; so does one that still has a roster in use, an open order or a rung of the plan."""
    insist_administers(by)
    group = _lock(pk, version)
    if group.is_active == on:
        raise Conflict(_("这个小组已经在用。") if on else _("这个小组已经停用了。"))
    if not on:
        if group.is_of_the_plan:
            raise Incomplete(_("预案规定的小组不能停用。"))
        reason = needed(reason, "reason", _("请写明为什么停用，例如「并入后勤保障组」。"))[:300]
        _insist_unneeded(group)
    group.is_active = on
    _save(group)
    tell(group, "group.switch_on" if on else "group.switch_off", by=by, reason=reason)
    return group


def _lock(pk: int, version: int | None) -> ResponseGroup:
    group = ResponseGroup.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(group, version)
    return group


def _describe(group: ResponseGroup, **facts: Any) -> list[str]:
    if "name" in facts:
        facts["name"] = needed(facts["name"], "name", _("请填写小组名称。"))
        taken = ResponseGroup.objects.exclude(pk=group.pk).filter(name=facts["name"])
        if taken.exists():
            raise _wrong("name", _("已经有「%(name)s」这个小组。") % {"name": facts["name"]})
    if "duty" in facts:
        facts["duty"] = needed(facts["duty"], "duty", _("请写明这个小组负责什么。"))
    return apply(group, facts)


def _check_seats(seats: Sequence[Seat]) -> dict[int, tuple[Person, str]]:
    """People behind the seats, each with their part, in order. Raises Incomplete."""
    if any(seat.part not in Part.values for seat in seats):
        raise _wrong("seats", _("请选择分工。"))
    keys = [seat.person for seat in seats]
    found = Person.objects.in_bulk(keys)
    twice = [found[key] for key in dict.fromkeys(keys) if keys.count(key) > 1 and key in found]
    if twice:
        raise _wrong("seats", _("%(who)s出现了两次。") % {"who": listed(twice)})
    if len(found) < len(keys) or any(not person.is_active for person in found.values()):
        raise _wrong("seats", _("有人的账号已停用，请换一位。"))
    readers = [person for person in found.values() if person.only_reads]
    if readers:
        raise _wrong("seats", _("%(who)s只有审计权限，不能进小组。") % {"who": listed(readers)})
    heads = sum(seat.part == Part.HEAD for seat in seats)
    if seats and heads != 1:
        raise _wrong("seats", _("请选一位组长。") if not heads else _("组长只能有一位。"))
    return {seat.person: (found[seat.person], seat.part) for seat in _in_order(seats)}


def _in_order(seats: Sequence[Seat]) -> list[Seat]:
    order = [Part.HEAD, Part.DEPUTY, Part.MEMBER]
    return sorted(seats, key=lambda seat: order.index(Part(seat.part)))


def _seats_of(group: ResponseGroup) -> list[Seat]:
    return [Seat(each.person_id, each.part) for each in group.memberships.all()]


def _leaders(seats: Sequence[Seat]) -> list[int]:
    return [seat.person for seat in _in_order(seats) if seat.part != Part.MEMBER]


def _sit(group: ResponseGroup, seats: Sequence[Seat]) -> None:
    places = dict.fromkeys(Part.values, 0)
    for seat in seats:
        places[seat.part] += 1
        Membership.objects.create(
            group=group, person_id=seat.person, part=seat.part, position=places[seat.part]
        )


def _told(before: dict[int, tuple[Person, str]], after: dict[int, tuple[Person, str]]) -> list[str]:
    """Who leads in which order, who came and who left, in words for the journal."""
    said = [
        (_("组长"), [person for person, part in after.values() if part == Part.HEAD]),
        (_("副组长"), [person for person, part in after.values() if part == Part.DEPUTY]),
        (_("加入"), [person for key, (person, _part) in after.items() if key not in before]),
        (_("离开"), [person for key, (person, _part) in before.items() if key not in after]),
    ]
    return [f"{label} {' '.join(str(each) for each in people)}" for label, people in said if people]


def _insist_unneeded(group: ResponseGroup) -> None:
    rosters = Roster.objects.filter(group=group, is_active=True)
    if rosters:
        raise Incomplete(
            _("这个小组还有在用的值班表（%(what)s），请先停用。") % {"what": listed(rosters)}
        )
    for sentence in needed_by(group):
        raise Incomplete(sentence)


def _wrong(field: str, sentence: str) -> Incomplete:
    return Incomplete(sentence, fields={field: sentence})


def _save(group: ResponseGroup) -> None:
    group.version += 1
    group.save()
