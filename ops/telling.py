"""How the events of running read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell(
    "backup.restored",
    _("从备份恢复"),
    _("备份到 {as_of}；没有再发：{calls} 条呼叫、{clocks} 个时限；{ladders} 条升级链暂停"),
)
tell("backup.checked", _("已核对恢复后的情况"))
tell(
    "backup.unsaid",
    _("从备份恢复，请核对"),
    _("没有再发的呼叫：{calls}；没有再提醒的时限：{clocks}；升级呼叫暂停 {minutes} 分钟"),
)
