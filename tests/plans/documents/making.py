"""Documents for tests."""

import datetime
from typing import Any

from plans.documents import Document, Figure, Section, Signature, Table

LONG = "系统出现故障时，由值班人员先报告，再处理，处理过程逐项记录，任何人不得自行更改记录。" * 4
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 60">'
    '<rect width="600" height="60" fill="#eee"/></svg>'
)


def table(rows: int = 3, **facts: Any) -> Table:
    facts = {"caption": "时限", "align": "clc"} | facts
    cells = tuple((f"第{row}项", LONG[:30], f"{row}分钟") for row in range(1, rows + 1))
    return Table(("序号", "事项", "时限"), cells, **facts)


def document(**facts: Any) -> Document:
    facts = {
        "title": "测试用应急预案",
        "subtitle": "（第2版）",
        "organisation": "某医院",
        "dated": datetime.date(2026, 3, 1),
        "sections": (
            Section("总则", sections=(Section("目的", LONG), Section("适用范围", LONG))),
            Section("时限", LONG, tables=(table(),)),
        ),
        "facts": (("版本", "第2版"), ("编制", "信息技术部")),
        "versions": Table(("版本", "说明"), (("2", "改了时限"), ("1", "首次发布"))),
        "signatures": (Signature("组长", "院长甲", "2026-03-01"), Signature("副组长")),
        "annexes": (Section("检查单", "1. 查电源\n2. 查接线"), Section("通讯录", LONG)),
    } | facts
    return Document(**facts)


def bare(**facts: Any) -> Document:
    """A document without cover, contents and all that comes with them."""
    facts = {
        "subtitle": "",
        "facts": (),
        "versions": None,
        "signatures": (),
        "annexes": (),
        "has_cover": False,
        "has_contents": False,
    } | facts
    return document(**facts)


def figure() -> Figure:
    return Figure(SVG, "时间线", "从报告到恢复")
