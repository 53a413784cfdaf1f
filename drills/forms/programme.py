"""Forms of the year's programme."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drills import library
from drills.models import PlannedDrill
from teams.forms.asking import SeenForm
from teams.models import Department, Person

_MONTHS = [(month, _("%(n)s 月") % {"n": month}) for month in range(1, 13)]


class PlannedForm(SeenForm):
    """A drill of the programme."""

    name = forms.CharField(
        label=_("名称"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": _("例如：门诊收费中断功能演练")}),
        error_messages={"required": _("请填写演练名称。")},
    )
    type = forms.ChoiceField(
        label=_("形式"),
        choices=PlannedDrill.Type.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择演练形式。")},
    )
    month = forms.TypedChoiceField(
        label=_("月份"),
        choices=_MONTHS,
        coerce=int,
        error_messages={"required": _("请选择月份。")},
    )
    responsible = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("负责人"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择负责人。")},
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("参加科室"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    scenario = forms.ChoiceField(label=_("剧本"), required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Person.objects.filter(is_active=True).order_by("name")
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        self.fields["departments"].queryset = Department.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        )
        self.fields["scenario"].choices = [  # type: ignore[attr-defined]
            ("", _("以后再定")),
            *library.choices(),
        ]


class NewPlannedForm(PlannedForm):
    """A new one: with the year, and a mark by which a form that is sent twice makes one."""

    version = None  # type: ignore[assignment]  # nobody can have changed it yet
    year = forms.IntegerField(
        label=_("年份"),
        min_value=2020,
        max_value=2199,
        error_messages={"required": _("请填写年份。")},
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = ["year", "month", "name", "type"]


def new_form(year: int, data: Any = None) -> NewPlannedForm:
    initial = {"year": year, "month": timezone.localdate().month, "client_uuid": uuid.uuid4()}
    return NewPlannedForm(data, initial=initial)


def change_form(planned: PlannedDrill, data: Any = None) -> PlannedForm:
    initial = {name: getattr(planned, name) for name in PlannedForm.base_fields}
    initial["departments"] = [each.pk for each in planned.departments.all()]
    initial["responsible"] = planned.responsible_id
    return PlannedForm(data, initial=initial)


class ReasonForm(SeenForm):
    reason = forms.CharField(
        label=_("原因"), max_length=200, error_messages={"required": _("请写明原因。")}
    )


class HeldForm(SeenForm):
    """A drill that was held elsewhere, on paper or by telephone."""

    held_on = forms.DateField(
        label=_("举行日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("请填写举行日期。"),
            "invalid": _("请写成日期，例如 2026-11-23。"),
        },
    )
    note = forms.CharField(
        label=_("举行情况"),
        max_length=200,
        error_messages={"required": _("请写一句举行情况，例如「全员到位」。")},
    )


class UploadForm(forms.Form):
    """A scenario as a file, or typed."""

    name = forms.CharField(
        label=_("文件名"),
        max_length=60,
        required=False,
        help_text=_("字母、数字和连字符，例如 pay-outage。上传文件时可不填。"),
    )
    file = forms.FileField(
        label=_("剧本文件"), required=False, help_text=_("YAML 文本，UTF-8，最多 20 万字。")
    )
    text = forms.CharField(
        label=_("或者在这里写"),
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file = said.get("file")
        if file is not None:
            if file.size > 800_000:
                self.add_error("file", _("文件太大，剧本最多 20 万字。"))
                return said
            try:
                said["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("文件不是 UTF-8 文本，请另存为 UTF-8。"))
                return said
            said["name"] = said.get("name") or file.name.rpartition("/")[2]
        if not (said.get("text") or "").strip() and not self.errors:
            self.add_error("text", _("请选择文件，或者在这里写剧本。"))
        return said
