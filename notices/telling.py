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
    # The incident's own entry says that patients were told; this one keeps every word of it.
    is_detail=True,
)
tell("notice.update", _("患者通知被接替"), _("第 {number} 版由第 {by_number} 版接替"))
tell(
    "notice.publish_urgently",
    _("患者通知紧急发布，等补批"),
    _("第 {number} 版，{until} 前补批：{reason}"),
)
tell("notice.ratify", _("补批患者通知"), _("第 {number} 版：{affected}"))
tell("notice.hang", _("告示已贴好"), _("{place}，第 {number} 版：{word}"))
tell("notice.take_down", _("告示已取下"), _("{place}，第 {number} 版：{word}"))
tell("notice.end", _("结束患者通知"), _("{text}"))
tell("channel.add", _("添加告警渠道"), _("{name}（{kind}），密钥：{secrets}"))
tell("channel.change", _("修改告警渠道"), _("{name}：{changed}；更换密钥：{secrets}"))
tell("channel.switch_on", _("启用告警渠道"), _("{name}"))
tell("channel.switch_off", _("停用告警渠道"), _("{name}：{reason}"))
tell("alert.acknowledge", _("确认收到告警"), _("{person}（{how}）：{what}；{words}"))
tell("phone.ask", _("请人打电话"), _("打给{people}：{what}"))
tell("phone.result", _("打过电话"), _("{person}：{result} {words}"))
tell("delivery.exhausted", _("没有叫到人"), _("{what}；叫过：{people}"))
tell("channel.seal", _("重新加密渠道密钥"), _("{channels}"))
tell("channel.open", _("告警渠道熔断"), _("{name} 连续 {failures} 次没有发出：{words}"))
tell("channel.recover", _("告警渠道恢复"), _("{name}"))
tell("notice.withdraw", _("撤回患者通知"), _("第 {number} 版：{reason}"))
tell("channel.try", _("试发告警渠道"), _("{name} {to}"))
tell("contact.test", _("发测试消息"), _("{what}：{kind}"))
tell("ladder.start", _("开始升级呼叫"), _("{grade}级，{why}"))
tell("ladder.fire", _("升级呼叫"), _("第 {position} 步 {target}：{people}"))
tell("ladder.skip", _("跳过升级步"), _("第 {position} 步 {target}：{why}"))
tell("ladder.exhausted", _("升级链走完，没有人确认"), _("叫过：{called}"))
tell("ladder.stop", _("停止升级呼叫"), _("{how} {who}"))
tell("ladder.jump", _("直接呼叫某一步"), _("第 {position} 步 {target}：{reason}"))
tell("ladder.pause", _("暂停升级呼叫"), _("{minutes} 分钟：{reason}"))
tell("ladder.resume", _("继续升级呼叫"))
tell("ladder.call_in", _("点名呼叫"), _("{person}：{what}"))
tell("ladder.answer", _("确认收到，跟进"), _("{person}（{how}）：{words}"))
tell("canary.failed", _("自检没有成功"), _("{name}，{person}：{words}"))
tell("place.add", _("添加地点"), _("{what}：{uses}"))
tell("place.change", _("修改地点"), _("{what}：{changes}"))
tell("place.retire", _("停用地点"), _("{what}"))
tell("place.reopen", _("启用地点"), _("{what}"))
tell("maintenance.draft", _("起草计划维护"), _("{what}，{from} 到 {to}：{affected}；{advice}"))
tell("maintenance.edit", _("修改计划维护"), _("{what}，{from} 到 {to}：{affected}；{advice}"))
tell("maintenance.approve", _("批准计划维护"), _("{what}，{from} 到 {to}"))
tell("maintenance.announce", _("公布计划维护"), _("{what}，{from} 到 {to}：{affected}；{advice}"))
tell("maintenance.replace", _("计划维护变更"), _("{what}，改为 {from} 到 {to}"))
tell("maintenance.begin", _("计划维护开始"), _("{what}，{from} 到 {to}"))
tell("maintenance.lapse", _("计划维护到时结束"), _("{what}，请信息科确认已经完成"))
tell("maintenance.finish", _("确认维护完成"), _("{what}"))
tell("maintenance.cancel", _("取消计划维护"), _("{what}：{reason}"))
tell("maintenance.escalate", _("计划维护转为故障事件"), _("{what}：{number}"))
