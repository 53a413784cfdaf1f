"""Forms of action items: reported done, put off, handed over, proved, let pass."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.evidence import ACCEPT
from journal.moments import within_memory_day
from reviews import authority
from reviews.actions import ALL, STATES, Asked
from reviews.models import ActionItem
from teams.models import Department, Person


def _words(label: Any, sentence: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        error_messages={"required": sentence},
        widget=forms.Textarea(attrs={"rows": 2}),
        **options,
    )


def _file(**options: Any) -> forms.FileField:
    return forms.FileField(
        label=_("凭证文件"), widget=forms.FileInput(attrs={"accept": ACCEPT}), **options
    )


class ActionVerbForm(forms.Form):
    """What each of them carries: the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, action: ActionItem, by: Person, **options: Any) -> None:
        self.action, self.by = action, by
        super().__init__(*args, **options)
        self.initial.setdefault("version", action.version)


class FinishForm(ActionVerbForm):
    proof = _words(_("完成情况"), _("请写一句完成情况。"))
    file = _file(required=False, help_text=_("照片、工单、截图都可以；没有就空着。"))


class PostponeForm(ActionVerbForm):
    due_on = forms.DateField(
        label=_("新的完成日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写日期。"), "invalid": _("请写成日期。")},
        validators=[within_memory_day],
    )
    reason = _words(_("为什么改期"), _("请写明为什么改期。"))


class HandOverForm(ActionVerbForm):
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("责任科室"), empty_label=None
    )
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("责任人"), required=False, empty_label=_("由科室安排")
    )
    reason = _words(_("为什么换"), _("请写一句。"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.update(department=self.action.department_id, person=self.action.person_id)
        departments = Department.objects.filter(is_active=True)
        people = Person.objects.filter(is_active=True, department__isnull=False)
        if not authority.heads(self.action, self.by):
            departments = departments.filter(pk=self.action.department_id)
            people = people.filter(department=self.action.department_id)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["person"].queryset = people.select_related(  # type: ignore[attr-defined]
            "department"
        )


class AttachForm(forms.Form):
    file = _file(
        error_messages={
            "required": _("请选择一个文件。"),
            "empty": _("这个文件是空的。"),
            "invalid": _("没有收到文件，请重新选择。"),
        }
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, *args: Any, action: ActionItem, by: Person, **options: Any) -> None:
        super().__init__(*args, **options)


class WaiveForm(forms.Form):
    demand = forms.CharField(widget=forms.HiddenInput, max_length=8)
    reason = _words(_("为什么可以免去"), _("请写明为什么可以免去。"))

    def __init__(self, *args: Any, action: ActionItem, by: Person, **options: Any) -> None:
        super().__init__(*args, **options)


class ChooseForm(forms.Form):
    """Which items the list shows. What makes no sense is as if it were not asked."""

    state = forms.ChoiceField(label=_("状态"), choices=STATES, required=False)
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("", _("所有类别")), *ActionItem.Kind.choices],
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("责任科室"), required=False, empty_label=_("所有科室")
    )
    q = forms.CharField(label=_("搜索"), required=False, max_length=100)
    mine = forms.BooleanField(label=_("只看我的"), required=False)

    def asked(self) -> Asked:
        self.is_valid()
        said = self.cleaned_data
        department = said.get("department")
        return Asked(
            # Whoever searches for words searches everywhere, unless told otherwise.
            state=said.get("state") or (ALL if said.get("q") else Asked.state),
            kind=said.get("kind", ""),
            department=department.pk if department else None,
            words=said.get("q", ""),
            mine=bool(said.get("mine")),
        )
