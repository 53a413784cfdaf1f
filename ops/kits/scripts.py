"""What to say when nothing can be looked up: window, hotline, guide, broadcast, a sign by hand.

The words are those of a patient notice (`notices.surfaces`) with blanks for the pen; the plan's own
templates stand below to fill them in from. No cause, no promise, always the next update (P12).
"""

from notices import surfaces
from ops.kits.blocks import Block, heading, page, script, table, text
from ops.kits.hospital import Hospital
from plans import form
from plans.wording import fault_title

_BLANK = "＿＿＿＿＿＿＿＿"


def scripts(hospital: Hospital) -> Block:
    templates = hospital.value["notice_templates"]
    emergency = next((one["emergency"] for one in templates if one["emergency"]), "急诊照常接诊")
    told = surfaces.Told(
        where_to_go=_BLANK,
        contact=_BLANK,
        emergency=emergency,
        hospital=hospital.name,
        blank=_BLANK,
    )
    return page(
        "话术",
        [
            text(
                "空白处用铅笔填，只填客服部已经批准发布的内容；每次更新都擦掉重填。"
                "不说原因，不许诺时间，不提其他患者。说不准的，就说「还不能确定」。"
            ),
            table(
                ("发布内容（由客服部电话告知）", "填写", "几点告知、谁说的"),
                [
                    (name, "", "")
                    for name in (
                        "什么用不了",
                        "现在怎么办",
                        "去哪里办",
                        "下次什么时候再通报（必填）",
                        "可能恢复的时间范围（没有就写「还不能确定」）",
                        "咨询电话或地点",
                    )
                ],
                (4, 6, 3),
            ),
            script("窗口话术", _WINDOW % {"emergency": emergency, "b": _BLANK}, "对窗口前的患者说"),
            *(_script(told, kind) for kind in _SURFACES),
            *_of_the_plan(hospital),
        ],
    )


_SURFACES = ("hotline", "guide", "broadcast", "sign")
_WINDOW = (
    "您好，%(b)s，%(emergency)s。\n"
    "现在请您%(b)s，可以到%(b)s办理。\n"
    "下次通报：%(b)s。给您添麻烦了。"
)


def _script(told: surfaces.Told, name: str) -> Block:
    kind, surface = surfaces.KINDS[name], surfaces.of(told, name)
    return script(
        str(kind.label),
        "\n".join([surface.heading, *(line.text for line in surface.lines)]),
        str(kind.hint),
    )


def _of_the_plan(hospital: Hospital) -> list[Block]:
    templates = hospital.value["notice_templates"]
    if not templates:
        return []
    return [
        heading("预案中的现成说法（照故障挑一行填进上面的空白）"),
        table(
            ("适用", "什么用不了", "现在怎么办", "去哪里办"),
            [
                (
                    (
                        f"{one['name']}\n（"
                        f"{'、'.join(map(fault_title, one['fault_types'])) or '各类故障'}）"
                    ),
                    _blanked(one["affected"]),
                    _blanked(one["advice"]),
                    _blanked(one["where"]),
                )
                for one in templates
            ],
            (3, 3, 5, 2.4),
        ),
    ]


def _faults(kinds: list[str]) -> str:
    return "、".join(map(fault_title, kinds or [form.ANY]))


def _blanked(words: str) -> str:
    return words.replace("{业务}", _BLANK).replace("{地点}", _BLANK)
