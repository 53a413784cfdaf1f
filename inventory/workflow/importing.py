"""Verbs of importing supplies: upload and see, then accept; nothing holds before that."""

import datetime
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import sheets
from inventory.models import Item, Place, SupplyImport
from inventory.models.importing import LIFE
from inventory.workflow.gate import insist_keeps, refuse
from inventory.workflow.items import add_item, change_item
from inventory.workflow.moves import receive
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete

_SHOWN = 200
_STREAM = "supplies"


@transaction.atomic
def upload_supplies(*, by: Any, content: bytes, file_name: str = "") -> SupplyImport:
    """Read a sheet and keep it for its preview; supplies stay as they are."""
    insist_keeps(by)
    taken = sheets.take(content)
    if not taken.rows and not taken.bad:
        refuse("file", _("表里一行也没有，请在表头下面填写。"))
    at = now()
    SupplyImport.objects.filter(at__lt=at - LIFE).delete()
    SupplyImport.objects.filter(by=by, accepted_at__isnull=True).delete()
    return SupplyImport.objects.create(
        by=by,
        at=at,
        file_name=file_name.replace("\0", "")[-120:],
        rows=taken.rows,
        bad=[asdict(cell) for cell in taken.bad[:_SHOWN]],
        bad_rows=taken.bad_rows,
    )


@transaction.atomic
def accept_supplies(pk: int, *, by: Any, only_good: bool = False) -> int:
    """The rows of an uploaded sheet hold from now on, all of them or none; give how many.

    With bad rows only where `only_good` says to leave them out.
    """
    insist_keeps(by)
    kept = SupplyImport.objects.select_for_update().filter(pk=pk, by=by).first()
    if kept is None or kept.expires_at <= now():
        raise Conflict(_("这次上传已经不在了，请重新上传文件。"))
    if kept.accepted_at is not None:
        raise Conflict(_("这个文件已经导入过了。"))
    if not kept.rows:
        raise Incomplete(_("没有可以导入的行，请改好文件重新上传。"))
    if kept.bad_rows and not only_good:
        raise Incomplete(_("有的行有问题。请改好文件重新上传，或选择只导入好的行。"))
    places = {place.name: place for place in Place.objects.in_use()}
    known = {
        (name, specification): key
        for key, name, specification in Item.objects.order_by("pk").values_list(
            "pk", "name", "specification"
        )
    }
    # In the order of keys, as every verb locks items.
    for row in sorted(kept.rows, key=lambda row: known.get(_key(row), 1 << 62)):
        _take_in(row, known.get(_key(row)), places, by)
    kept.accepted_at = now()
    kept.save(update_fields=["accepted_at"])
    facts = {"file": kept.file_name, "rows": len(kept.rows), "left_out": kept.bad_rows}
    record(_STREAM, "supply.import", by=by, facts=facts)
    return len(kept.rows)


@transaction.atomic
def drop_supplies(pk: int, *, by: Any) -> None:
    """Throw an uploaded sheet away; nothing of it ever held."""
    SupplyImport.objects.filter(pk=pk, by=by, accepted_at__isnull=True).delete()


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["name"], row.get("specification") or ""


def _take_in(row: dict[str, Any], known: int | None, places: dict[str, Place], by: Any) -> None:
    facts = dict(row)
    stock = facts.pop("quantity", None) or 0
    if facts.get("place") is not None:
        if facts["place"] not in places:
            raise Conflict(
                _(
                    "存放地点「%(place)s」在您上传之后停用或改名了，什么都没有导入。请改好文件重新上传。"
                )
                % {"place": facts["place"]}
            )
        facts["place"] = places[facts["place"]]
    if facts.get("per_window_hour") is not None:
        facts["per_window_hour"] = Decimal(facts["per_window_hour"])
    if facts.get("last_inspected_on"):
        facts["last_inspected_on"] = datetime.date.fromisoformat(facts["last_inspected_on"])
    if known is not None:
        change_item(known, by=by, **facts)
        return
    item = add_item(by=by, **facts)
    if stock:
        if item.place is None:
            raise Incomplete(_("「%(what)s」有期初库存，要写平时放在哪里。") % {"what": item})
        receive(item.pk, by=by, quantity=stock, place=item.place, reason=_("期初"))
