"""Verbs of places: where screens hang and signs are put up. Administrators and the heads of
customer service keep them."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal.moving import check_version
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices.authority import keeps_places
from notices.models import Place
from teams.models import Service
from teams.wording import listed
from teams.workflow.told import apply, tell

_DESCRIBING = {
    *("name", "slug", "building", "floor", "department", "services", "has_screen", "has_sign"),
    *("languages", "position"),
}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@transaction.atomic
def add_place(*, by: Any, name: str, slug: str = "", **facts: Any) -> Place:
    """A new place. Without a `slug` it gets a number for its address.

    `facts`: building, floor, department, services, has_screen, has_sign, languages, position.

    Raises NotAllowed; Incomplete where the name or address is taken, or it has no use.
    """
    _check_may(by)
    place = Place()
    services = facts.pop("services", ())
    _describe(place, name=name, slug=slug or _free_slug(), **facts)
    place.save()
    place.services.set(services)
    uses = [str(_("大屏"))] * place.has_screen + [str(_("告示"))] * place.has_sign
    tell(place, "place.add", by=by, uses=uses)
    return place


@transaction.atomic
def change_place(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> Place:
    """Change what is known of a place; what is left out stays.

    Raises NotAllowed, Conflict, Incomplete.
    """
    _check_may(by)
    if unknown := set(facts) - _DESCRIBING:
        raise TypeError(f"change_place takes no {', '.join(sorted(unknown))}")
    place = _lock(pk, version)
    services = facts.pop("services", None)
    changes = _describe(place, **facts)
    if services is not None:
        changes += _offer(place, services)
    if changes:
        _save(place)
        tell(place, "place.change", by=by, changes=changes)
    return place


@transaction.atomic
def retire_place(pk: int, *, by: Any, version: int | None = None) -> Place:
    """Out of use: no new signs are asked for here, and its screen says that it is out of use.

    Raises NotAllowed, Conflict.
    """
    return _switch(pk, "place.retire", by=by, version=version, on=False)


@transaction.atomic
def reopen_place(pk: int, *, by: Any, version: int | None = None) -> Place:
    """In use again. Raises NotAllowed, Conflict."""
    return _switch(pk, "place.reopen", by=by, version=version, on=True)


def _switch(pk: int, event: str, *, by: Any, version: int | None, on: bool) -> Place:
    _check_may(by)
    place = _lock(pk, version)
    if place.is_active != on:
        place.is_active = on
        _save(place)
        tell(place, event, by=by)
    return place


def _check_may(by: Any) -> None:
    if not keeps_places(by):
        raise NotAllowed(_("地点由管理员和客服部负责人维护。"))


def _lock(pk: int, version: int | None) -> Place:
    place = Place.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if place is None:
        raise Conflict(_("这个地点已经不在了。"))
    check_version(place, version)
    return place


def _describe(place: Place, **facts: Any) -> list[str]:
    """Set the facts and give what became different. Raises Incomplete."""
    if "name" in facts:
        facts["name"] = require(facts["name"], "name", _("请填写地点的名称。"))
        _insist_free(place, "name", facts["name"], _("已经有叫「%(value)s」的地点。"))
    if "slug" in facts:
        if not _SLUG.fullmatch(facts["slug"]):
            _refuse("slug", _("网址里只能用小写字母、数字和短横线，例如 hall-1。"))
        _insist_free(place, "slug", facts["slug"], _("「%(value)s」已经被别的地点用了。"))
    if "languages" in facts:
        # Chinese first, whatever the order in which they were chosen.
        facts["languages"] = [each for each in Place.Language.values if each in facts["languages"]]
        if not facts["languages"]:
            _refuse("languages", _("请至少选一种语言。"))
    changes = apply(place, facts)
    if not (place.has_screen or place.has_sign):
        _refuse("has_screen", _("请选择这里有大屏、要贴告示，或两样都有。"))
    return changes


def _offer(place: Place, services: Iterable[Service]) -> list[str]:
    before, after = list(place.services.all()), sorted(services, key=lambda each: each.position)
    if {each.pk for each in before} == {each.pk for each in after}:
        return []
    place.services.set(after)
    label = Place._meta.get_field("services").verbose_name
    return [f"{label}：{listed(before) or '–'} → {listed(after) or '–'}"]


def _insist_free(place: Place, field: str, value: str, sentence: str) -> None:
    if Place.objects.exclude(pk=place.pk).filter(**{field: value}).exists():
        _refuse(field, sentence % {"value": value})


def _refuse(field: str, sentence: str) -> None:
    raise Incomplete(sentence, fields={field: sentence})


def _free_slug() -> str:
    taken = set(Place.objects.values_list("slug", flat=True))
    number = 1
    while f"p{number}" in taken:
        number += 1
    return f"p{number}"


def _save(place: Place) -> None:
    place.version += 1
    place.save()
