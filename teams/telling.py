"""How events of people, groups and duty read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("contact.add", _("添加联系方式"), _("{person}：{kind} {address}，{hours}"))
tell("contact.change", _("修改联系方式"), _("{person}：{kind} {address}，{hours}"))
tell("contact.remove", _("删除联系方式"), _("{person}：{kind} {address}"))
tell("contact.move", _("调整联系次序"), _("{person}：{kind} {address}"))
tell("contact.switch_off", _("停用联系方式"), _("{person}：{kind} {address}"))
tell("contact.switch_on", _("启用联系方式"), _("{person}：{kind} {address}"))
tell("contact.reveal", _("查看个人号码"), _("{person}：{reason}"))
tell("roster.create", _("建立值班表"), _("{name}，{group}"))
tell("roster.change", _("修改值班表"), _("{name}：{changed}"))
tell("roster.undo", _("撤销值班表的修改"), _("{name}：{changed}"))
tell("duty.moved", _("值班有变动"), _("{name}"))
tell("holidays.fill", _("更新节假日表"), _("{years} 年，{changed} 天"))
tell("holidays.change", _("修改节假日"), _("{date} {name} {words}"))
