"""How the incident's events read in the timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("incident.report", _("报告故障"), _("{services} {location}：{seen}；{kept}"))
tell("incident.add_report", _("补充报告"), _("{location}：{seen}；{kept}"))
tell("incident.acknowledge", _("确认收到"))
tell(
    "incident.confirm",
    _("确认故障"),
    _("{fault}，{grade}级，影响{affected}；召集领导小组：{convene}，{reason}；{worksheet}"),
)
tell("incident.regrade", _("调整级别"), _("{grade_before}级改为{grade}级；{reason}；{worksheet}"))
tell(
    "incident.change_plan",
    _("改用新版预案"),
    _("第 {plan_before} 版改为第 {plan} 版；{reason}"),
)
tell("incident.command", _("下达指令"))
tell("incident.command_more", _("追加指令"))
tell("incident.repair", _("开始修复"), _("主修人：{lead}"))
tell("incident.notify", _("发布患者通知"), _("{affected}；下次通报 {next_update}"))
tell("incident.waive_notice", _("免发患者通知"), _("{reason}"))
tell("incident.restore", _("开始恢复验证"), _("第{round}轮"))
tell("incident.fail_restoration", _("恢复验证未通过"), _("{reason}"))
tell("incident.pass_restoration", _("服务已恢复"))
tell("incident.all_clear", _("宣布解除"), _("{words}；{remark}"))
tell("all_clear.confirm", _("科室确认解除"), _("{by_department}"))
tell("incident.revoke_all_clear", _("解除已撤销"), _("{reason}"))
tell("incident.relapse", _("故障复发"), _("{reason}"))
tell("incident.waive", _("豁免未完事项"), _("{label}：{reason}"))
tell("incident.cleanup", _("完成现场清理"), _("{summary}"))
tell("incident.close", _("归档"), _("报告编号 {number}"))
tell("incident.dismiss", _("判为误报"), _("{reason}"))
tell("manual.give_back", _("演练的手工模式结束"), _("{by_department}：{reason}"))
tell("incident.pause_drill", _("暂停演练"), _("{reason}"))
tell("incident.resume_drill", _("继续演练"), _("停了 {seconds} 秒"))
tell("incident.end_drill", _("结束演练"), _("{reason}"))
tell("incident.merge", _("并入已有事件"), _("{number} {title}"))
tell("incident.absorb", _("并入一起报告"), _("{number}，{location}：{seen}"))
tell("incident.take_over", _("接手跟进"), _("{who}；原来是{before}。{why}"))
tell("incident.manual_on", _("转手工模式"), _("{departments}，预计 {minutes} 分钟：{reason}"))
tell("incident.manual_off", _("停用手工模式"), _("{departments}；{reason}"))
# The incident's own entry names all departments; these are what each is asked to confirm.
tell("manual.order_on", _("通知转手工模式"), _("{by_department}"), is_detail=True)
tell("manual.order_off", _("通知停用手工模式"), _("{by_department}"), is_detail=True)
tell("manual.confirm_on", _("科室确认：已转手工"), _("{by_department}"))
tell("manual.confirm_off", _("科室确认：已停用手工"), _("{by_department}"))
tell("order.issue", _("指令"), _("{addressee}：{text}（{minutes} 分钟内）"))
tell("order.read_back", _("复诵确认"), _("{addressee}：{text}"))
tell("order.finish", _("指令完成"), _("{addressee}：{text}。{proof}"))
tell("order.refuse", _("指令无法执行"), _("{addressee}：{text}。{reason}"))
tell("check.decide", _("检查单"), _("{item}：{outcome}，{measured}，{remark}"))
tell("check.take", _("接手检查项"), _("{item}：{who}；原来是{before}"))
tell("check.assign", _("指派检查项"), _("{item}：{who}；原来是{before}"))
tell("check.add", _("临时加检查项"), _("{item}"))
tell("check.branch", _("打开后续检查项"), _("{failed}失败：{items}"))
tell("backup.add", _("备份凭证"), _("{name}，{shown}；{remark}"))
tell("custody.hand_on", _("证据交接"), _("{what}：{from_whom}交{to_whom}，存{kept_where}"))
tell("exposed.count", _("登记可能外泄的记录"), _("{kind} {count} 条，共 {total} 条；{note}"))
tell("file.attach", _("凭证文件"), _("{name}，SHA-256 {sha256}；{about}；{note}"))
tell("restoration.reopen", _("恢复开放"), _("{by_department} {window}"))
tell("restoration.undo_reopening", _("恢复开放已撤销"), _("{which}；{reason}"))
tell("restoration.sign", _("恢复签字"), _("{for} {by_department}"))
tell("supply.short", _("物资不足"), _("{short}"))
tell("supply.runs_out", _("物资撑不到恢复"), _("{windows} 个窗口手工运行：{short}；要撑到 {until}"))
tell("deadline.pass", _("超时"), _("{what}已超时，应由{holder}办理"))
tell("regulatory.arm", _("法定时限开始计时"), _("{rules}"))
tell("regulatory.note", _("登记法定报告"), _("{rule}：{proof}"))
tell("regulatory.waive", _("法定报告不适用"), _("{rule}：{reason}"))
tell("law_report.write", _("填写法定报告表"), _("{stage}：{fields}"))
tell("regulatory.knowledge", _("登记知情时间"), _("{known_at}：{reason}"))
tell(
    "paper.register",
    _("登记表单"),
    _("{by_department}：{kind} {range}，{count} 张"),
)
tell("paper.retire", _("注销表单"), _("{by_department}：{kind} {range}，{reason}"))
tell("paper.open", _("启用表单"), _("{by_department}：{kind} {range}，{count} 张"))
tell("paper.mark", _("登记号码"), _("{by_department}：{kind} {numbers} {fate}"), is_detail=True)
tell(
    "paper.account",
    _("点清号码"),
    _(
        "{by_department}：{kind} 使用 {used}，作废 {void}，遗失 {lost}，"
        "未用 {unused}；{lost_reason}"
    ),
)
tell("paper.reenter", _("补录"), _("{by_department}：{kind} {numbers}，{count} 张，{amount}"))
tell("paper.check", _("复核补录"), _("{by_department}：{kind} {numbers}，{count} 张，{amount}"))
tell("paper.return", _("退回补录"), _("{by_department}：{kind} {numbers}，{reason}"))
tell("paper.count_cash", _("登记纸面合计"), _("{by_department}：{kind} {total} 元"))
tell("paper.explain", _("说明差额"), _("{by_department}：{kind} 差 {difference} 元，{reason}"))
tell(
    "paper.close",
    _("结清表单"),
    _("{by_department}：{kind} {range}，补录 {entered} 张，差额 {difference}"),
)
