"""Forms of manual mode: which departments, why, and for how long."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.verbs import VerbForm
from incidents.models import ManualMode
from incidents.workflow.manual_mode import LONGEST
from teams.models import Department


class _Departments(forms.ModelMultipleChoiceField):
    def __init__(self, label: Any) -> None:
        super().__init__(
            Department.objects.none(),
            label=label,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("请至少选择一个科室。"),
                "invalid_choice": _("请从列出的科室里选择。"),
            },
        )


class ManualOnForm(VerbForm):
    """Departments that are not in manual mode yet; those that the incident affects are ticked."""

    departments = _Departments(_("哪些科室转手工模式"))
    reason = forms.CharField(
        label=_("理由"),
        max_length=400,
        error_messages={"required": _("请写明为什么转手工模式。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    minutes = forms.IntegerField(
        label=_("预计多久（分钟）"),
        min_value=1,
        max_value=LONGEST,
        error_messages={"required": _("请估计要多久，宁可说长一些。")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def furnish(self) -> None:
        on_paper = set(ManualMode.objects.on().values_list("department", flat=True))
        wanted = Department.objects.filter(is_active=True).exclude(pk__in=on_paper)
        self.fields["departments"].queryset = wanted  # type: ignore[attr-defined]
        affected = self.incident.affected.values_list("pk", flat=True)
        self.initial.setdefault("departments", [pk for pk in affected if pk not in on_paper])
        self.initial.setdefault("minutes", 60)


class ManualOffForm(VerbForm):
    """Departments that are in manual mode for this incident, all of them ticked."""

    departments = _Departments(_("哪些科室停用手工模式"))
    reason = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("例如：系统已恢复，先补录")}),
    )

    def furnish(self) -> None:
        modes = ManualMode.objects.on().filter(incident=self.incident)
        wanted = Department.objects.filter(pk__in=modes.values("department"))
        self.fields["departments"].queryset = wanted  # type: ignore[attr-defined]
        self.initial.setdefault("departments", [department.pk for department in wanted])
