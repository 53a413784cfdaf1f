"""A kit on paper: what was composed, with the date, number and forms' numbers of its edition."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.kits.blocks import PLAIN, Block
from ops.kits.composing import Composed
from ops.kits.paper_forms import LINES, Form
from plans.documents import sheets

_SHEET = Path(__file__).with_name("kit.typ")


@dataclass(frozen=True)
class Imprint:
    """What an edition adds: its number, its day, until when it holds, each form's numbers as they
    are printed."""

    number: int
    made_on: datetime.date
    valid_until: datetime.date
    numbers: Mapping[str, Sequence[str]]


def to_pdf(composed: Composed, imprint: Imprint) -> bytes:
    """The kit on A4. The same kit and imprint give the same bytes."""
    return sheets.draw(_SHEET, content_of(composed, imprint), dated=imprint.made_on)


def to_pictures(composed: Composed, imprint: Imprint, *, dots: int = 80) -> list[bytes]:
    """Each page as PNG: for looking at it."""
    return sheets.pictures(_SHEET, content_of(composed, imprint), dots=dots)


def content_of(composed: Composed, imprint: Imprint) -> dict[str, Any]:
    """All that kit.typ reads."""
    cover = composed.cover
    day = imprint.made_on
    words = {
        "hospital": composed.hospital,
        "department": composed.department,
        "facts": [
            ["应急包版次", f"第 {imprint.number} 版"],
            ["制作日期", _day(day)],
            ["有效期至", f"{_day(imprint.valid_until)}（到期或预案、人员变动后换新）"],
            ["依据预案", cover["plan"]],
            ["科室负责人", cover["heads"] or "（还没有指定）"],
            ["科室内线", cover["phone"] or "—"],
            ["保管人", ""],
            ["存放地点", ""],
            ["打印、放好的日期", ""],
        ],
        "first": [
            f"打电话报障：{cover['duty_phone']}。没有人接，照「呼叫表」打下一级。",
            "急诊、危重患者先办；接到启用通知，照「手工模式检查单」做。",
            "发生的每一件事写进「活动日志」，写真实的时间。",
        ],
        "codes": _codes(cover),
        "footer": f"{composed.department}停机应急包　第 {imprint.number} 版　{day:%Y-%m-%d}"
        f"　预案第 {composed.plan_number} 版",
        "pages": [_spanned_page(page) for page in composed.pages],
        "behind": [_spanned_page(page) for page in composed.behind],
        "forms": [_form(form, imprint.numbers[form.kind]) for form in composed.forms],
    }
    title = f"{composed.department}停机应急包（第{imprint.number}版）"
    return sheets.fitted(words, PLAIN) | {
        "meta": {
            "title": title,
            "organisation": composed.hospital,
            "date": [day.year, day.month, day.day],
        }
    }


def _codes(cover: dict[str, Any]) -> list[Block]:
    """QR codes to the report page (department filled in) and to the patients' page."""
    return [
        {"kind": "qr", "code": sheets.qr(cover[name]), "title": title, "about": about}
        for name, title, about in (
            ("report", "扫码报障", "网络还通时用，科室已填好"),
            ("public", "服务状态", "患者看到的页面"),
        )
        if cover[name]
    ]


def _form(form: Form, numbers: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": "form",
        "title": form.title,
        "about": form.about,
        "has_cash": form.has_cash,
        "columns": [name for name, _width in form.all_columns],
        "widths": [width for _name, width in form.all_columns],
        "sheets": [numbers[at : at + LINES] for at in range(0, len(numbers), LINES)],
    }


def _spanned_page(page: Block) -> Block:
    return page | {"blocks": [_spanned(block) for block in page["blocks"]]}


def _spanned(block: Block) -> Block:
    """A table's cells with how many rows each goes on for; cells that were None are gone."""
    if block["kind"] != "table":
        return block
    rows = block["rows"]
    cells = []
    for at, row in enumerate(rows):
        for column, words in enumerate(row):
            if words is None:
                continue
            below = at + 1
            while below < len(rows) and rows[below][column] is None:
                below += 1
            cells.append({"words": words, "rows": below - at, "column": column})
    return block | {"rows": [], "cells": cells}


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
