"""The form of a supplier or service provider."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Supplier
from teams.forms.asking import SeenForm


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请写成日期，例如 2026-11-23。")},
    )


class SupplierForm(SeenForm):
    name = forms.CharField(
        label=_("名称"), max_length=80, error_messages={"required": _("请填写名称。")}
    )
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=Supplier.Kind.choices,
        initial=Supplier.Kind.SERVICE,
        widget=forms.RadioSelect,
    )
    hotline = forms.CharField(
        label=_("热线"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": _("请填写热线电话。")},
    )
    contact = forms.CharField(label=_("联系人"), max_length=60, required=False)
    answers_for = forms.CharField(
        label=_("负责什么"),
        max_length=1000,
        required=False,
        help_text=_(
            "一行一个词，例如「交换机」「医保」。故障的描述里出现这个词，就显示这里的热线。"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contract_number = forms.CharField(label=_("合同号"), max_length=60, required=False)
    contract_from = _day(_("合同开始"))
    contract_to = _day(_("合同到期"))
    response_minutes = forms.IntegerField(
        label=_("响应时限(分钟)"), required=False, min_value=1, max_value=100_000
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)


def supplier_form(supplier: Supplier | None, data: Any = None) -> SupplierForm:
    if supplier is None:
        return SupplierForm(data)
    names = SupplierForm.base_fields
    return SupplierForm(data, initial={name: getattr(supplier, name) for name in names})
