"""Checklists (manual mode, the plan's own for who repairs) and the activity log (HICS 214)."""

from ops.kits.blocks import Block, fields, note, page, table, tasks, text
from ops.kits.hospital import Hospital
from ops.kits.paper_forms import Form
from plans.wording import key_title, said, step
from teams.models import Department

_LOG_ROWS = 21


def manual_mode(hospital: Hospital, department: Department, forms: list[Form]) -> Block:
    """From the word to go over to paper until the last form is entered again."""
    kinds = "、".join(form.title for form in forms)
    takes_cash = any(form.has_cash for form in forms)
    cash = ["备用金当面点清：________ 元，点钞人、复核人签字。"] if takes_cash else []
    total = ["两人点钞，与表单「现金」合计相符：________ 元。"] if takes_cash else []
    return page(
        "手工模式检查单",
        [
            note(
                "启用和停用由领导小组（非工作时间由行政总值班）一个口子通知；没有通知，不自行启用。"
            ),
            fields(
                [
                    ("启用通知人", ""),
                    ("启用时间", ""),
                    ("接通知的人（复述后签字）", ""),
                    ("停用时间", ""),
                ]
            ),
            tasks(
                "启用",
                [
                    "复述通知：本科室、哪些业务、从几点起用手工。",
                    "分工：办理 ________　引导 ________　记录 ________　跑腿 ________",
                    f"取出编号表单（{kinds}），核对首尾号码，发给各窗口并登记在下表。",
                    *cash,
                    "挂出手写告示，告诉排队的人怎么办、去哪里、下次几点通报。",
                    "看一眼时钟和手表，统一对时；表单一律写真实的办理时间。",
                    "告诉客服部：本科室已启用手工模式，联系人和电话。",
                ],
            ),
            table(
                (
                    "表单",
                    "首号",
                    "尾号",
                    "发给谁（窗口）",
                    "时间",
                    "收回：用到几号",
                    "作废、遗失的号",
                ),
                [("",) * 7 for _row in range(5)],
                (2.6, 1.8, 1.8, 2.6, 1.4, 2, 2.6),
            ),
            tasks(
                "进行中（每小时）",
                [
                    "清点：用到几号、排队人数、现金，记进活动日志。",
                    "表单剩不到三分之一：用备用的编号表单；有编号的不得复印，复印会重号。",
                    "听客服部更新，换话术和告示上的时间。",
                    "超过 6 小时：安排换班、饮水和饭；夜间确认照明。",
                ],
            ),
            tasks(
                "停用和补录",
                [
                    "接到停用通知，复述确认；最后一笔写完，在表单末尾划线。",
                    "收齐表单，逐号核对：已用、未用、作废、遗失，合计等于发出的张数。",
                    *total,
                    "先补录急诊和收费；一人录入，另一人核对，写补录时间。",
                    "差额写明原因和姓名；没录完的张数告诉故障应急小组。",
                    "表单原件交：________　保存到：________",
                ],
            ),
        ],
    )


def of_the_plan(hospital: Hospital) -> list[Block]:
    """For who repairs: the questions that propose a grade, and the plan's checklists, which are on
    no screen now (P9, P11, P13)."""
    value = hospital.value
    grading = table(
        ("问题与判断办法", "答「是」时", "回答"),
        [
            (
                _both(one["question"], one["hint"]),
                said("level_if_yes", one["level_if_yes"]),
                "",
            )
            for one in value["grading"]
        ],
        (9, 2, 2),
        "lc",
    )
    found = [
        page(
            "定级问题",
            [text("任一项答「是」，建议其级别；有几项取最重的一级。"), grading],
        )
    ]
    if value["checklists"]:
        lists = [
            tasks(key_title("checklists", key), [_both(*step(item)) for item in items])
            for key, items in value["checklists"].items()
        ]
        found.append(page("排查与恢复检查单", lists))
    return found if value["grading"] else found[1:]


def _both(words: str, hint: str) -> str:
    return f"{words}（{hint.rstrip('。')}）" if hint else words


def log() -> Block:
    """A sheet for whatever happened, with the real time of each event."""
    return page(
        "活动日志",
        [
            fields([("填写人", ""), ("日期", ""), ("故障编号或事由", ""), ("第几张", "")]),
            table(
                ("实际时间", "发生了什么、谁说的、怎么答复", "谁去办", "办完时间", "签名"),
                [("",) * 5 for _row in range(_LOG_ROWS)],
                (1.6, 7.4, 1.8, 1.6, 1.6),
            ),
        ],
    )
