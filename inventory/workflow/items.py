"""Verbs of what is kept and where. What has a history is struck off, never deleted."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Balance, Item, Loan, Place
from inventory.workflow.gate import insist_keeps, refuse, said
from journal.moving import check_version
from journal.recording import record
from teams.workflow.told import apply

_DESCRIBING = {
    *("name", "specification", "unit", "category", "is_consumable", "minimum", "place"),
    *("keeper", "phone", "per_window_hour", "inspection_days", "checklist", "note"),
    "last_inspected_on",
}


@transaction.atomic
def add_item(*, by: Any, name: str, unit: str, category: str, **facts: Any) -> Item:
    """A new kind of supply, of which there is nothing yet. Raises Incomplete where it is known."""
    insist_keeps(by)
    item = Item()
    _describe(item, facts | {"name": name, "unit": unit, "category": category})
    item.save()
    record(item.stream, "supply.add", by=by, facts={"what": str(item)})
    return item


@transaction.atomic
def change_item(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> Item:
    """Change what is said of it; what is left out stays. How many there are, only moves change."""
    insist_keeps(by)
    item = Item.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(item, version)
    changes = _describe(item, facts)
    if changes:
        _save(item)
        record(item.stream, "supply.change", by=by, facts=_told(item) | {"changes": changes})
    return item


@transaction.atomic
def switch_item(pk: int, *, by: Any, version: int | None = None, on: bool) -> Item:
    """Struck off the list, or on it again. Nothing of it may be left, in store or with people."""
    insist_keeps(by)
    item = Item.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(item, version)
    if item.is_active == on:
        return item
    if not on and Balance.objects.filter(item=item, quantity__gt=0).exists():
        refuse("", _("库存还没有清零，请先登记消耗或移走。"))
    if not on and Loan.objects.open().filter(item=item).exists():
        refuse("", _("还有人领用没有归还，请先结清。"))
    item.is_active = on
    _save(item)
    record(item.stream, "supply.keep" if on else "supply.drop", by=by, facts=_told(item))
    return item


@transaction.atomic
def put_out_of_service(pk: int, *, by: Any, version: int | None = None, reason: str) -> Item:
    """Not to be given out until it is mended."""
    insist_keeps(by)
    item = Item.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(item, version)
    item.status_reason = said(reason, "reason", _("请写明为什么停用。"))
    item.status = Item.Status.OUT_OF_SERVICE
    _save(item)
    facts = _told(item) | {"reason": item.status_reason}
    record(item.stream, "supply.out_of_service", by=by, facts=facts)
    return item


@transaction.atomic
def put_into_service(pk: int, *, by: Any, version: int | None = None, reason: str) -> Item:
    """Fit to be given out again, with what was done."""
    insist_keeps(by)
    item = Item.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(item, version)
    reason = said(reason, "reason", _("请写明怎样修好或核实的。"))
    item.status, item.status_reason = Item.Status.READY, ""
    _save(item)
    record(item.stream, "supply.into_service", by=by, facts=_told(item) | {"reason": reason})
    return item


@transaction.atomic
def add_place(*, by: Any, name: str, **facts: Any) -> Place:
    """A new place to keep things in."""
    insist_keeps(by)
    place = Place()
    _describe_place(place, facts | {"name": name})
    place.save()
    record(place.stream, "store.add", by=by, facts={"what": str(place)})
    return place


@transaction.atomic
def change_place(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> Place:
    """Another name, another keeper; or out of use, when nothing lies there any more."""
    insist_keeps(by)
    place = Place.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(place, version)
    lying = Balance.objects.filter(place=place, quantity__gt=0)
    if facts.get("is_active") is False and lying.exists():
        refuse("is_active", _("这里还有物资，请先移到别处。"))
    changes = _describe_place(place, facts)
    if changes:
        place.version += 1
        place.save()
        record(place.stream, "store.change", by=by, facts={"what": str(place), "changes": changes})
    return place


def _describe_place(place: Place, facts: dict[str, Any]) -> list[str]:
    if "name" in facts:
        facts["name"] = said(facts["name"], "name", _("请填写地点名称。"))
        if Place.objects.exclude(pk=place.pk).filter(name=facts["name"]).exists():
            refuse("name", _("已经有「%(name)s」这个地点。") % {"name": facts["name"]})
    return apply(place, facts)


def _describe(item: Item, facts: dict[str, Any]) -> list[str]:
    if unknown := set(facts) - _DESCRIBING:
        raise TypeError(f"nothing of an item is called {', '.join(sorted(unknown))}")
    for name, sentence in (("name", _("请填写名称。")), ("unit", _("请填写单位，例如「部」。"))):
        if name in facts:
            facts[name] = said(facts[name], name, sentence)
    name = facts.get("name", item.name)
    specification = (facts.get("specification", item.specification) or "").strip()
    taken = Item.objects.exclude(pk=item.pk).filter(name=name, specification=specification)
    if taken.exists():
        refuse("name", _("已经有这个名称和规格的物资。"))
    if "category" in facts and facts["category"] not in Item.Category.values:
        refuse("category", _("请选择类别。"))
    last = facts.get("last_inspected_on")
    if last is not None and last > timezone.localdate():
        # It would not come due before that day.
        refuse("last_inspected_on", _("上次检查不能晚于今天。"))
    changes = apply(item, facts)
    item.inspect_by = item.next_inspection()
    return changes


def _save(item: Item) -> None:
    item.version += 1
    item.save()


def _told(item: Item) -> dict[str, Any]:
    return {"what": str(item), "version": item.version}
