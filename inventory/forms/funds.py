"""Forms of the emergency fund."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.items import person_field
from inventory.models import Fund, Payment
from inventory.workflow import Purpose
from inventory.workflow.funds import MOST_MONEY


def money_field(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=options.pop("min_value", Decimal("0.01")),
        max_value=MOST_MONEY,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": _("请填写金额。"),
            "invalid": _("请填金额，例如 120.50。"),
            "min_value": _("请填写大于 0 的金额。"),
        },
        **options,
    )


def line_field(label: Any, sentence: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, error_messages={"required": sentence}, **options)


def file_field(**options: Any) -> forms.FileField:
    return forms.FileField(
        label=_("票据照片或文件"),
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        **options,
    )


class MarkedForm(forms.Form):
    """`client_uuid` makes one of it that is sent twice."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"client_uuid": uuid.uuid4()} | (options.get("initial") or {})
        super().__init__(*args, **options)

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class FundForm(forms.Form):
    name = line_field(
        _("名称"),
        _("请填写名称。"),
        max_length=40,
        help_text=_("和预案「所需物资」里的名称一致，例如「应急备用金」。"),
    )
    two_person_above = money_field(
        _("超过多少元要第二人批准"), min_value=Decimal(0), initial=Decimal(1000)
    )
    keeper = person_field(_("保管人"))


class DepositForm(MarkedForm):
    amount = money_field(_("拨入金额(元)"))
    reason = line_field(_("来源"), _("请写明来源。"), max_length=200)


class PayForm(MarkedForm):
    kind = forms.ChoiceField(
        label=_("方式"),
        choices=Payment.Kind.choices,
        initial=Payment.Kind.EXPENSE,
        widget=forms.RadioSelect,
        help_text=_("预支：先拿钱，凭票据报销，余款退回。"),
    )
    amount = money_field(_("金额(元)"))
    payee = line_field(_("收款人"), _("请填写收款人。"), max_length=60)
    purpose = line_field(_("用途"), _("请写明用途。"), max_length=200)
    receipt = forms.CharField(
        label=_("票据号"),
        max_length=40,
        required=False,
        help_text=_("直接支出已经有票据的，现在就写；以后也可以补。"),
    )

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        said["purpose"] = Purpose(said["purpose"])
        return said


class PayForForm(PayForm):
    """The same for an incident: which fund it comes from."""

    fund = forms.ModelChoiceField(
        Fund.objects.all(),
        label=_("从哪里付"),
        empty_label=None,
        error_messages={"required": _("请选择从哪里付。")},
    )
    field_order = ("fund",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].initial = Fund.objects.first()


class ReceiptForm(forms.Form):
    number = line_field(_("票据号"), _("请填写票据号。"), max_length=40)
    amount = money_field(_("金额(元)"))
    what = line_field(_("买了什么"), _("请写明买了什么。"), max_length=120)
    file = file_field(
        required=False, help_text=_("拍照或电子发票都可以；纸质票据仍按号存放。没有就空着。")
    )


class ReceiptFileForm(forms.Form):
    """A photo or file for a receipt that was entered before."""

    file = file_field(error_messages={"required": _("请选择一个文件。")})


class RefuseForm(forms.Form):
    reason = line_field(_("理由"), _("请写明理由，申请人会看到。"), max_length=200)
