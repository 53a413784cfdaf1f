"""One form per verb: the shape of its input. What is allowed, the verb itself decides."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents import replanning
from incidents.grading import Worksheet
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

    def catch_up(self) -> None:
        """The person is shown the present state: what was seen before gives way to it."""

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


class AllClearForm(VerbForm):
    """What every department will read; begins with words that mostly fit."""

    words = _reason(_("告诉各科室的话"))

    def furnish(self) -> None:
        words = gettext("「%(title)s」已经恢复，请改回系统办理；用过的纸质表单请尽快补录。")
        self.initial.setdefault("words", words % {"title": self.incident.title})


class CleanupForm(VerbForm):
    summary = _reason(_("处理总结"), _("原因是什么，怎样修好的，换了什么，还要留意什么"))


class _GradeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return gettext("%(grade)s级：%(meaning)s") % {"grade": obj.numeral, "meaning": obj.meaning}


class _Unforced(forms.RadioSelect):
    """The browser lets the form go without a choice: the answer to that brings the proposal."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class GradedForm(VerbForm):
    """Grade by the plan that the incident pins, and whether the leading group is convened.

    The plan's grading questions are fields `answer_<position>`; what they propose stands beside
    the choice of the grade, and where nothing is chosen yet it is the choice.
    """

    level = _GradeChoice(
        Grade.objects.none(),
        label=_("级别"),
        to_field_name="level",
        empty_label=None,
        widget=_Unforced,
        error_messages={
            "required": _("请选择级别。"),
            "invalid_choice": _("请选择级别。"),
        },
    )
    difference = forms.CharField(
        label=_("为什么不按建议"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # What the person was shown as proposed: a choice that followed it follows it further.
    proposed = forms.CharField(widget=forms.HiddenInput, required=False)
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
        self.worksheet = Worksheet(self.incident, answers_in(self._said))
        for row in self.worksheet.rows:
            self.fields[answer_name(row.question.position)] = forms.ChoiceField(
                label=row.question.question,
                choices=[("yes", _("是")), ("no", _("否"))],
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def grades(self) -> Any:
        """The plan's grades with meaning and targets, to be shown beside the choice."""
        return self.fields["level"].queryset  # type: ignore[attr-defined]

    @property
    def questions(self) -> list[tuple[Any, forms.BoundField]]:
        """The worksheet's rows, each with its field."""
        return [(row, self[answer_name(row.question.position)]) for row in self.worksheet.rows]

    @property
    def differs(self) -> bool:
        """Is the field for the reason to be shown?"""
        chosen = self["level"].value()
        return bool(
            (
                self.worksheet.proposed
                and str(chosen or "") not in ("", str(self.worksheet.proposed))
            )
            or self.errors.get("difference")
        )

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """What stands below the worksheet and the choice of the grade."""
        answers = {field.name for _row, field in self.questions}
        above = answers | {"level", "difference"}
        return [field for field in self.visible_fields() if field.name not in above]

    @property
    def _said(self) -> Any:
        return self.data if self.is_bound else self.initial

    def follow(self) -> None:
        """The choice of the grade goes along with the proposal, unless a person chose otherwise."""
        said = self._said.copy()
        chosen, shown = str(said.get("level") or ""), str(said.get("proposed") or "")
        proposed = str(self.worksheet.proposed or "")
        if proposed and chosen in ("", shown):
            said["level"] = proposed
        said["proposed"] = proposed or shown
        if self.is_bound:
            self.data = said
        else:
            self.initial = said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "level" in self.errors and self.worksheet.proposed and not self.data.get("level"):
            self.follow()
            del self.errors["level"]
            sentence = _("已按您的回答选好%(grade)s级，看过后再提交一次。")
            self.add_error("level", sentence % {"grade": self.worksheet.numeral})
        return said

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        del said["proposed"]
        for row in self.worksheet.rows:
            del said[answer_name(row.question.position)]
        return said | {
            "level": self.cleaned_data["level"].level,
            "answers": answers_in(self.data),
        }


_ANSWER = re.compile(r"answer_(\d{1,4})")


def answer_name(position: int) -> str:
    """The field of one grading question."""
    return f"answer_{position}"


def answers_in(data: Any) -> dict[int, bool]:
    """The answers to grading questions in what was sent, by position."""
    found = {}
    for name in data or ():
        asked = _ANSWER.fullmatch(name)
        if asked and data[name] in ("yes", "no"):
            found[int(asked[1])] = data[name] == "yes"
    return found


class ConfirmForm(GradedForm):
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


class RegradeForm(GradedForm):
    reason = _reason(_("调整级别的理由"))

    def furnish(self) -> None:
        super().furnish()
        grade = self.incident.grade
        self.initial.setdefault("level", grade and grade.level)
        # Nobody has chosen yet: the grade that holds goes along with the first proposal.
        self.initial.setdefault("proposed", grade and grade.level)
        self.initial.setdefault("convene", "yes" if self.incident.convene else "no")


class ChangePlanForm(VerbForm):
    """Go on by the version in force, whose number the person saw."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = _reason(_("为什么改用新版"), _("例如：新版补上了这类故障的检查项"))

    def furnish(self) -> None:
        self.preview = replanning.preview(self.incident)
        self.initial.setdefault("number", self.preview and self.preview.plan.number)

    def catch_up(self) -> None:
        number = self.preview.plan.number if self.preview else ""
        self.data = {**self.data, "version": self.incident.version, "number": number}


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
        same = Incident.objects.open().filter(is_drill=self.incident.is_drill)
        others = same.exclude(pk=self.incident.pk).order_by("-reported_at")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"into": self.cleaned_data["into"].pk}
