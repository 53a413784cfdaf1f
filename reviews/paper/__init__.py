"""The written report as an official document: laid out from its frozen content and nothing else.

    to_pdf(document_of(content))    # plans.documents; `to_docx` likewise

The same content gives the same bytes. Content of an older form, which lacks newer parts, is laid
out without them.
"""

import datetime
from typing import Any

from plans.documents import DRAFT, DRILL, Document, Signature
from reviews.paper import events, handling, learning, resources
from reviews.paper.words import Clock, said
from reviews.report import hash_of

_UNSIGNED = "（编号在提交时生成）"


def document_of(content: dict[str, Any]) -> Document:
    """The report as a document; without a number it is a draft and says so on every page."""
    clock = Clock(content.get("zone", ""))
    submitted = clock.read(content["submitted_at"])
    return Document(
        title=content["title"].removeprefix(DRILL),
        number=content["number"] or _UNSIGNED,
        organisation=content["hospital"],
        dated=submitted.date() if submitted else None,
        addressee=content["addressee"],
        opening=_opening(content, clock),
        sections=(
            events.course(content, clock),
            events.reach(content, clock),
            events.times(content),
            handling.handling(content, clock),
            learning.causes(content, clock),
            learning.evaluation(content),
            learning.measures(content),
        ),
        closing="特此报告。",
        signatures=_signatures(content, submitted),
        annexes=tuple(
            annex
            for annex in (
                events.whole_course(content, clock),
                handling.calls(content, clock),
                resources.custody(content, clock),
                resources.files(content, clock),
            )
            if annex is not None
        ),
        fine_print=_fine_print(content),
        header=f"{content['hospital']}　{content['incident']['number']}",
        mark=(DRILL if content.get("is_drill") else "") + ("" if content["number"] else DRAFT),
        has_cover=False,
        has_contents=False,
    )


def file_name(content: dict[str, Any], kind: str) -> str:
    """What the file is called; `kind` is pdf or docx."""
    mark = DRILL if content.get("is_drill") else ""
    number = content["number"] or f"{content['incident']['number']}评估报告（草稿）"
    return f"{mark}{number}.{kind}"


def _opening(content: dict[str, Any], clock: Clock) -> str:
    fact = content["incident"]
    begin = clock.long(fact["reported_at"])
    kept = fact["kept"]
    told = (
        f"收到{said(fact['reporter'])}{said(kept)}的报告，"
        if kept
        else f"{said(fact['reporter'])}报告"
    )
    meaning = f"（{said(fact['grade_meaning'])}）" if fact["grade_meaning"] else ""
    relapse = f"本次故障由{fact['relapse_of']}复发。" if fact["relapse_of"] else ""
    return (
        f"{begin}，{told}{said(fact['location'])}发生故障（事件编号{fact['number']}）。"
        f"本次故障经确认为{said(fact['fault'])}，定为{fact['grade']}级{meaning}，"
        f"依照《{said(fact['plan'])}》处置。{relapse}现将处置与评估情况报告如下。"
    )


def _signatures(
    content: dict[str, Any], submitted: datetime.datetime | None
) -> tuple[Signature, ...]:
    """Who submitted it; blank lines for the pen of the leading group, which answers later."""
    at = f"{submitted:%Y-%m-%d %H:%M}" if submitted else ""
    return (
        Signature("提交人", content["submitted_by"], at),
        Signature("领导小组接收人"),
    )


def _fine_print(content: dict[str, Any]) -> tuple[str, ...]:
    if not content["number"]:
        return ("本稿未提交，内容会随记录变化。",)
    return (
        f"本报告内容的 SHA-256 校验值：{hash_of(content)}",
        "校验值和本文件的校验值都记在事件日志里。",
    )
