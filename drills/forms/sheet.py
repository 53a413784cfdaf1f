"""Forms of the evaluation: findings and the summary. The sheet itself has a row for each act."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from drills.models import Drill, Verdict
from journal.moments import within_memory_day
from reviews.models import ActionItem
from teams.forms.asking import SeenForm
from teams.models import Department
from teams.requests import text_in


class FindingForm(forms.Form):
    """A problem and what is done about it."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    problem = forms.CharField(
        label=_("发现的问题"),
        max_length=300,
        error_messages={"required": _("请写明发现了什么问题。")},
    )
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=ActionItem.Kind.choices,
        initial=ActionItem.Kind.FIX,
        error_messages={"required": _("请选择整改类别。")},
    )
    measure = forms.CharField(
        label=_("整改措施"), max_length=300, error_messages={"required": _("请写明整改措施。")}
    )
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True),
        label=_("责任科室"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择责任科室。")},
    )
    due_on = forms.DateField(
        label=_("完成日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("请填写完成日期。"),
            "invalid": _("请写成日期，例如 2026-11-23。"),
        },
        validators=[within_memory_day],
    )


def finding_form(data: Any = None) -> FindingForm:
    return FindingForm(data, auto_id="finding-%s", initial={"client_uuid": uuid.uuid4()})


class SummaryForm(SeenForm):
    passed = forms.ModelMultipleChoiceField(
        ActionItem.objects.none(),
        label=_("通过了检验的整改项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("没有勾选的记为没有通过。"),
    )
    summary = forms.CharField(
        label=_("评估小结"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写一段评估小结。")},
    )

    def __init__(self, drill: Drill, data: Any = None) -> None:
        super().__init__(data, initial={"version": drill.version}, auto_id="summary-%s")
        tried = ActionItem.objects.filter(trials__drill=drill)
        if tried:
            self.fields["passed"].queryset = tried  # type: ignore[attr-defined]
        else:
            del self.fields["passed"]


def marks_in(given: QueryDict, acts: list[int]) -> dict[int, tuple[str, str]]:
    """The marks of a sheet: `{act: (mark, explanation)}`; acts without a mark are left out."""
    found = {}
    for key in acts:
        mark = given.get(f"mark_{key}", "")
        if mark in Verdict.Mark.values:
            found[key] = (mark, text_in(given, f"why_{key}")[:300])
    return found
