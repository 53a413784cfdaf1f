"""How events of training read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("course.add", _("添加培训课程"), _("{what}；必修：{needed_by}"))
tell("course.change", _("修改培训课程"), _("{changes}"))
tell("training.plan", _("安排培训"), _("{course}，{when}，{place}；讲师：{trainer}"))
tell("training.move", _("培训改期或改地点"), _("{before} 改为 {when}，{place}；{reason}"))
tell("training.invite", _("邀请参加培训"), _("{names}"))
tell("training.accept", _("答复参加培训"), _("{when}"))
tell("training.decline", _("答复不能参加培训"), _("{reason}"))
tell("training.sign_in", _("培训签到"), _("{course}，{place}"))
tell("training.note", _("补登签到"), _("{name}：{reason}"))
tell("training.strike", _("取消签到"), _("{name}：{reason}"))
tell("training.hold", _("培训已举行"), _("到场 {present} 人；{remark}"))
tell("course.material", _("添加培训资料"), _("{name}，SHA-256 {sha256}"))
tell("course.drop_material", _("撤下培训资料"), _("{name}"))
tell("course.question", _("编写测验题目"), _("{question}"))
tell("course.drop_question", _("撤下测验题目"), _("{question}"))
tell("course.attempt", _("测验交卷"), _("答对 {score} / {total}；通过：{passed}"))
tell("training.enter", _("补录以前的培训"), _("{course}，{when}，到场 {present} 人；{reason}"))
tell("training.revoke", _("撤销完成记录"), _("{name} {number}：{reason}"))
tell("training.chase", _("提醒还没有覆盖的人"), _("{count} 人"))
tell("training.soon", _("培训快到期"), _("{on}"))
tell("training.ended", _("培训已过期"), _("{on}"))
tell("training.soon_in", _("培训快到期"), _("{names}"), is_detail=True)
tell("training.ended_in", _("培训已过期"), _("{names}"), is_detail=True)
tell("training.cancel", _("取消培训"), _("{reason}"))
