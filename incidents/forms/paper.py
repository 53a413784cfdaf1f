"""Forms of numbered forms: registering a batch, its numbers, back-entry, the cash."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import Batch, Slip
from incidents.numbers import MOST, written
from incidents.tally import Tally
from teams.forms.asking import SeenForm
from teams.forms.moments import MOMENT, MomentField
from teams.models import Department

_NUMBERS = {"autocomplete": "off", "spellcheck": "false", "placeholder": "1-40, 43, 50-61"}


def _numbers(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        widget=forms.TextInput(attrs=_NUMBERS),
        error_messages={"required": _("请写明号码，例如 1-40, 43。")},
        **options,
    )


def _amount(label: Any, missing: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": missing,
            **dict.fromkeys(
                ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
                _("金额写到分，不能是负数，例如 21673.50。"),
            ),
        },
        **options,
    )


class BatchForm(forms.Form):
    """A printed range, put on record."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("科室"),
        empty_label=None,
        error_messages={
            "required": _("请选择科室。"),
            "invalid_choice": _("请从列出的科室里选择。"),
        },
    )
    kind = forms.CharField(
        label=_("表单"),
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("例如：手写收据")}),
        error_messages={"required": _("请写明是什么表单，例如「手写收据」。")},
    )
    with_cash = forms.BooleanField(label=_("这种表单收钱"), required=False)
    prefix = forms.CharField(  # type: ignore[assignment]  # a field, not the forms' own prefix
        label=_("号码前缀"),
        max_length=12,
        help_text=_("印在每张号码前面，大写字母、数字和横线，例如 SF-。"),
        error_messages={"required": _("请填写号码前缀。")},
    )
    first = forms.IntegerField(label=_("起号"), min_value=1, max_value=999_999_999)
    last = forms.IntegerField(label=_("止号"), min_value=1, max_value=999_999_999)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        for name in ("first", "last"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric"})
            self.fields[name].error_messages["invalid"] = _("请填数字。")


class MarkForm(forms.Form):
    """Some numbers, and what became of them."""

    numbers = _numbers(_("号码"))
    fate = forms.ChoiceField(
        label=_("去向"),
        choices=[
            (str(fate), fate.label)
            for fate in (Slip.Fate.USED, Slip.Fate.VOID, Slip.Fate.LOST, Slip.Fate.UNUSED)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择使用、作废、遗失或未用。")},
    )


class AccountForm(SeenForm):
    """Each number in one of four fields."""

    used = _numbers(_("使用"), required=False)
    void = _numbers(_("作废"), required=False)
    lost = _numbers(_("遗失"), required=False)
    unused = _numbers(_("未用"), required=False)
    rest_unused = forms.BooleanField(label=_("没写到的都点过，没有用"), required=False)
    lost_reason = forms.CharField(
        label=_("怎么遗失的"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, tally: Tally) -> "AccountForm":
        """Filled in with what is known already."""
        batch = tally.batch
        known = {fate: written(tally.numbers[fate]) for fate in ("used", "void", "lost")}
        if batch.accounted_at is not None:
            known["unused"] = written(tally.unused)
        return cls(
            initial=known | {"version": batch.version, "lost_reason": batch.lost_reason},
            prefix=cls.prefix,
        )


class ReenterForm(forms.Form):
    """Numbers that were entered into the system, when it happened, and for how much."""

    numbers = _numbers(_("号码"))
    event_from = MomentField(_("纸上的时间，从"))
    event_to = MomentField(
        _("到"), required=False, help_text=_("只有一张，或都在同一时间，可以不填。")
    )
    amount = _amount(_("系统里这几张的金额（元）"), _("请填系统里这几张的金额，没有收款填 0。"))
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_uuid", uuid.uuid4())
        if not batch.with_cash:
            del self.fields["amount"]
        # The day is nearly always that of the outage; the hour is read off the paper.
        if batch.opened_at is not None:
            now = timezone.localtime().strftime(MOMENT)
            for name in ("event_from", "event_to"):
                self.fields[name].widget.attrs["max"] = now


class CashForm(SeenForm):
    total = _amount(_("纸面合计（元）"), _("请填纸面合计。"))


class ExplainForm(SeenForm):
    reason = forms.CharField(
        label=_("差额是怎么来的"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明差额是怎么来的。")},
    )


__all__ = [
    "MOST",
    "AccountForm",
    "BatchForm",
    "CashForm",
    "ExplainForm",
    "MarkForm",
    "ReenterForm",
]
