"""What is printed behind the plan's text: what it counts and lists, as annexes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from plans import form, wording
from plans.documents import Section, Table, inline

Value = dict[str, Any]

# The parts that are printed, in this order.
ANNEXES = (
    *("grades", "grading", "ladders", "checklists"),
    *("service_cards", "notice_templates", "supplies", "clocks"),
)
_NO_MINUTES = "—"


def annexes_of(value: Value, people: dict[str, str]) -> Iterator[Section]:
    told = {
        "grades": lambda: _grades(value),
        "grading": lambda: _grading(value["grading"]),
        "ladders": lambda: _ladders(value["ladders"], people),
        "checklists": lambda: _checklists(value["checklists"]),
        "service_cards": lambda: _cards(value["service_cards"]),
        "notice_templates": lambda: _templates(value["notice_templates"]),
        "supplies": lambda: _supplies(value["supplies"]),
        "clocks": lambda: _clocks(value["clocks"]),
    }
    for part in ANNEXES:
        if value[part]:
            yield replace(told[part](), title=wording.part_title(part))


def _grades(value: Value) -> Section:
    # A version without the newer targets reads as it was signed.
    columns = [
        target
        for target in form.TARGETS
        if target != "ratify"
        and (
            target not in ("go_manual", "receipt")
            or any(grade[target] for grade in value["grades"])
        )
    ]
    rows = tuple(
        (
            wording.NUMERALS[grade["level"]],
            grade["meaning"],
            *(_minutes(grade[target]) for target in columns),
        )
        for grade in value["grades"]
    )
    provisional = wording.said("level", value["provisional_level"])
    return Section(
        "",
        "单位为分钟。指令复诵从下达指令算起，后续通知间隔从上一次通知算起，无进展再次升级从最近一次进展算起，升级链走完后重来从走完算起，"
        "转手工看预计全停多久，科室确认收到从告知算起，"
        f"其余从报告算起；“—”表示不设时限。尚未定级的，暂按{provisional}计算。",
        tables=(
            Table(
                ("级别", "含义", *(wording.field_title(target) for target in columns)),
                rows,
                widths=(1.4, 3.4, *(1.3 for _target in columns)),
                align="cl" + "c" * len(columns),
            ),
            *_approvals(value["grades"]),
        ),
    )


def _approvals(grades: list[Value]) -> tuple[Table, ...]:
    """Who approves patient notices; nothing in a version that was signed before it said so."""
    if all(grade["approval"] == "second" and grade["ratify"] is None for grade in grades):
        return ()
    rows = tuple(
        (
            wording.NUMERALS[grade["level"]],
            wording.said("approval", grade["approval"]),
            _minutes(grade["ratify"]),
        )
        for grade in grades
    )
    head = ("级别", wording.field_title("approval"), wording.field_title("ratify"))
    return (Table(head, rows, widths=(1.4, 5, 3), align="clc"),)


def _grading(questions: list[Value]) -> Section:
    rows = tuple(
        (
            str(place),
            _both(question["question"], question["hint"]),
            wording.said("level", question["level_if_yes"]),
            "",
        )
        for place, question in enumerate(questions, start=1)
    )
    return Section(
        "",
        "逐项回答，任一项答“是”，即建议其对应的级别；有几项的，取最重的一级。级别由确认人决定。",
        tables=(
            Table(
                ("序号", "问题与判断办法", "答“是”时", "回答"),
                rows,
                widths=(1.1, 8, 2.1, 1.3),
                align="clcc",
            ),
        ),
    )


def _ladders(ladders: dict[str, list[Value]], people: dict[str, str]) -> Section:
    return Section(
        "",
        "每一步从上一步起计时；到时没有足够的人确认收到，进入下一步。无人可叫的一步立即跳过。",
        sections=tuple(
            Section(
                wording.key_title("ladders", level),
                tables=(
                    Table(
                        ("步", "呼叫谁", "间隔", "渠道", "需确认"),
                        tuple(_rung(place, rung, people) for place, rung in enumerate(rungs, 1)),
                        widths=(0.8, 4.4, 1.6, 3.4, 1.4),
                        align="clclc",
                    ),
                ),
            )
            for level, rungs in ladders.items()
        ),
    )


def _rung(place: int, rung: Value, people: dict[str, str]) -> tuple[str, ...]:
    return (
        str(place),
        wording.target(rung["to"], people),
        wording.said("after", rung["after"]) if rung["after"] else "立即",
        (wording.said("channels", rung["channels"]) if rung["channels"] else "按各人的次序")
        + (f"（{rung['next_way']}秒换下一种）" if rung["next_way"] is not None else ""),
        f"{rung['acknowledgers']}人",
    )


def _checklists(lists: dict[str, list[Any]]) -> Section:
    return Section(
        "",
        sections=tuple(
            Section(
                wording.key_title("checklists", key),
                tables=(
                    Table(
                        ("序号", "检查项与做法", "结果", "时间", "签名"),
                        tuple(
                            (str(place), _both(*wording.step(item)), "", "", "")
                            for place, item in enumerate(items, start=1)
                        ),
                        widths=(1, 6.4, 1.6, 1.4, 1.6),
                        align="clccc",
                    ),
                ),
            )
            for key, items in lists.items()
        ),
    )


def _cards(cards: list[Value]) -> Section:
    return Section(
        "",
        sections=tuple(
            Section(
                card["service"],
                "\n\n".join(
                    (
                        f"**负责科室：**{inline(card['department'])}",
                        f"**中断的风险：**{inline(card['risk'])}",
                        "**手工办理：**",
                        card["manual"],
                        f"**纸质表单：**{inline('、'.join(card['forms']) or '无')}",
                    )
                ),
            )
            for card in cards
        ),
    )


def _templates(templates: list[Value]) -> Section:
    fields = (
        *("affected", "advice", "where", "emergency", "contact"),
        *("affected_en", "advice_en", "where_en", "emergency_en"),
    )
    return Section(
        "",
        "发布时由系统代入受影响的业务和地点，并加上下次通报的时间和可能恢复的时间。",
        sections=tuple(
            Section(
                template["name"],
                tables=(
                    Table(
                        ("项目", "内容"),
                        (
                            ("适用", _faults(template["fault_types"])),
                            *(
                                (wording.field_title(field), template[field])
                                for field in fields
                                if template[field]
                            ),
                        ),
                        widths=(1.4, 6),
                    ),
                ),
            )
            for template in templates
        ),
    )


def _supplies(supplies: dict[str, list[Value]]) -> Section:
    rows = tuple(
        (wording.fault_title(kind), item["item"], f"{item['quantity']}{item['unit']}")
        for kind, items in supplies.items()
        for item in items
    )
    table = Table(("故障类型", "物资", "数量"), rows, widths=(3, 4, 2), align="llc")
    return Section("", tables=(table,))


def _clocks(clocks: list[Value]) -> Section:
    rows = tuple(
        (
            _both(clock["rule"], clock["note"]),
            clock["source"],
            _hours(clock["hours"]),
            clock["who"],
            _faults(clock["fault_types"]),
        )
        for clock in clocks
    )
    return Section(
        "",
        "本表只提醒有关规定，不是法律意见。是否适用、如何办理，由医院法律顾问判断。",
        tables=(
            Table(
                ("要求与说明", "依据", "时限", "谁来办", "适用"),
                rows,
                widths=(5, 2.8, 1.6, 1.8, 2.1),
                align="llclc",
            ),
        ),
    )


def _faults(kinds: list[str]) -> str:
    return "\n".join(wording.fault_title(kind) for kind in kinds or [form.ANY])


def _hours(hours: int) -> str:
    days, rest = divmod(hours, 24)
    return f"{days}日" if days > 1 and not rest else f"{hours}小时"


def _both(text: str, hint: str) -> str:
    return f"{text}\n（{hint.rstrip('。')}）" if hint else text


def _minutes(minutes: int | None) -> str:
    return _NO_MINUTES if minutes is None else str(minutes)
