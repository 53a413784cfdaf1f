"""Forms of the cause tree and of the evaluation by department."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews import concerned
from reviews.learned import tree
from reviews.models import Cause, Review, Score
from teams.models import Department


class _WhyForm(forms.Form):
    """An answer to «why?». A new one overwrites nothing of others, so it carries no version."""

    text = forms.CharField(
        label=_("因为"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。")},
    )
    evidence = forms.CharField(
        label=_("依据"),
        max_length=300,
        required=False,
        help_text=_("日志、截图、配置、谁说的。没有就空着。"),
    )
    is_root = forms.BooleanField(label=_("这是根本原因，不再往下追问"), required=False)
    kind = forms.ChoiceField(
        label=_("根本原因的类别"), choices=[("", _("不选")), *Cause.choices], required=False
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        self.review = review
        super().__init__(*args, **options)


class AddWhyForm(_WhyForm):
    parent = forms.TypedChoiceField(
        label=_("为什么会"), coerce=int, required=False, empty_value=None
    )
    field_order = ("parent",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        answers = [
            (branch.why.pk, f"{branch.number} {branch.why.text[:60]}")
            for branch in tree(self.review)
        ]
        self.fields["parent"].choices = [  # type: ignore[attr-defined]
            ("", _("发生这次故障")),
            *answers,
        ]


class ChangeWhyForm(_WhyForm):
    """Other words for an answer that is there: with the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("version", self.review.version)


class RemoveWhyForm(forms.Form):
    why = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)


class EvaluateForm(forms.Form):
    """How a department did, in one's own name."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("科室"), empty_label=_("请选择")
    )
    cooperation = forms.TypedChoiceField(
        label=_("配合"), coerce=int, choices=Score.choices, widget=forms.RadioSelect
    )
    speed = forms.TypedChoiceField(
        label=_("响应"), coerce=int, choices=Score.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("评「很差」或「较差」时必须写。写事情，不写责怪人的话。"),
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)
        departments = concerned.departments(review.incident)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
