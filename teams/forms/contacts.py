"""The forms of contact points."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.forms.asking import SeenForm
from teams.models import ContactPoint

# What a person adds; the product itself is a way that everybody has.
KINDS = [choice for choice in ContactPoint.Kind.choices if choice[0] != ContactPoint.Kind.IN_APP]


def _clock(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("请写成时间，例如 08:00。")},
        **options,
    )


class ContactForm(SeenForm):
    """Where a way leads, and when it may be used."""

    address = forms.CharField(
        label=_("号码或账号"),
        max_length=120,
        help_text=_(
            "手机写 11 位，固定电话带区号，院内分机写 3 到 6 位；企业微信、钉钉、飞书写账号。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写号码或账号。")},
    )
    hours_from = _clock(_("几点起可以找我"), help_text=_("全天都可以，两格都不填。"))
    hours_to = _clock(_("到几点"), help_text=_("可以过午夜，例如 20:00 到 08:00。"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, other in (("hours_from", "hours_to"), ("hours_to", "hours_from")):
            if said.get(other) is not None and said.get(name) is None and name not in self.errors:
                self.add_error(name, _("开始和结束要一起填，或都不填。"))
        return said

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        begin, end = said.pop("hours_from"), said.pop("hours_to")
        return said | {"hours": None if begin is None else (begin, end)}


class NewContactForm(ContactForm):
    """A further way."""

    version = None  # type: ignore[assignment]  # nothing there yet that others could change
    kind = forms.ChoiceField(
        label=_("方式"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一种方式。")},
    )
    field_order = ["kind", "address", "hours_from", "hours_to"]


class RevealForm(forms.Form):
    """Why somebody must see another person's numbers."""

    reason = forms.CharField(
        label=_("为什么要看"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": _("例如：夜间联系不上值班人")}),
        help_text=_("理由和您的姓名写入日志，本人看得到。"),
        error_messages={"required": _("请写明为什么要看，例如「夜间联系不上值班人」。")},
    )


def change_form(point: ContactPoint, data: Any = None) -> ContactForm:
    """The form that changes this point, filled with what it is."""
    return ContactForm(
        data,
        initial={
            "version": point.version,
            "address": point.address,
            "hours_from": point.hours_from,
            "hours_to": point.hours_to,
        },
    )
