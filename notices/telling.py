"""How the events of patient notices read in the incident's timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("notice.draft", _("起草患者通知"), _("第 {number} 版：{affected}；{advice}"))
tell("notice.edit", _("修改患者通知"), _("第 {number} 版：{affected}；{advice}"))
tell("notice.approve", _("批准患者通知"), _("第 {number} 版：{affected}"))
tell(
    "notice.publish",
    _("患者通知全文"),
    _("第 {number} 版：{affected}；{told}；下次通报 {next_update}"),
)
tell("notice.update", _("患者通知被接替"), _("第 {number} 版由第 {by_number} 版接替"))
tell("notice.end", _("结束患者通知"), _("{text}"))
tell("notice.withdraw", _("撤回患者通知草稿"), _("第 {number} 版：{reason}"))
tell("contact.test", _("发测试消息"), _("{person}：{kind}"))
