"""How events of people, groups and duty read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("roster.create", _("建立值班表"), _("{name}，{group}"))
tell("roster.change", _("修改值班表"), _("{name}：{changed}；{accepted} {accepted_because}"))
tell(
    "roster.import",
    _("从表格导入值班表"),
    _("{name}：{file}，{what}，{rows} 行；略过 {left_out} 行；{accepted} {accepted_because}"),
)
tell("roster.undo", _("撤销值班表的修改"), _("{name}：{changed}"))
tell("duty.moved", _("值班有变动"), _("{name}"))
tell("holidays.fill", _("更新节假日表"), _("{years} 年，{changed} 天"))
tell("holidays.change", _("修改节假日"), _("{date} {name} {words}"))
tell("leave.ask", _("申请请假"), _("{name} {span}，{reason}"))
tell("leave.approve", _("批准请假"), _("{name} {span}；{accepted} {accepted_because}"))
tell("leave.refuse", _("不批准请假"), _("{name} {span}：{said}"))
tell("leave.withdraw", _("撤回请假"), _("{name} {span}"))
tell("stand_in.ask", _("申请代班"), _("{name} {span}，{by_name}代{person_name}：{reason}"))
tell(
    "stand_in.ask_swap",
    _("申请换班"),
    _("{name} {span}，{by_name}代{person_name}，换 {back}：{reason}"),
)
tell("stand_in.accept", _("同意代班"), _("{name} {span}，{by_name}代{person_name}"))
tell("stand_in.decline", _("不同意代班"), _("{name} {span}，{by_name}代{person_name}：{said}"))
tell(
    "stand_in.approve",
    _("批准代班"),
    _("{name} {span}，{by_name}代{person_name}；{accepted} {accepted_because}"),
)
tell("stand_in.refuse", _("不批准代班"), _("{name} {span}，{by_name}代{person_name}：{said}"))
tell("stand_in.withdraw", _("撤回代班"), _("{name} {span}，{by_name}代{person_name}"))
tell("stand_in.cancel", _("取消代班"), _("{name} {span}，{by_name}代{person_name}：{said}"))
tell(
    "stand_in.arrange",
    _("安排代班"),
    _("{name} {span}，{by_name}代{person_name}：{reason}；{accepted} {accepted_because}"),
)
tell(
    "stand_in.arrange_swap",
    _("安排换班"),
    _(
        "{name} {span}，{by_name}代{person_name}，换 {back}：{reason}；"
        "{accepted} {accepted_because}"
    ),
)
tell(
    "replacement.make",
    _("临时替换"),
    _("{name} {span} 由{people}值班：{reason}；{accepted} {accepted_because}"),
)
tell("replacement.end", _("结束临时替换"), _("{name} {span} {people}"))
tell("contact.add", _("添加联系方式"), _("{what}：{kind} {address}，{hours}"))
tell("contact.change", _("修改联系方式"), _("{what}：{kind} {address}，{hours}"))
tell("contact.remove", _("删除联系方式"), _("{what}：{kind} {address}"))
tell("contact.move", _("调整联系次序"), _("{what}：{kind} {address}"))
tell("contact.switch_off", _("停用联系方式"), _("{what}：{kind} {address}"))
tell("contact.switch_on", _("启用联系方式"), _("{what}：{kind} {address}"))
tell("contact.reveal", _("查看个人号码"), _("{what}：{reason}"))
tell("person.add", _("添加人员"), _("{what}（{username}），角色：{roles}"))
tell("person.change", _("修改人员"), _("{what}：{changes}"))
tell("person.switch_off", _("停用账号"), _("{what}：{reason}"))
tell("person.switch_on", _("启用账号"), _("{what}"))
tell("person.give_password", _("发放初始密码"), _("{what}"))
tell("person.choose_password", _("本人换了密码"), _("{what}"))
tell("department.add", _("添加科室"), _("{what}：{kind}"))
tell("department.change", _("修改科室"), _("{what}：{changes}"))
tell("department.switch_off", _("停用科室"), _("{what}"))
tell("department.switch_on", _("启用科室"), _("{what}"))
tell("group.add", _("建立小组"), _("{what}：{kind}；{seats}"))
tell("group.change", _("修改小组"), _("{what}：{changes}"))
tell("group.seat", _("调整小组成员"), _("{what}：{seats}；{reason}"))
tell("group.switch_off", _("停用小组"), _("{what}：{reason}"))
tell("group.switch_on", _("启用小组"), _("{what}"))
tell("duty.soon", _("值班提醒"), _("{name} {person_name} {span}"))
tell("handover.open", _("请交接班"), _("{name}：{from}交给{to}"))
tell("handover.drop", _("不用交接班了"), _("{name}：{from}交给{to}"))
tell("handover.hand_over", _("交班"), _("{name}：{from}交给{to}；{remarks}"))
tell("handover.confirm", _("确认接班"), _("{name}：{from}交给{to}"))
tell("handover.unconfirmed", _("交接班没有确认"), _("{name}：{from}交给{to}"))
tell("feed.open", _("生成值班日历订阅地址"))
tell("feed.close", _("停用值班日历订阅地址"))
