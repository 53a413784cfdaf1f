"""Supplies as a workbook: out with what there is, in with what is said of them.

Stock is changed by moves only: a quantity in a sheet counts for items that are new, as what they
begin with. A column that the sheet does not have leaves what it is about alone.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, Place
from inventory.stock import stock_of
from teams import sheets
from teams.sheets import BadCell, Column, Limits, choice, day, decimal, text, whole, yes_no

ROWS = 2000
_LIMITS = Limits(bytes=2 * 1024 * 1024, rows=ROWS, columns=40)
TITLE = _("物资")
# What an empty cell of a column that is there means.
_EMPTY = {
    "specification": "",
    "is_consumable": False,
    "minimum": 0,
    "phone": "",
    "checklist": "",
    "note": "",
}


def columns() -> list[Column]:
    kinds = {kind.label: kind.value for kind in Item.Category}
    return [
        Column("name", _("名称"), text(80), width=18),
        Column("specification", _("规格型号"), text(120), required=False, width=18),
        Column("unit", _("单位"), text(10), width=8),
        Column("category", _("类别"), choice(kinds), hint=_("技术工具 / 通信设备 / 后勤物资")),
        Column("is_consumable", _("用掉不归还"), yes_no, required=False, hint=_("是或否")),
        Column("minimum", _("最低库存"), whole(), required=False, width=10),
        Column("place", _("平时放在"), _place, required=False, hint=_("已经添加的存放地点")),
        Column("phone", _("电话"), text(20), required=False, width=10),
        Column("per_window_hour", _("每窗口每小时用量"), _rate, required=False),
        Column("inspection_days", _("检查周期(天)"), whole(1, 3660), required=False),
        Column("last_inspected_on", _("上次检查"), _past_day, required=False),
        Column("checklist", _("检查项目"), text(2000), required=False, hint=_("一行一项")),
        Column("note", _("备注"), text(200), required=False),
        Column(
            "quantity",
            _("库存"),
            whole(),
            required=False,
            hint=_("只对新的物资有用，作为期初入库；已有的物资请用入库或盘点。"),
        ),
    ]


def _place(value: Any) -> str:
    name = text(40)(value)
    if not Place.objects.in_use().filter(name=name).exists():
        raise ValueError(_now("没有这个存放地点，请先添加。"))
    return name


def _past_day(value: Any) -> datetime.date:
    found = day(value)
    if found > timezone.localdate():
        raise ValueError(_now("上次检查不能晚于今天。"))
    return found


def _rate(value: Any) -> str:
    number = decimal(value)
    if not 0.001 <= number <= 999_999:
        raise ValueError(_now("请填大于 0 的数。"))
    return str(round(Decimal(str(number)), 3))


def book() -> bytes:
    """Everything that is listed, with its stock. Five queries."""
    items = list(Item.objects.in_use().select_related("place"))
    stock = stock_of(items)
    rows = (
        {
            **{name: getattr(item, name) for name in ("name", "specification", "unit", "minimum")},
            "category": str(item.get_category_display()),
            "is_consumable": _now("是") if item.is_consumable else _now("否"),
            "place": str(item.place) if item.place else None,
            "phone": item.phone or None,
            "per_window_hour": item.per_window_hour and float(item.per_window_hour),
            "inspection_days": item.inspection_days,
            "last_inspected_on": item.last_inspected_on,
            "checklist": item.checklist or None,
            "note": item.note or None,
            "quantity": stock[item.pk].total,
        }
        for item in items
    )
    return sheets.write(
        [sheets.Sheet(str(TITLE), columns(), rows)],
        [
            _now("改好后在「物资」的「导入」里上传。导入前会先给您看有什么变化。"),
            _now("名称和规格型号都相同的是同一种物资。"),
        ],
    )


@dataclass(frozen=True)
class Taken:
    """Good rows as plain values (for a JSON column), and every bad cell."""

    rows: list[dict[str, Any]]
    bad: list[BadCell]
    bad_rows: int


def take(content: bytes) -> Taken:
    """Read supplies out of a workbook. Raises Incomplete (field `file`) where it cannot be read."""
    reading = sheets.read(content, columns(), _LIMITS, titles=sheets.in_every_language(TITLE))
    rows, bad, bad_rows = [], list(reading.bad), reading.bad_rows
    seen: set[tuple[str, str]] = set()
    for row in reading.rows:
        told = {name: value for name, value in row.values.items() if name in row.letters}
        for name, empty in _EMPTY.items():
            if name in told and told[name] is None:
                told[name] = empty
        if told.get("last_inspected_on"):
            told["last_inspected_on"] = told["last_inspected_on"].isoformat()
        key = (told["name"], told.get("specification") or "")
        if key in seen:
            letter, sentence = row.letters["name"], _now("这种物资在表里出现了两次。")
            bad.append(BadCell(row.number, letter, str(_("名称")), told["name"], sentence))
            bad_rows += 1
            continue
        seen.add(key)
        rows.append(told)
    return Taken(rows, sorted(bad, key=lambda cell: cell.row), bad_rows)


@dataclass
class Change:
    """What a row of a sheet would do: a new item, or what would be different."""

    name: str
    is_new: bool
    words: list[str] = field(default_factory=list)


def changes(rows: list[dict[str, Any]]) -> Iterator[Change]:
    """The rows that would do something. Two queries."""
    known = {(item.name, item.specification): item for item in Item.objects.select_related("place")}
    headings = {column.name: str(column.heading) for column in columns()}
    kinds = dict(Item.Category.choices) | {"True": _now("是"), "False": _now("否")}
    for row in rows:
        item = known.get((row["name"], row.get("specification") or ""))
        name = f"{row['name']} {row.get('specification') or ''}".strip()
        if item is None:
            stock = row.get("quantity") or 0
            words = [_now("期初 %(n)s %(unit)s") % {"n": stock, "unit": row["unit"]}]
            yield Change(name, True, words if stock else [])
            continue
        words = []
        for part, value in row.items():
            if part in ("name", "specification", "quantity"):
                continue
            before = getattr(item, part)
            now = "" if before is None else str(before)
            if part == "per_window_hour" and before is not None and value is not None:
                now, value = str(Decimal(before).normalize()), str(Decimal(value).normalize())
            if now != ("" if value is None else str(value)):
                shown = (kinds.get(str(each), each) for each in (now, value))
                old, new = (each if each not in (None, "") else "–" for each in shown)
                words.append(f"{headings[part]}：{old} → {new}")
        if words:
            yield Change(name, False, words)
