"""The form that begins a call-down."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.models import PlannedDrill
from drills.models.calldown import LONGEST
from teams.models import ResponseGroup, Roster


class CallDownForm(forms.Form):
    """Whom to call, what to say, how long an answer may take, which one of the programme it is; a
    mark makes it once. `chosen`: the key of the planned one; else it is the one whose month has
    come."""

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
    planned = forms.ModelChoiceField(
        PlannedDrill.objects.none(),
        label=_("属于年度计划的"),
        required=False,
        empty_label=_("计划外"),
        help_text=_("点名结束时，计划里这一项记为已举行。"),
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, chosen: int | None = None, **options: Any) -> None:
        waiting = PlannedDrill.objects.open().filter(type=PlannedDrill.Type.CALL_DOWN)
        rows = list(waiting.select_related("programme").order_by("programme", "month", "pk"))
        meant = [row.pk for row in rows if (row.pk == chosen if chosen else row.has_come)]
        initial = {"client_uuid": uuid.uuid4(), "planned": meant[0] if meant else None}
        options.setdefault("initial", initial)
        super().__init__(*args, **options)
        if rows:
            self.fields["planned"].queryset = waiting  # type: ignore[attr-defined]
        else:
            del self.fields["planned"]
        self.fields["rosters"].queryset = Roster.objects.filter(is_active=True).order_by(  # type: ignore[attr-defined]
            "group", "position", "pk"
        )
        self.fields["groups"].queryset = ResponseGroup.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        )
