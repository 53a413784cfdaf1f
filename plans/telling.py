"""How events of the plan read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("plan.begin", _("起草预案"), _("第 {number} 版，依据第 {based_on} 版；{reason}"))
tell("plan.edit", _("修改草稿"), _("{about} {reason} {note}"))
tell("plan.submit", _("送审"), _("第 {round} 轮；{reason}"))
tell("plan.comment", _("提出意见"), _("{about}：{text}"))
tell("plan.resolve", _("答复意见"), _("{said_by}：{text}；采纳：{adopted}，{answer}"))
tell("plan.sign", _("签字批准"), _("{for}；{remark}"))
tell("plan.approve", _("领导小组批准"), _("{signed_by}"))
tell("plan.withdraw", _("退回修改"), _("{reason}"))
tell("plan.schedule", _("定期生效"), _("{effective_at}"))
tell("plan.publish", _("发布"), _("第 {number} 版"))
tell("plan.adopt", _("启用"), _("第 {number} 版"))
tell("plan.take_effect", _("生效"), _("第 {number} 版"))
tell("plan.give_way", _("被替换"), _("由第 {replaced_by} 版替换"))
tell("plan.roll_back", _("恢复旧版"), _("内容同第 {to_number} 版，替换第 {replaced} 版；{reason}"))
tell("plan.discard", _("作废"), _("{reason}"))
tell("plan.waive_coverage", _("放行覆盖缺口"), _("{gaps} 处缺口；{reason}"))
tell("plan.confirm_read", _("阅知"))
tell("plan.remind", _("提醒未阅知的人"))
