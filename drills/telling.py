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
tell("drill.create", _("建立演练"), _("{what}：{kind}，{scenario}，{speed} 倍速；{people}"))
tell("drill.change", _("修改演练"), _("{what}：{players}"))
tell("drill.name_evaluators", _("更换评估人"), _("{what}：{players}"))
tell("drill.finding_due", _("演练发现到期"), _("{problem}；{measure}（{department}，{due_on}）"))
tell("drill.cancel", _("取消演练"), _("{what}：{reason}"))
tell("drill.start", _("开始演练"), _("{what}，{speed} 倍速"))
tell("drill.pause", _("暂停演练"), _("{reason}；{who}"))
tell("drill.resume", _("继续演练"), _("{who}"))
tell("drill.end", _("结束演练"), _("{reason}；{who}"))
tell("drill.inject", _("给出演练信息"), _("第 {minute} 分钟，{role}：{text}；{refused}"))
tell("drill.hold_inject", _("扣住演练信息"), _("{text}；{reason}"))
tell("drill.release_inject", _("放行演练信息"), _("{text}"))
tell("drill.skip_inject", _("略过演练信息"), _("{text}：{reason}"))
tell("drill.note", _("手记"), _("{act}，第 {minute} 分钟；{note}"))
tell("drill.judge", _("填写评估表"), _("{marks}"))
tell("drill.find", _("登记演练发现"), _("{problem}；{measure}（{department}，{due_on}）"))
tell("drill.unfind", _("撤销演练发现"), _("{problem}"))
tell("drill.make_action", _("演练发现转为整改项"), _("{problem}；{measure}"))
tell("drill.evaluate", _("完成演练评估"), _("{what}：{summary}"))
tell("scenario.upload", _("上传演练剧本"), _("{what}（{name}），SHA-256 {digest}"))
tell("scenario.retire", _("停用演练剧本"), _("{what}"))
