"""Verbs of contact points: everybody keeps their own, looking at somebody's is written down."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from journal.moving import check_version
from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.addresses import WrongAddress, normal
from teams.authority import may_edit_contacts, may_reveal
from teams.models import ContactPoint, Person
from teams.workflow.told import tell

Kind = ContactPoint.Kind
Hours = tuple[datetime.time, datetime.time] | None
# Ways beyond these are a mistake, or somebody who fills the table.
MOST = 20


@transaction.atomic
def add_contact(
    person_pk: int, *, by: Any, kind: str, address: str, hours: Hours = None
) -> ContactPoint:
    """Add a way to reach the person, behind those that are there. Gives it.

    Raises Incomplete with a sentence for the field where the address cannot be one of its kind.
    """
    person = _lock(person_pk, by)
    address = _checked(kind, address)
    _insist_new(person, kind, address)
    points = ContactPoint.objects.filter(person=person)
    if points.count() >= MOST:
        raise Incomplete(_("最多记 %(most)s 个联系方式，请先删除用不着的。") % {"most": MOST})
    last = points.aggregate(last=Max("position"))["last"] or 0
    point = ContactPoint.objects.create(
        person=person,
        kind=kind,
        address=address,
        position=last + 1,
        **_hours(hours),
    )
    _tell(point, "contact.add", by=by)
    return point


@transaction.atomic
def change_contact(
    pk: int, *, by: Any, version: int | None = None, address: str, hours: Hours = None
) -> ContactPoint:
    """Change where or when a way leads. A new address has yet to prove itself."""
    point = _lock_point(pk, by)
    check_version(point, version)
    address = _checked(point.kind, address)
    if address != point.address:
        _insist_new(point.person, point.kind, address)
        point.last_ok_at, point.last_ok_how = None, ""
    point.address = address
    for name, value in _hours(hours).items():
        setattr(point, name, value)
    _save(point)
    _tell(point, "contact.change", by=by)
    return point


@transaction.atomic
def remove_contact(pk: int, *, by: Any) -> None:
    """The person is no longer reached this way, and the number is kept nowhere."""
    point = _lock_point(pk, by)
    _insist_not_the_product(point)
    _tell(point, "contact.remove", by=by)
    point.delete()


@transaction.atomic
def move_contact(pk: int, *, by: Any, up: bool) -> ContactPoint:
    """One place nearer to being tried first, or further from it. At the end nothing moves."""
    point = _lock_point(pk, by)
    order = list(ContactPoint.objects.filter(person=point.person_id))
    place = order.index(point)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(order):
        return point
    order[place], order[target] = order[target], order[place]
    for position, each in enumerate(order, start=1):
        each.position = position
    ContactPoint.objects.bulk_update(order, ["position"])
    point = order[target]
    _tell(point, "contact.move", by=by)
    return point


@transaction.atomic
def switch_contact(pk: int, *, by: Any, on: bool) -> ContactPoint:
    """Out of use for a while (a lost telephone), or in use again."""
    point = _lock_point(pk, by)
    if point.is_active == on:
        return point
    _insist_not_the_product(point)
    point.is_active = on
    _save(point)
    _tell(point, "contact.switch_on" if on else "contact.switch_off", by=by)
    return point


def note_contact_worked(pk: int, *, how: str, at: datetime.datetime | None = None) -> bool:
    """A message came through to the person: the proof is noted. False where a later one stands.

    `how` is a `ContactPoint.Proof`. Not in the journal: what proved it (the acknowledgement, the
    test, the call) has its own entry there.
    """
    how = ContactPoint.Proof(how)
    at = at or now()
    return bool(
        ContactPoint.objects.filter(
            Q(last_ok_at__isnull=True) | Q(last_ok_at__lt=at), pk=pk
        ).update(last_ok_at=at, last_ok_how=how)
    )


@transaction.atomic
def reveal_contacts(person_pk: int, *, by: Person, reason: str) -> list[ContactPoint]:
    """Show somebody's own numbers to who needs them, with the reason; the person sees who looked.

    Gives the points in use, in order. Nobody needs a reason to see their own.
    """
    person = Person.objects.get(pk=person_pk)
    if by.pk != person.pk and not may_reveal(person, by):
        raise NotAllowed(_("查看个人号码给信息技术部、领导小组、本科室负责人和管理员使用。"))
    reason = reason.strip()
    if not reason and by.pk != person.pk:
        sentence = _("请写明为什么要看，例如「夜间联系不上值班人」。")
        raise Incomplete(sentence, fields={"reason": sentence})
    points = list(ContactPoint.objects.in_use().filter(person=person))
    if by.pk != person.pk:
        kinds = [str(kind.label) for kind in Kind if any(point.kind == kind for point in points)]
        tell(person, "contact.reveal", by=by, reason=reason[:300], kinds=kinds)
    return points


def _lock(person_pk: int, by: Any) -> Person:
    """The person whose ways are changed: their row orders all that is done to them.

    Its key stays readable: whoever files a report meanwhile does not wait.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person_pk)
    if not may_edit_contacts(person, by):
        raise NotAllowed(_("联系方式由本人修改，管理员可以代办。"))
    return person


def _lock_point(pk: int, by: Any) -> ContactPoint:
    person = _lock(ContactPoint.objects.values_list("person_id", flat=True).get(pk=pk), by)
    try:
        point = ContactPoint.objects.get(pk=pk)
    except ContactPoint.DoesNotExist:
        raise Conflict(_("这个联系方式刚刚被删除了。")) from None
    point.person = person
    return point


def _checked(kind: str, address: str) -> str:
    if kind not in Kind.values:
        sentence = _("请选择一种方式。")
        raise Incomplete(sentence, fields={"kind": sentence})
    try:
        return normal(kind, address)
    except WrongAddress as wrong:
        raise Incomplete(str(wrong), fields={"address": str(wrong)}) from None


def _insist_new(person: Person, kind: str, address: str) -> None:
    if ContactPoint.objects.filter(person=person, kind=kind, address=address).exists():
        sentence = _("这个联系方式已经有了。")
        raise Incomplete(sentence, fields={"address": sentence})


def _insist_not_the_product(point: ContactPoint) -> None:
    if point.kind == Kind.IN_APP:
        raise Incomplete(_("站内告警始终开着，不能停用或删除。"))


def _hours(hours: Hours) -> dict[str, datetime.time | None]:
    if hours is None:
        return {"hours_from": None, "hours_to": None}
    begin, end = hours
    if begin == end:
        sentence = _("开始和结束不能相同；全天都可以，就都不填。")
        raise Incomplete(sentence, fields={"hours_to": sentence})
    return {"hours_from": begin, "hours_to": end}


def _save(point: ContactPoint) -> None:
    point.version += 1
    point.save()


def _tell(point: ContactPoint, event: str, *, by: Any) -> None:
    # The journal keeps what it is told for ever: never the address itself.
    tell(
        point.person,
        event,
        by=by,
        kind=str(point.get_kind_display()),
        address=point.masked,
        hours=str(point.hours),
    )
