"""What a person says of a kit: how much paper, and that it lies in the drawer."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ops.kits.models import MOST_SHEETS


class BuildForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    sheets = forms.IntegerField(
        label=_("核心业务的表单各几张"),
        min_value=1,
        max_value=MOST_SHEETS,
        help_text=_("每张 12 个编号；其他业务减半。按停机 8 小时够用来定。"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    fresh = forms.BooleanField(
        label=_("表单用掉了，要一套新编号"),
        required=False,
        help_text=_("内容没有变化时，不勾选就不会做新的一版。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_uuid", uuid.uuid4())


class PutAwayForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    edition = forms.IntegerField(widget=forms.HiddenInput)
    holder = forms.CharField(
        label=_("谁保管"),
        max_length=60,
        error_messages={"required": _("请写谁保管。")},
    )
    place = forms.CharField(
        label=_("放在哪里"),
        max_length=120,
        error_messages={"required": _("请写放在哪里，停电时也找得到。")},
        widget=forms.TextInput(attrs={"placeholder": _("例如：2 号窗口左边第一个抽屉")}),
    )
    put_on = forms.DateField(
        label=_("哪天放好的"),
        error_messages={"required": _("请选日期。"), "invalid": _("请选日期。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_uuid", uuid.uuid4())
        self.initial.setdefault("put_on", timezone.localdate())
