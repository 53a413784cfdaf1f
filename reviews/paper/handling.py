"""How it was handled: orders, notices, calls, checks, paper, supplies, the law, waivers."""

from typing import Any

from plans.documents import Section, Table
from reviews.paper import resources
from reviews.paper.words import NONE, Clock, cell, said, size


def handling(content: dict[str, Any], clock: Clock) -> Section:
    """四、处置情况: only what there was has its place, but orders and notices always."""
    parts = (
        _orders(content, clock),
        _notices(content, clock),
        _silent(content),
        _repair(content),
        _restoration(content),
        _backup(content, clock),
        resources.on_paper(content, clock),
        resources.supplies(content, clock),
        resources.law(content, clock),
        _waivers(content),
    )
    return Section("处置情况", sections=tuple(part for part in parts if part is not None))


def _orders(content: dict[str, Any], clock: Clock) -> Section:
    orders = content["orders"]
    if not orders:
        return Section("指令执行", "未下达指令。")
    late = sum((order.get("late_by") or 0) > 0 for order in orders)
    words = f"共下达指令{len(orders)}条" + (f"，其中{late}条超过期限。" if late else "。")
    rows = tuple(
        (
            order["to"],
            order["text"],
            f"{clock.short(order['issued_at'])}\n{clock.short(order['due_at'])}",
            "\n".join(filter(None, (order["state"], _late(order.get("late_by"))))),
            cell(order["outcome"]),
        )
        for order in orders
    )
    return Section(
        "指令执行",
        words,
        tables=(
            Table(
                ("对象", "指令", "下达/期限", "状态", "完成情况"),
                rows,
                caption="指令",
                widths=(1.9, 4.2, 2.4, 1.7, 3),
                align="llccl",
            ),
        ),
    )


def _late(minutes: int | None) -> str:
    return f"超时{minutes}分" if minutes and minutes > 0 else ""


def _notices(content: dict[str, Any], clock: Clock) -> Section:
    found = content["notices"]
    if not found["published"]:
        why = f"未发布患者通知，理由：{said(found['waived'])}。" if found["waived"] else ""
        return Section("患者通知", why or "未发布患者通知。")
    ended = "，现已结束" if found["ended"] else ""
    words = (
        f"共发布患者通知{found['published']}次，首次发布于{clock.long(found['first_at'])}{ended}。"
    )
    rows = tuple(
        (
            clock.short(row["at"]),
            row["affected"],
            cell(row["next_update"]),
            NONE if row["late_by"] is None else _late(row["late_by"]) or "按时",
            row["by"],
        )
        for row in found.get("list", [])
    )
    table = Table(
        ("发布时间", "通知内容", "承诺下次", "是否按时", "发布人"),
        rows,
        caption="患者通知",
        widths=(2.3, 5.2, 1.8, 1.8, 1.7),
        align="clccc",
    )
    return Section("患者通知", words, tables=(table,) if rows else ())


def _silent(content: dict[str, Any]) -> Section | None:
    """人员呼叫: how many were called, and who never answered, a line for each person."""
    calls = content.get("calls")
    if not calls:
        return None
    people = sum(call["people"] for call in calls)
    answered = sum(call["answered"] for call in calls)
    never: dict[str, list[tuple[str, str]]] = {}
    for call in calls:
        for one in call["silent"]:
            who = " ".join(filter(None, (one["department"], one["person"])))
            never.setdefault(who, []).append((call["what"], one["ways"]))
    rows = tuple(
        (
            who,
            str(len(found)),
            "、".join(dict.fromkeys(what for what, _ways in found)),
            cell(
                "\n".join(dict.fromkeys(way for _what, ways in found for way in ways.split("；")))
            ),
        )
        for who, found in never.items()
    )
    words = f"因{len(calls)}件事共呼叫{people}人次，{answered}人次有答复。"
    words += "没有答复的如下。" if rows else "每次呼叫都有答复。"
    table = Table(
        ("谁", "次数", "事由", "用过的方式"),
        rows,
        caption="没有答复的呼叫",
        widths=(3, 1.1, 5, 3.7),
        align="lcll",
    )
    return Section("人员呼叫", words, tables=(table,) if rows else ())


def calls(content: dict[str, Any], clock: Clock) -> Section | None:
    """The annex with all calls."""
    rows = tuple(
        (
            clock.short(call["at"]),
            call["what"],
            str(call["people"]),
            str(call["answered"]),
            clock.short(call["first_at"]),
        )
        for call in content.get("calls", [])
    )
    if not rows:
        return None
    head = ("呼叫时间", "事由", "呼叫人数", "有答复", "最早答复")
    return Section(
        "人员呼叫", tables=(Table(head, rows, widths=(2.3, 4.4, 1.7, 1.4, 2.3), align="clccc"),)
    )


def _checks(caption: str, checks: list[dict[str, Any]]) -> tuple[Table, ...]:
    rows = tuple(
        (check["item"], check["result"], cell(check["by"]), cell(check["remark"]))
        for check in checks
    )
    head = ("检查项", "结果", "经办", "备注")
    widths = (5, 1.7, 1.7, 4)
    return (Table(head, rows, caption=caption, widths=widths, align="lccl"),) if rows else ()


def _repair(content: dict[str, Any]) -> Section:
    lead, checks = content["incident"]["lead"], content["proof"]["repair"]
    words = f"主修人：{said(lead)}。" if lead else ""
    return Section(
        "排查与修复",
        f"{words}检查单共{len(checks)}项。",
        tables=_checks("排查与修复检查单", checks),
    )


def _restoration(content: dict[str, Any]) -> Section:
    proof = content["proof"]
    before = f"，此前有{proof['failed_before']}项未通过" if proof["failed_before"] else ""
    return Section(
        "恢复验证",
        f"恢复验证共进行{proof['rounds']}轮{before}。最后一轮检查{len(proof['restore'])}项。",
        tables=_checks("恢复验证检查单", proof["restore"]),
    )


def _backup(content: dict[str, Any], clock: Clock) -> Section:
    proof = content["proof"]
    lines = []
    for backup in proof["backups"]:
        remark = f"核验说明：{said(backup['remark'])}。" if backup["remark"] else ""
        kept = f"SHA-256：{backup['sha256']}。" if backup["sha256"] else ""
        lines.append(
            f"备份“{said(backup['name'])}”，{size(backup['size_bytes'])}，"
            f"由{said(backup['by'])}于{clock.long(backup['at'])}登记。{remark}{kept}"
        )
    lines += [
        f"{said(signed['for'])}：{said(signed['by'])}，{clock.long(signed['at'])}签字。"
        for signed in proof["signatures"]
    ]
    return Section("数据备份与签字", "\n\n".join(lines) or "没有登记。")


def _waivers(content: dict[str, Any]) -> Section | None:
    lines = [
        f"{place}．{said(waiver['demand'])}"
        + (f"“{said(waiver['point'])}”" if waiver["point"] else "")
        + f"：{said(waiver['reason'])}（{said(waiver['by'])}）。"
        for place, waiver in enumerate(content["proof"]["waivers"], start=1)
    ]
    return Section("豁免事项", "\n\n".join(lines)) if lines else None
