"""One form per verb: the shape of its input. What is allowed, the verb itself decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from plans.models import FaultType, Grade
from teams.models import Department, Person, ResponseGroup


class VerbForm(forms.Form):
    """A verb that asks nothing. `version` is what the person saw when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": incident.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.incident = incident
        self.furnish()

    def furnish(self) -> None:
        """Fill choices that depend on the incident."""

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return dict(self.cleaned_data)


def _reason(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        error_messages={"required": _("请写一句。")},
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": hint}),
    )


class ReasonForm(VerbForm):
    """Verbs that ask only why."""

    reason = _reason(_("理由"))


class CleanupForm(VerbForm):
    summary = _reason(_("处理总结"), _("原因是什么，怎样修好的，换了什么，还要留意什么"))


class _GradeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.numeral}级：{obj.meaning}"


class _Graded(VerbForm):
    """Grade by the plan that the incident pins, and whether the leading group is convened."""

    level = _GradeChoice(
        Grade.objects.none(),
        label=_("级别"),
        to_field_name="level",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择级别。"),
            "invalid_choice": _("请选择级别。"),
        },
    )
    convene = forms.TypedChoiceField(
        label=_("召集领导小组？"),
        choices=[("yes", _("召集")), ("no", _("不召集"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择是否召集领导小组。")},
    )

    def furnish(self) -> None:
        grades = Grade.objects.filter(plan=self.incident.plan_id).order_by("level")
        self.fields["level"].queryset = grades  # type: ignore[attr-defined]

    @property
    def grades(self) -> Any:
        """The plan's grades with meaning and targets, to be shown beside the choice."""
        return self.fields["level"].queryset  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"level": self.cleaned_data["level"].level}


class ConfirmForm(_Graded):
    """Step 2: type, grade, extent, and the decision on convening with its reason."""

    title = forms.CharField(label=_("标题"), required=False, max_length=120)
    fault_type = forms.ChoiceField(
        label=_("故障类型"),
        choices=FaultType.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择故障类型。")},
    )
    affected = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("受影响的科室"),
        error_messages={"required": _("请至少选择一个受影响的科室。")},
        widget=forms.CheckboxSelectMultiple,
    )
    windows_closed = forms.IntegerField(
        label=_("停用窗口"), required=False, min_value=0, max_value=10_000
    )
    records_exposed = forms.IntegerField(
        label=_("涉及患者信息条数"),
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text=_("只有数据丢失、泄露或攻击时才填"),
    )
    reason = _reason(_("召集与否的理由"), _("例如：预计超过 15 分钟，需要窗口转手工"))

    field_order = [
        "version",
        "fault_type",
        "level",
        "affected",
        "convene",
        "reason",
        "windows_closed",
        "records_exposed",
        "title",
    ]

    def furnish(self) -> None:
        super().furnish()
        departments = Department.objects.filter(is_active=True)
        self.fields["affected"].queryset = departments  # type: ignore[attr-defined]
        self.initial.setdefault("title", self.incident.title)
        if not self.is_bound:
            likely = {service.department_id for service in self.incident.services.all()}
            self.initial.setdefault("affected", likely | {self.incident.department_id} - {None})


class RegradeForm(_Graded):
    reason = _reason(_("调整级别的理由"))

    def furnish(self) -> None:
        super().furnish()
        grade = self.incident.grade
        self.initial.setdefault("level", grade and grade.level)
        self.initial.setdefault("convene", "yes" if self.incident.convene else "no")


class _PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.duty}"


class RepairForm(VerbForm):
    lead = _PersonChoice(
        Person.objects.none(),
        label=_("主修人"),
        empty_label=_("请选择"),
        error_messages={
            "required": _("请选择主修人。"),
            "invalid_choice": _("主修人必须是故障应急小组的成员。"),
        },
    )

    def furnish(self) -> None:
        members = Person.objects.filter(
            is_active=True, memberships__group__kind=ResponseGroup.Kind.FAULT
        ).order_by("memberships__part", "memberships__position")
        self.fields["lead"].queryset = members  # type: ignore[attr-defined]


class _IncidentChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.title}({obj.get_state_display()})"


class MergeForm(VerbForm):
    into = _IncidentChoice(
        Incident.objects.none(),
        label=_("并入哪一起"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择要并入的事件。"),
            "invalid_choice": _("这起事件已经结束，请另选一起。"),
        },
    )

    def furnish(self) -> None:
        others = Incident.objects.open().exclude(pk=self.incident.pk).order_by("-reported_at")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"into": self.cleaned_data["into"].pk}
