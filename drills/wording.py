"""Words of scenarios: who does what, for pages, messages and records."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from drills.scenario import Step

ROLES = {
    "cs": _("客服人员"),
    "it": _("信息技术人员"),
    "leader": _("领导小组"),
    "department": _("科室负责人"),
    "logistics": _("后勤人员"),
    "monitoring": _("监控系统"),
    "system": _("系统"),
}
VERBS = {
    "report": _("报告故障"),
    "alert": _("监控告警"),
    "no_answer": _("无人应答"),
    "acknowledge": _("确认收到"),
    "merge": _("并入同一起事件"),
    "confirm": _("确认故障"),
    "start_clock": _("法定时限开始计时"),
    "command": _("下达指令"),
    "read_back": _("复诵指令"),
    "issue": _("发放物资"),
    "repair": _("开始修复"),
    "notify": _("发布患者通知"),
    "notify_late": _("下次通报到时间"),
    "regulator_report": _("向主管部门报告"),
    "check": _("检查项"),
    "restore_check": _("恢复验证"),
    "restore": _("恢复并备份"),
    "sign_off": _("科室签字"),
    "end_notice": _("结束患者通知"),
    "return": _("归还物资"),
    "back_entry": _("补录结清"),
    "cleanup": _("现场清理"),
    "review": _("评估并提交报告"),
}


def role_of(step: Step) -> str:
    """Who acts in a step: the name that the scenario gives, else the role in words."""
    return step.name or str(ROLES.get(step.who, step.who))


def told(step: Step) -> str:
    """What the step says, in one line, for the scenario's page."""
    facts: dict[str, Any] = step.facts
    parts = [str(facts[name]) for name in ("item", "text", "advice", "cause") if facts.get(name)]
    parts += [f"{order['to']}：{order['text']}" for order in facts.get("orders", [])]
    parts += [f"{line['item']} × {line['quantity']}" for line in facts.get("supplies", [])]
    parts += [str(line) for line in facts.get("actions", [])]
    return "；".join(parts)
