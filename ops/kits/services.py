"""Service cards of what a department runs, and the plan's clauses that it works by."""

from collections.abc import Iterator
from typing import Any

from ops.kits.blocks import Block, fields, heading, markdown, page, text
from ops.kits.hospital import Hospital
from teams.models import Department

Kind = Department.Kind
# Which of the plan's demands (docs/plan.md) everybody works by, and some kinds besides.
_EVERYBODY = {"P2", "P4", "P8", "P10", "P12", "P13", "P14"}
_BESIDES: dict[str, set[str]] = {
    Kind.INFORMATION: {"P3", "P6", "P9", "P11"},
    Kind.SUPPORT: {"P7", "P19"},
    Kind.ADMINISTRATION: {"P5", "P9", "P15"},
}


def own_cards(hospital: Hospital, department: Department) -> list[dict[str, Any]]:
    """The plan's cards of services that this department runs."""
    own = {one.name for one in hospital.services if one.department_id == department.pk}
    return [
        card
        for card in hospital.value["service_cards"]
        if card["department"] == department.name or card["service"] in own
    ]


def services(hospital: Hospital, department: Department) -> Block:
    """Each card, or a sentence that says why there is none."""
    cards = own_cards(hospital, department)
    carded = {card["service"] for card in cards}
    missing = [
        one.name
        for one in hospital.services
        if one.department_id == department.pk and one.name not in carded
    ]
    blocks: list[Block] = []
    for card in cards:
        blocks += [
            heading(card["service"]),
            fields(
                [("纸质表单", "、".join(card["forms"]) or "无"), ("负责科室", card["department"])]
            ),
            text(f"中断的风险：{card['risk']}"),
            text("手工办理："),
            *markdown(card["manual"]),
        ]
    if missing:
        blocks.append(
            text(
                f"预案里还没有这几项业务的业务卡：{'、'.join(missing)}。请科室先商定手工办法，"
                "写在这里，并告诉管理员补进预案。"
            )
        )
        blocks.append({"kind": "lines", "count": 8})
    if not blocks:
        blocks.append(
            text(
                "本科室不直接办理患者业务，没有业务卡。其他科室改用手工办理时，"
                "按指令支援人手、物资和场地。"
            )
        )
    return page("业务卡", blocks)


def clauses(hospital: Hospital, department: Department) -> Block:
    """The text of the clauses that concern this department."""
    plan = hospital.plan
    title = f"{plan.title}第 {plan.number} 版" if plan else ""
    return page(
        "预案相关条款",
        [
            text(f"摘自《{title}》。全文以发布的版本为准。"),
            *(block for clause in _concerning(hospital, department) for block in _told(clause)),
        ],
    )


def _concerning(hospital: Hospital, department: Department) -> Iterator[dict[str, Any]]:
    wanted = _EVERYBODY | _BESIDES.get(department.kind, set())
    for clause in hospital.value["sections"]:
        if clause["body"].strip() and wanted & set(clause["covers"]):
            yield clause


def _told(clause: dict[str, Any]) -> list[Block]:
    return [heading(f"{clause['number']}　{clause['title']}"), *markdown(clause["body"])]
