"""The parts of a version and their values in words: for differences, pages and documents."""

from typing import Any

from django.utils.translation import gettext as _

from plans import form
from plans.models import LEVELS, ChecklistItem, FaultType, Grade, Rung
from teams.models import ContactPoint, Role

NUMERALS = dict(LEVELS)


def part_title(part: str) -> str:
    """A part of the version as a heading."""
    return {
        "title": _("标题"),
        "provisional_level": _("未定级时暂按级别"),
        "signatures": _("批准所需签字人数"),
        "sections": _("正文条款"),
        "grades": _("级别与时限"),
        "grading": _("定级问题"),
        "ladders": _("升级链"),
        "checklists": _("检查单"),
        "service_cards": _("业务卡"),
        "notice_templates": _("通知模板"),
        "supplies": _("所需物资"),
        "clocks": _("法定时限"),
    }[part]


def field_title(field: str) -> str:
    """A key of the form as a label."""
    if field in form.OWN and field != "title":
        return part_title(field)
    return {
        "number": _("条款号"),
        "title": _("标题"),
        "body": _("正文"),
        "covers": _("落实的要求"),
        "depth": _("层级"),
        "level": _("级别"),
        "meaning": _("含义"),
        "acknowledge": _("确认收到"),
        "confirm": _("确认故障"),
        "command": _("下达指令"),
        "read_back": _("指令复诵"),
        "first_notice": _("首次患者通知"),
        "next_notice": _("后续通知间隔"),
        "restore": _("恢复服务"),
        "no_progress": _("无进展再次升级"),
        "repeat": _("升级链走完后重来"),
        "go_manual": _("全停多久转手工"),
        "receipt": _("科室确认收到"),
        "ratify": _("紧急发布后补批"),
        "approval": _("患者通知由谁批准"),
        "question": _("问题"),
        "hint": _("怎样判断"),
        "level_if_yes": _("答「是」时的级别"),
        "to": _("对象"),
        "after": _("间隔（分钟）"),
        "channels": _("渠道"),
        "acknowledgers": _("需确认人数"),
        "next_way": _("换下一种方式（秒）"),
        "text": _("检查项"),
        "evidence": _("要什么凭证"),
        "minutes": _("限时（分钟）"),
        "branch": _("上一项失败时才办"),
        "how": _("做法"),
        "service": _("业务服务"),
        "department": _("负责科室"),
        "risk": _("中断的风险"),
        "manual": _("手工办理步骤"),
        "forms": _("纸质表单"),
        "name": _("名称"),
        "fault_types": _("故障类型"),
        "affected": _("什么用不了"),
        "advice": _("现在怎么办"),
        "where": _("去哪里办"),
        "emergency": _("急诊情况"),
        "contact": _("咨询电话"),
        "affected_en": _("什么用不了（英文）"),
        "advice_en": _("现在怎么办（英文）"),
        "where_en": _("去哪里办（英文）"),
        "emergency_en": _("急诊情况（英文）"),
        "item": _("物资"),
        "quantity": _("数量"),
        "unit": _("单位"),
        "rule": _("要求"),
        "source": _("依据"),
        "hours": _("小时内"),
        "who": _("谁来办"),
        "note": _("说明"),
        "place": _("次序"),
    }[field]


def key_title(part: str, key: str) -> str:
    """A list of a part that is kept by key: a grade's ladder, a fault type's checklist."""
    if part == "ladders":
        return _("%(numeral)s级升级链") % {"numeral": NUMERALS[int(key)]}
    if part == "supplies":
        return fault_title(key)
    phase, kind = form.CHECKLISTS[key]
    if phase == "restore":
        said = _("恢复验证")
        return f"{said}：{FaultType(kind).label}" if kind else said
    return _("排查与修复：%(fault)s") % {"fault": fault_title(kind or form.ANY)}


def step(item: Any) -> tuple[str, str]:
    """An item of a checklist in words: what it is, and how, by whom, with what evidence."""
    said = form.STEP.full(item)
    row = ChecklistItem(
        decider=said["who"],
        needs=said["evidence"],
        unit=said["unit"],
        minutes=said["minutes"],
        is_branch=said["branch"],
    )
    return said["text"], "；".join(filter(None, [said["how"].rstrip("。"), row.more]))


def fault_title(kind: str) -> str:
    """A fault type, or all of them."""
    return _("各类故障") if kind == form.ANY else str(FaultType(kind).label)


def demand(key: str) -> str:
    """What one of the 21 demands is about, in a few words."""
    return {
        "P1": _("尽快恢复，保护患者和员工"),
        "P2": _("适用于各服务科室"),
        "P3": _("四类风险"),
        "P4": _("要防止的后果"),
        "P5": _("领导小组"),
        "P6": _("故障应急小组"),
        "P7": _("后勤保障组"),
        "P8": _("报告"),
        "P9": _("确认"),
        "P10": _("指令"),
        "P11": _("排查与修复"),
        "P12": _("应急响应和患者通知"),
        "P13": _("恢复"),
        "P14": _("清理"),
        "P15": _("评估和书面报告"),
        "P16": _("原因分析"),
        "P17": _("过程评价"),
        "P18": _("预案更新"),
        "P19": _("物资保障"),
        "P20": _("培训"),
        "P21": _("演练"),
    }[key]


def target(to: dict[str, Any], people: dict[str, str] | None = None) -> str:
    """Whom a rung reaches. `people` gives names for accounts."""
    if "group" in to:
        return f"{to['group']} {Rung.Part(to['part']).label}"
    if "roster" in to:
        return _("%(roster)s 当班人") % {"roster": to["roster"]}
    if "person" in to:
        return (people or {}).get(to["person"], to["person"])
    if "role" in to:
        return _("全体%(role)s") % {"role": Role(to["role"]).label}
    return _("报告人")


def said(field: str, value: Any, people: dict[str, str] | None = None) -> str:
    """A value of a field as a reader wants to see it."""
    if value is None or value == "" or value == []:
        return _("（空）")
    if field in ("level", "level_if_yes", "provisional_level"):
        return _("%(numeral)s级") % {"numeral": NUMERALS[value]}
    if field in form.TARGETS or field == "after":
        return _("%(minutes)s 分钟") % {"minutes": value}
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field == "who" and value in ChecklistItem.Decider.values:
        return str(ChecklistItem.Decider(value).label)
    if field == "evidence":
        return "、".join(str(ChecklistItem.Need(need).label) for need in value)
    if field == "approval":
        return str(Grade.Approval(value).label)
    if field == "to":
        return target(value, people)
    if field == "channels":
        return "、".join(str(ContactPoint.Kind(kind).label) for kind in value)
    if field == "fault_types":
        return "、".join(str(FaultType(kind).label) for kind in value)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)
