"""How the review's events read in the timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("review.open", _("开始评估"))
tell("review.record_meeting", _("记录评估会议"), _("{when}，{place}，{attendees}"))
tell("review.record_findings", _("填写原因与评价"), _("{cause}：{root_cause_text}"))
tell("review.ask_why", _("追问原因"), _("{text}{root}"))
tell("review.evaluate", _("评价科室"), _("{department}：{scores}。{words}"))
tell("review.add_action", _("添加整改项"), _("{owner}：{measure}（{due_on} 前）"))
tell("review.remove_action", _("删除整改项"), _("{owner}：{measure}"))
tell("review.decline_actions", _("说明无需整改"), _("{reason}"))
tell("review.submit", _("提交评估报告"), _("{number}"))
tell("review.return_report", _("退回评估报告"), _("{number}：{remark}"))
tell("review.receive", _("接收评估报告"), _("{number}，{remark}"))
tell("review.finish_action", _("办结整改项"), _("{owner}：{measure}。{proof}"))
