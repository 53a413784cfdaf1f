"""Which form opens which verb, and what the person is told will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents import forms, gates, workflow

Happens = tuple[str | Promise, ...]


@dataclass(frozen=True)
class Door:
    """A verb's page: its form, the verb itself, what happens and whom it reaches, and its gate."""

    form: type[forms.VerbForm]
    do: Callable[..., Any]
    happens: Happens
    gate: str = ""


DOORS = {
    "acknowledge": Door(
        forms.VerbForm,
        workflow.acknowledge,
        (_("报告人会看到您已经收到。"), _("「确认收到」的计时结束。")),
    ),
    "confirm": Door(
        forms.ConfirmForm,
        workflow.confirm,
        (
            _("按这个级别的时限开始计时，从报告时间算起。"),
            _("召集时通知领导小组；不召集时由故障应急小组组长下达指令。"),
            _("客户服务部开始准备患者通知。"),
        ),
    ),
    "regrade": Door(
        forms.RegradeForm,
        workflow.regrade,
        (
            _("原来的时限作废，按新级别重新计算，从报告时间算起；复发的从复发时间算起。"),
            _("改为召集时通知领导小组。"),
        ),
    ),
    "change_plan": Door(
        forms.ChangePlanForm,
        workflow.change_plan,
        (
            _("时限按新版重新计算，从原来的起算时间算起；已经超时的立即告警。"),
            _("检查单按新版补上新增的项；做完的不变，新版没有的标明取消、不再要求。"),
            _("已发布的患者通知和已下达的指令不变。您的姓名和理由写入日志。"),
        ),
    ),
    "manual_on": Door(
        forms.ManualOnForm,
        workflow.manual_on,
        (
            _("选中的科室马上收到通知，按停机应急包用纸质表单办理，并确认收到。"),
            _("到时没有确认的科室会告警。"),
            _("科室的每个页面顶上都会显示正在用手工模式。"),
        ),
    ),
    "manual_off": Door(
        forms.ManualOffForm,
        workflow.manual_off,
        (
            _("选中的科室收到通知，改回系统办理，并确认收到。"),
            _("用过的纸质表单要补录、复核、结清。"),
        ),
    ),
    "repair": Door(
        forms.RepairForm,
        workflow.repair,
        (_("打开这类故障的检查单，由主修人逐项处理。"),),
    ),
    "restore": Door(
        forms.VerbForm,
        workflow.restore,
        (
            _("打开恢复检查单，每项都要通过。"),
            _("还要登记恢复后的备份，由故障应急小组和受影响科室两人签字。"),
        ),
        gates.RESTORE,
    ),
    "fail_restoration": Door(
        forms.ReasonForm,
        workflow.fail_restoration,
        (_("退回修复。下次恢复验证重新检查、重新签字。"),),
    ),
    "relapse": Door(
        forms.ReasonForm,
        workflow.relapse,
        (
            _("退回修复，恢复服务的计时从现在重新开始。"),
            _("患者通知已经结束的，需要重新发布；报告人和客户服务部会收到提醒。"),
        ),
    ),
    "all_clear": Door(
        forms.AllClearForm,
        workflow.all_clear,
        (
            _("每个科室都收到解除，并确认收到；谁收到、什么时候、用什么方式，都有记录。"),
            _("到时没有确认的科室会提醒。"),
        ),
        gates.ALL_CLEAR,
    ),
    "cleanup": Door(
        forms.CleanupForm,
        workflow.cleanup,
        (_("转入评估，通知各小组组长召开评估会。"),),
        gates.CLEANUP,
    ),
    "waive_notice": Door(
        forms.ReasonForm,
        workflow.waive_notice,
        (_("不发患者通知，理由和您的姓名写入日志。"),),
    ),
    "dismiss": Door(
        forms.ReasonForm,
        workflow.dismiss,
        (_("事件结束，报告人会看到理由。"),),
    ),
    "merge": Door(
        forms.MergeForm,
        workflow.merge,
        (_("这起事件结束，报告人以后看到被并入事件的进展。"),),
    ),
}
