"""What happened: course, reach, times against the plan's targets."""

from typing import Any

from plans.documents import Figure, Section, Table, plain
from reviews.paper import figure
from reviews.paper.words import MISSING, Clock, cell, names, said

# Lines of the course that are printed.
MOST = 600


def course(content: dict[str, Any], clock: Clock) -> Section:
    """一、故障经过"""
    fact = content["incident"]
    drawn = figure.draw(content.get("lanes", []), clock)
    figures = (
        ()
        if drawn is None
        else (Figure(drawn.svg, "处置时间线（虚线为预案时限）", drawn.description),)
    )
    begin = ("主要环节见图1。" if figures else "") + "全部经过见附件“处置经过”。"
    return Section(
        "故障经过",
        sections=(
            Section("故障现象", plain(fact["seen"]) or MISSING),
            Section(
                "处置经过",
                "\n\n".join([begin, *(_grading(found) for found in content.get("gradings", []))]),
                figures=figures,
            ),
            Section("处理总结", plain(fact["summary"]) or MISSING),
        ),
    )


def _grading(found: dict[str, Any]) -> str:
    if not found["answers"]:
        how = "，未用定级问题"
    elif found["difference"]:
        how = f"，定级问题建议{found['proposed']}级，未采用的理由：{said(found['difference'])}"
    else:
        how = "，与定级问题的建议一致" if found["proposed"] else ""
    return (
        f"{found['step']}时定为{found['decided']}级{how}"
        f"（{said(found['by'])}，预案第{found['plan']}版）。"
    )


def reach(content: dict[str, Any], clock: Clock) -> Section:
    """二、影响范围"""
    found = content["impact"]
    counts = [f"共收到报告{found['reports']}份"]
    if found["waiting"] is not None:
        counts.append(f"最多有{found['waiting']}人等候")
    if found["windows_closed"] is not None:
        counts.append(f"停用窗口{found['windows_closed']}个")
    lasted = f"自报告到恢复历时{found['minutes']}分钟。" if found["minutes"] is not None else ""
    records = (
        f"涉及患者信息{found['records_exposed']}条。"
        if found["records_exposed"]
        else "未记录到患者信息外泄。"
    )
    rows = tuple(
        (row["kind"], str(row["count"]), cell(row["note"]), row["by"], clock.short(row["at"]))
        for row in content.get("exposed", [])
    )
    tables = (
        ()
        if not rows
        else (
            Table(
                ("记录种类", "条数", "怎样数的", "登记人", "登记时间"),
                rows,
                caption="可能外泄或缺失的记录",
                align="lclcc",
            ),
        )
    )
    return Section(
        "影响范围",
        f"受影响业务：{names(found['services']) or '未列明'}。"
        f"受影响科室：{names(found['departments']) or '未列明'}。\n\n"
        f"{'，'.join(counts)}。{lasted}{records}",
        tables=tables,
    )


def times(content: dict[str, Any]) -> Section:
    """三、响应用时: each duty, then each department's."""
    rows = tuple(
        (
            row["label"],
            cell(row["who"]),
            cell(row["target"]),
            cell(row["minutes"]),
            row["words"],
        )
        for row in content["measures"]
    )
    by_department = _by_department(content["measures"])
    tables = [
        Table(
            ("环节", "责任方", "时限", "实测", "结果"),
            rows,
            caption="各环节用时",
            widths=(5, 2.6, 1.1, 1.1, 2.6),
            align="llccc",
        )
    ]
    if by_department:
        tables.append(
            Table(
                ("责任方", "事项", "按时", "超时", "最长超时"),
                by_department,
                caption="各责任方响应情况",
                widths=(4, 1.4, 1.4, 1.4, 2),
                align="lcccc",
            )
        )
    return Section(
        "响应用时",
        "预案时限与实测用时对照如下（单位：分钟，不足1分钟按1分钟计）。",
        tables=tuple(tables),
    )


def _by_department(measures: list[dict[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """How many duties each had, how many in time, how many late and by how much at most.

    Only duties with a target count. Content of an older form does not say how late.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in measures:
        if row["who"] and row["target"] is not None and row["outcome"] != "waived":
            found.setdefault(row["who"], []).append(row)
    return tuple(
        (
            who,
            str(len(rows)),
            str(sum(row["outcome"] == "met" for row in rows)),
            str(sum(row["outcome"] == "late" for row in rows)),
            cell(max((row.get("late_by", 0) for row in rows), default=0) or None),
        )
        for who, rows in found.items()
    )


def whole_course(content: dict[str, Any], clock: Clock) -> Section:
    """The annex with what the timeline tells. Beyond MOST lines the paper sends to the journal: the
    content has them all, but nobody reads fifty pages, and drawing them would take seconds.
    """
    told = content["course"]
    words = f"共{len(told)}条，这里印出前{MOST}条，其余见事件日志。" if len(told) > MOST else ""
    rows = tuple(
        (
            clock.short(entry["at"]),
            "：".join(filter(None, (entry["label"], entry["sentence"]))),
            cell(entry["who"]),
        )
        for entry in told[:MOST]
    )
    return Section(
        "处置经过",
        words,
        tables=(Table(("时间", "经过", "经办"), rows, widths=(2.2, 7.6, 3), align="clc"),),
    )
