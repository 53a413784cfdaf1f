"""The form of a course."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.training.covering import staff
from drills.training.models import Course
from teams.forms.asking import SeenForm
from teams.models import Department, ResponseGroup, Role


class CourseForm(SeenForm):
    name = forms.CharField(
        label=_("课程名称"), max_length=80, error_messages={"required": _("请填写课程名称。")}
    )
    about = forms.CharField(
        label=_("讲什么"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    given_by = forms.CharField(
        label=_("由谁授课"),
        max_length=60,
        required=False,
        help_text=_("例如「信息技术部」或外请的单位。"),
    )
    keeper = forms.ModelChoiceField(
        staff().order_by("name", "pk"), label=_("负责人"), required=False, empty_label=_("未指定")
    )
    for_everybody = forms.BooleanField(label=_("全员必修"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("这些角色必修"),
        choices=[each for each in Role.choices if each[0] != Role.AUDITOR],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.filter(is_active=True),
        label=_("这些科室必修"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    groups = forms.ModelMultipleChoiceField(
        ResponseGroup.objects.in_use(),
        label=_("这些小组必修"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_months = forms.IntegerField(
        label=_("有效几个月"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("空着就一直有效。"),
    )
    remind_days = forms.IntegerField(
        label=_("到期前几天提醒"), min_value=1, max_value=365, initial=30
    )
    needs_quiz = forms.BooleanField(label=_("参加之后还要通过测验"), required=False)
    pass_percent = forms.IntegerField(
        label=_("答对百分之几通过"), min_value=1, max_value=100, initial=80
    )
    tries = forms.IntegerField(
        label=_("最多考几次"),
        min_value=1,
        max_value=20,
        initial=3,
        help_text=_("再参加一场培训后重新计数。"),
    )


def course_form(course: Course | None, data: Any = None) -> CourseForm:
    """The form of this course, filled with what it is; empty for a new one."""
    if course is None:
        return CourseForm(data)
    own = ("departments", "groups")
    initial: dict[str, Any] = {
        name: getattr(course, name) for name in CourseForm.base_fields if name not in own
    }
    for name in own:
        initial[name] = [each.pk for each in getattr(course, name).all()]
    return CourseForm(data, initial=initial)
