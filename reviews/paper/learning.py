"""What was learned: meeting and causes, evaluation, measures."""

from typing import Any

from plans.documents import Section, Table, plain
from reviews.paper.words import MISSING, NONE, Clock, cell, names, said


def causes(content: dict[str, Any], clock: Clock) -> Section:
    """五、原因分析"""
    found = content["findings"]
    root = (
        f"{said(found['root_cause'])}。\n\n{plain(found['root_cause_text'])}".strip()
        if found["root_cause"]
        else MISSING
    )
    parts = [_meeting(content["meeting"], clock), Section("根本原因", root)]
    if content.get("whys"):
        parts.append(_whys(content["whys"]))
    if found["contributing_factors"]:
        parts.append(Section("促成因素", plain(found["contributing_factors"])))
    return Section("原因分析", sections=tuple(parts))


def _whys(whys: list[dict[str, Any]]) -> Section:
    """追问过程: the tree of answers, its shape told by their numbers."""
    rows = tuple(
        (
            why["number"],
            why["text"],
            cell(why["evidence"]),
            f"根本原因\n{why['root']}" if why["root"] else NONE,
        )
        for why in whys
    )
    table = Table(
        ("序号", "为什么", "依据", "判断"),
        rows,
        caption="追问原因（1.1 回答 1 为什么）",
        widths=(1.4, 5.4, 3.8, 2.2),
        align="cllc",
    )
    return Section("追问过程", tables=(table,))


def _meeting(meeting: dict[str, Any], clock: Clock) -> Section:
    """评估会议: when, who, its minutes, and how each was there."""
    title = "评估会议"
    if not meeting["at"]:
        return Section(title, "（评估会议尚未记录）")
    place = f"在{said(meeting['place'])}" if meeting["place"] else ""
    chair = f"，{said(meeting['chair'])}主持" if meeting["chair"] else ""
    people = names(meeting["attendees"])
    words = f"{clock.long(meeting['at'])}{place}召开评估会议{chair}。参加人员：{people}。"
    minutes = plain(meeting.get("minutes", ""))
    rows = tuple(
        (row["person"], cell(row["answer"]), *_presence(row, clock))
        for row in meeting.get("participants", [])
    )
    table = Table(
        ("姓名", "答复", "到会", "说明"),
        rows,
        caption="会议签到",
        widths=(2.6, 2, 3, 4.5),
        align="cccl",
    )
    return Section(
        title,
        "\n\n".join(filter(None, (words, minutes and f"会议纪要：\n\n{minutes}"))),
        tables=(table,) if rows else (),
    )


def _presence(row: dict[str, Any], clock: Clock) -> tuple[str, str]:
    if row["signed_at"]:
        return f"{clock.short(row['signed_at'])} 签到", NONE
    if row["noted_by"]:
        return "代记到会", f"{row['noted_by']}代记：{row['noted_reason']}"
    return "未到", NONE


def evaluation(content: dict[str, Any]) -> Section:
    """六、处置评价"""
    found = content["findings"]
    parts = [Section("配合与响应", plain(found["process_evaluation"]) or MISSING)]
    for title, key in (("做得好的", "what_went_well"), ("不足", "shortcomings")):
        if found[key]:
            parts.append(Section(title, plain(found[key])))
    if content.get("evaluations"):
        parts.append(_evaluations(content["evaluations"]))
    return Section("处置评价", sections=tuple(parts))


def _evaluations(found: list[dict[str, Any]]) -> Section:
    rows = tuple(
        (
            one["department"],
            f"{one['by']}\n{'本科室' if one['is_own'] else '其他科室'}",
            one["cooperation"],
            one["speed"],
            cell(one["words"]),
        )
        for one in found
    )
    table = Table(
        ("科室", "评价人", "配合", "响应", "说明"),
        rows,
        caption="科室互评",
        widths=(2.4, 2.2, 1.3, 1.3, 5),
        align="lcccl",
    )
    return Section("科室评价", tables=(table,))


def measures(content: dict[str, Any]) -> Section:
    """七、整改措施"""
    actions = content["actions"]
    if not actions:
        reason = content["no_action_reason"]
        return Section("整改措施", f"无需整改。理由：{said(reason)}" if reason else MISSING)
    rows = tuple(
        (str(place), action["kind"], action["measure"], action["owner"], action["due_on"])
        for place, action in enumerate(actions, start=1)
    )
    table = Table(
        ("序号", "类别", "措施", "责任方", "完成日期"),
        rows,
        caption="整改措施",
        widths=(1, 1.8, 5.4, 2.6, 2),
        align="cclcc",
    )
    return Section("整改措施", f"共{len(actions)}项，逐项销号。", tables=(table,))
