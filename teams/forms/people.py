"""Forms of people: finding them, what describes them, why their account is switched off."""

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from teams.forms.asking import SeenForm
from teams.models import Department, Person, Role

_BETWEEN = re.compile(r"[、,，;；\n]+")


class SkillsField(forms.CharField):
    """Skills in one line, between 、 or commas."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [skill.strip() for skill in _BETWEEN.split(value or "") if skill.strip()]

    def validate(self, value: Any) -> None:
        return

    def run_validators(self, value: Any) -> None:
        if any(len(skill) > 30 for skill in value):
            raise forms.ValidationError(_("每项技能最多 30 个字。"))


class PersonForm(SeenForm):
    """What describes a person and what they may do."""

    name = forms.CharField(
        label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名。")}
    )
    duty = forms.CharField(label=_("职务"), max_length=60, required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("科室"), required=False, empty_label=_("请选择")
    )
    phone = forms.CharField(
        label=_("科室内线"),
        max_length=20,
        required=False,
        help_text=_("人人看得到；个人号码由本人在「我的联系方式」里填。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("角色决定能看哪些页、能办哪些事。审计员只能查看，兼任别的角色也不能更改。"),
    )
    skills = SkillsField(
        label=_("技能"), required=False, max_length=400, help_text=_("用顿号隔开，例如：网络、布线")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Where the person works now stays a choice, even when the department is switched off.
        now = self.initial.get("department")
        departments = Department.objects.filter(Q(is_active=True) | Q(pk=now))
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class NewPersonForm(PersonForm):
    version = None  # type: ignore[assignment]  # nobody there yet whom others could change
    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        help_text=_("登录用，字母和数字，例如姓名的拼音。以后不改。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("请填写用户名。")},
    )
    field_order = ["username", "name", "duty", "department", "phone", "roles", "skills"]


def change_form(person: Person, data: Any = None) -> PersonForm:
    """The form that changes this person, filled with what they are."""
    described = ("version", "name", "duty", "phone", "roles", "skills")
    initial = {name: getattr(person, name) for name in described}
    return PersonForm(data, initial=initial | {"department": person.department_id})


class ReasonForm(SeenForm):
    """Why an account is switched off."""

    reason = forms.CharField(
        label=_("为什么停用"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": _("例如：调离、退休、账号被盗用")}),
        error_messages={"required": _("请写明为什么停用，例如「调离」。")},
    )


class FindForm(forms.Form):
    """Search and filters of the list; what means nothing filters nothing."""

    STATES = [("", _("在用")), ("off", _("已停用")), ("all", _("全部"))]

    q = forms.CharField(
        label=_("搜索"),
        required=False,
        max_length=60,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("姓名、职务、用户名或内线")}
        ),
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("科室"), required=False, empty_label=_("所有科室")
    )
    role = forms.ChoiceField(
        label=_("角色"), choices=[("", _("所有角色")), *Role.choices], required=False
    )
    skill = forms.CharField(
        label=_("技能"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"list": "skills"}),
    )
    state = forms.ChoiceField(label=_("账号"), choices=STATES, required=False)

    def found(self) -> QuerySet[Person]:
        """The people that are looked for, by department."""
        self.is_valid()
        said = self.cleaned_data
        people = Person.objects.select_related("department")
        state = said.get("state", "")
        if state != "all":
            people = people.filter(is_active=state != "off")
        if words := said.get("q"):
            people = people.filter(
                Q(name__icontains=words)
                | Q(duty__icontains=words)
                | Q(username__icontains=words)
                | Q(phone__icontains=words)
            )
        if said.get("department"):
            people = people.filter(department=said["department"])
        if said.get("role"):
            people = people.filter(roles__contains=[said["role"]])
        if said.get("skill"):
            people = people.filter(skills__contains=[said["skill"].strip()])
        return people.order_by("department__position", "department", "pk")
