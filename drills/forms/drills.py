"""Forms of one drill: what it is, who plays, and what is said while it runs."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from drills import library, scripting
from drills.models import Drill, PlannedDrill
from drills.reading import sound
from incidents.models.drill import FASTEST
from reviews.models import ActionItem
from teams.forms.asking import SeenForm
from teams.forms.moments import MomentField
from teams.models import Person, Role


def _people(label: Any, words: Any, *, required: bool) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=label,
        required=required,
        help_text=words,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        error_messages={"required": _("至少选一位。")},
    )


def _who_acts() -> QuerySet[Person]:
    people = Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])
    return people.order_by("name")


class DrillForm(SeenForm):
    """Until it begins: name, speed, day, who controls and who evaluates."""

    name = forms.CharField(
        label=_("名称"), max_length=80, error_messages={"required": _("请填写演练名称。")}
    )
    speed = forms.IntegerField(
        label=_("倍速"),
        min_value=1,
        max_value=FASTEST,
        initial=1,
        help_text=_("1 是真实时间；12 是把两小时演成十分钟。期限、升级呼叫和信息都按这个倍速走。"),
    )
    held_at = MomentField(_("预定时间"), required=False)
    controllers = _people(_("导调"), _("掌握剧本、给出信息的人。按住 Ctrl 可多选。"), required=True)
    evaluators = _people(
        _("评估人"),
        _("填评估表的人，可以不止一位；不要同时参演。开始之前至少选一位。"),
        required=False,
    )

    tries = forms.ModelMultipleChoiceField(
        ActionItem.objects.none(),
        label=_("检验哪些整改项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("修订预案的整改项，演练通过以后才能办结。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        waiting = ActionItem.objects.open().filter(kind=ActionItem.Kind.PLAN)
        if waiting:
            self.fields["tries"].queryset = waiting  # type: ignore[attr-defined]
        else:
            del self.fields["tries"]
        for name in ("controllers", "evaluators"):
            self.fields[name].queryset = _who_acts()  # type: ignore[attr-defined]


class NewDrillForm(DrillForm):
    version = None  # type: ignore[assignment]  # nobody can have changed it yet
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("形式"),
        choices=Drill.Kind.choices,
        initial=Drill.Kind.FUNCTIONAL,
        widget=forms.RadioSelect,
        help_text=_("功能演练在系统里真做，处处带【演练】；桌面推演围桌回答，由导调手记。"),
        error_messages={"required": _("请选择演练形式。")},
    )
    scenario = forms.ChoiceField(label=_("剧本"), error_messages={"required": _("请选择剧本。")})
    planned = forms.ModelChoiceField(
        PlannedDrill.objects.none(),
        label=_("属于年度计划的"),
        required=False,
        empty_label=_("计划外"),
    )
    field_order = ["name", "kind", "scenario", "speed", "planned", "held_at"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scenario"].choices = library.choices()  # type: ignore[attr-defined]
        waiting = PlannedDrill.objects.open().exclude(type=PlannedDrill.Type.CALL_DOWN)
        self.fields["planned"].queryset = waiting  # type: ignore[attr-defined]


def new_form(person: Person, planned: PlannedDrill | None, data: Any = None) -> NewDrillForm:
    initial: dict[str, Any] = {"client_uuid": uuid.uuid4(), "controllers": [person.pk]}
    if planned is not None:
        kinds = Drill.Kind.values
        initial |= {
            "name": planned.name,
            "planned": planned.pk,
            "scenario": planned.scenario,
            "kind": planned.type if planned.type in kinds else Drill.Kind.FUNCTIONAL,
        }
    return NewDrillForm(data, initial=initial)


def change_form(drill: Drill, data: Any = None) -> DrillForm:
    seats = list(drill.seats.values_list("part", "person_id"))
    initial = {
        "version": drill.version,
        "name": drill.name,
        "speed": drill.speed,
        "held_at": drill.held_at,
        "controllers": [person for part, person in seats if part == "controller"],
        "evaluators": [person for part, person in seats if part == "evaluator"],
        "tries": [trial.action_id for trial in drill.trials.all()],
    }
    return DrillForm(data, initial=initial)


class EvaluatorsForm(SeenForm):
    """Who evaluates from now on."""

    evaluators = _people(
        _("评估人"),
        _("填评估表的人，可以不止一位。不再担任的人，填过的不再计入。"),
        required=True,
    )

    def __init__(self, drill: Drill, data: Any = None) -> None:
        initial = {"version": drill.version, "evaluators": [each.pk for each in drill.evaluators()]}
        super().__init__(data, initial=initial)
        self.fields["evaluators"].queryset = _who_acts()  # type: ignore[attr-defined]


class CastForm(SeenForm):
    """A field for each role of the scenario: who plays it."""

    def __init__(self, drill: Drill, data: Any = None) -> None:
        self.roles = scripting.roles_of(sound(drill.scenario_text))
        now = {seat.role: seat.person_id for seat in drill.seats.filter(part="player")}
        initial: dict[str, Any] = {
            f"role_{number}": now.get(role) for number, role in enumerate(self.roles)
        }
        super().__init__(data, initial=initial | {"version": drill.version})
        people = _who_acts().select_related("department").order_by("department__position", "name")
        offered = [("", _("无人扮演")), *((each.pk, _shown(each)) for each in people)]
        for number, role in enumerate(self.roles):
            self.fields[f"role_{number}"] = forms.TypedChoiceField(
                label=role, choices=offered, coerce=int, empty_value=None, required=False
            )

    def facts(self) -> dict[str, Any]:
        said = {
            role: self.cleaned_data[f"role_{number}"]
            for number, role in enumerate(self.roles)
            if self.cleaned_data[f"role_{number}"]
        }
        people = Person.objects.in_bulk(said.values())
        return {
            "version": self.cleaned_data["version"],
            "players": {role: people[key] for role, key in said.items()},
        }


def _shown(person: Person) -> str:
    return f"{person}（{person.duty or person.department or '–'}）"


class WhyForm(SeenForm):
    """Pause, end, call off, skip: why."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        help_text=_("参加的人会看到。"),
        error_messages={"required": _("请写明原因。")},
    )


class BareForm(SeenForm):
    """Start and resume say nothing more."""


class ImproviseForm(forms.Form):
    """News that the scenario does not have."""

    role = forms.ChoiceField(label=_("告诉谁"), error_messages={"required": _("请选择角色。")})
    text = forms.CharField(
        label=_("现在发生什么"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明要告诉参演人员什么。")},
    )

    def __init__(self, drill: Drill, data: Any = None) -> None:
        super().__init__(data)
        seats = drill.seats.filter(part="player").select_related("person")
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (seat.role, f"{seat.role}（{seat.person}）") for seat in seats
        ]


class NoteForm(forms.Form):
    """What was seen of an expected act."""

    minute = forms.FloatField(
        label=_("第几分钟"),
        required=False,
        min_value=0,
        max_value=99_999,
        help_text=_("演练时间；空着就是现在。"),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    note = forms.CharField(label=_("回答或情况"), max_length=300, required=False)
