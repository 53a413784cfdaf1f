"""How events of people and groups read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("contact.add", _("添加联系方式"), _("{person}：{kind} {address}，{hours}"))
tell("contact.change", _("修改联系方式"), _("{person}：{kind} {address}，{hours}"))
tell("contact.remove", _("删除联系方式"), _("{person}：{kind} {address}"))
tell("contact.move", _("调整联系次序"), _("{person}：{kind} {address}"))
tell("contact.switch_off", _("停用联系方式"), _("{person}：{kind} {address}"))
tell("contact.switch_on", _("启用联系方式"), _("{person}：{kind} {address}"))
tell("contact.reveal", _("查看个人号码"), _("{person}：{reason}"))
