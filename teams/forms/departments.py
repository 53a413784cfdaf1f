"""The form of a department."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.forms.asking import SeenForm
from teams.models import Department


class DepartmentForm(SeenForm):
    name = forms.CharField(
        label=_("名称"), max_length=60, error_messages={"required": _("请填写科室名称。")}
    )
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=Department.Kind.choices,
        widget=forms.RadioSelect,
        help_text=_("门诊、急诊、住院科室会得到应对患者的指令建议；客户服务负责患者通知。"),
        error_messages={"required": _("请选择类别。")},
    )
    phone = forms.CharField(
        label=_("内线"),
        max_length=20,
        required=False,
        help_text=_("人人看得到，印在通讯录里。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    position = forms.IntegerField(
        label=_("排列"),
        min_value=1,
        max_value=30_000,
        initial=100,
        help_text=_("数字小的排在前面。"),
    )


def change_form(department: Department, data: Any = None) -> DepartmentForm:
    """The form that changes this department, filled with what it is."""
    names = ("version", "name", "kind", "phone", "position")
    return DepartmentForm(data, initial={name: getattr(department, name) for name in names})
