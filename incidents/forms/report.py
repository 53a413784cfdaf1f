"""The form that a frightened person fills in."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from teams.models import Department, Service


class ReportForm(forms.Form):
    """Step 1. What is compulsory is decided by `workflow.report`, which says it in one sentence."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    relapse_of = forms.IntegerField(widget=forms.HiddenInput, required=False)
    services = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        label=_("什么用不了？"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("哪个科室？"), required=False, empty_label=_("请选择")
    )
    location = forms.CharField(
        label=_("具体位置"),
        required=False,
        max_length=120,
        widget=forms.TextInput(
            attrs={
                "list": "places",
                "autocomplete": "off",
                "placeholder": _("例如：门诊楼一层 3 号窗口"),
            }
        ),
    )
    seen = forms.CharField(
        label=_("看到了什么？"),
        max_length=4000,
        error_messages={"required": _("请写一句看到了什么，例如「挂号界面一直转圈」。")},
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("例如：挂号界面一直转圈")}),
    )
    waiting = forms.IntegerField(
        label=_("多少人在等？"),
        required=False,
        min_value=0,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("人数请填数字，不清楚可以不填。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].queryset = Service.objects.all()  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        )
        self.initial.setdefault("client_uuid", uuid.uuid4())

    def clean_relapse_of(self) -> Incident | None:
        """The incident that has come back. One that is gone from the list is simply not linked."""
        pk = self.cleaned_data["relapse_of"]
        return Incident.objects.filter(pk=pk, restored_at__isnull=False).first() if pk else None
