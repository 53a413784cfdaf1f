"""How events of drills read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell(
    "programme.plan",
    _("计划演练"),
    _("{month} 月 {what}（{type}），负责人 {responsible}；{departments}"),
)
tell("programme.change", _("修改计划的演练"), _("{what}：{changes}"))
tell("programme.cancel", _("取消计划的演练"), _("{what}：{reason}"))
tell("programme.held", _("演练已举行"), _("{what}，{held_on}：{note}"))
tell("programme.due", _("演练本月到期"), _("{what}，负责人 {responsible}"))
tell("programme.overdue", _("演练逾期"), _("{what}，应在 {month} 月举行，负责人 {responsible}"))
tell("scenario.upload", _("上传演练剧本"), _("{what}（{name}），SHA-256 {digest}"))
tell("scenario.retire", _("停用演练剧本"), _("{what}"))
