"""How the review's events read in the timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("review.open", _("开始评估"))
tell("review.call_meeting", _("召集评估会议"), _("{when}，{place}，{invited}"))
tell("review.cancel_meeting", _("取消评估会议"), _("{when}，{place}。{reason}"))
tell("review.answer_meeting", _("答复会议邀请"), _("{answer}。{words}"))
tell("review.sign_attendance", _("会议签到"), _("{who}"))
tell("review.note_attendance", _("代记出席"), _("{who}：{reason}"))
tell("review.write_minutes", _("写会议纪要"), _("{minutes}"))
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
tell("review.give_action", _("交办整改项"), _("{owner}：{measure}（{due_on} 前）"))
tell("review.postpone_action", _("整改项改期"), _("{measure}：{before} 改为 {due_on}。{reason}"))
tell(
    "review.hand_over_action", _("整改项换责任人"), _("{measure}：{before} 改为 {owner}。{reason}")
)
tell("review.attach_to_action", _("上传整改凭证"), _("{measure}：{name}"))
tell("review.waive_demand", _("免去整改要求"), _("{measure}：{label}。{reason}"))
tell("review.action_soon", _("提醒整改项"), _("{owner}：{measure}，{due_on} 到期"))
tell("review.action_last", _("提醒整改项今天到期"), _("{owner}：{measure}"))
tell("review.action_overdue", _("整改项逾期"), _("{owner}：{measure}，应在 {due_on} 完成"))
tell(
    "review.action_escalated",
    _("整改项逾期，报领导小组"),
    _("{owner}：{measure}，已逾期 {days} 天"),
)
