"""The form that begins a call-down."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.models.calldown import LONGEST
from teams.models import ResponseGroup, Roster


class CallDownForm(forms.Form):
    """Whom to call, what to say, how long an answer may take; a mark makes it once."""

    rosters = forms.ModelMultipleChoiceField(
        Roster.objects.none(),
        label=_("值班表"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("以后五周里在这张表上有班的人。"),
    )
    groups = forms.ModelMultipleChoiceField(
        ResponseGroup.objects.none(),
        label=_("小组"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=_("说什么"),
        max_length=120,
        required=False,
        help_text=_("不填就说「检验能不能叫到人」。消息以【演练】开头。"),
    )
    minutes = forms.IntegerField(
        label=_("几分钟内应答"),
        min_value=1,
        max_value=LONGEST,
        initial=10,
        error_messages={"required": _("请填写几分钟。")},
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"client_uuid": uuid.uuid4()})
        super().__init__(*args, **options)
        self.fields["rosters"].queryset = Roster.objects.filter(is_active=True).order_by(  # type: ignore[attr-defined]
            "group", "position", "pk"
        )
        self.fields["groups"].queryset = ResponseGroup.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        )
