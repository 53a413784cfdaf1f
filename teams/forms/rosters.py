"""Forms of a roster's rules: the roster's own facts, and its recurring shifts."""

import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.forms.crew import CrewField
from teams.forms.moments import MomentField
from teams.forms.requests import WeighedForm
from teams.layer_words import WEEKDAYS
from teams.models import Layer, Person, ResponseGroup
from teams.rules import LayerRules, RosterRules

_DAY = datetime.timedelta(days=1)
_DATES = {"invalid": gettext_lazy("请写成日期，例如 2026-11-23。")}


def _date(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DATES | {"required": gettext_lazy("请填写日期。")},
        **options,
    )


def _clock(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("请填写时间。"),
            "invalid": gettext_lazy("请写成时间，例如 08:00。"),
        },
        **options,
    )


class RosterForm(WeighedForm):
    """What a roster is, besides its shifts."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=40,
        error_messages={"required": gettext_lazy("请写值班表的名称。")},
    )
    position = forms.IntegerField(
        label=gettext_lazy("第几线"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=gettext_lazy("一线先叫，叫不到再叫二线。"),
    )
    round_the_clock = forms.BooleanField(
        label=gettext_lazy("全天有人"),
        required=False,
        initial=True,
        help_text=gettext_lazy("选了以后，任何时候没人都算缺人。"),
    )
    stands_in_for_leadership = forms.BooleanField(
        label=gettext_lazy("非工作时间代行领导职责"), required=False
    )
    minimum_rest_hours = forms.IntegerField(
        label=gettext_lazy("两班之间至少休息几小时"), min_value=0, max_value=72, initial=0
    )
    remind_minutes = forms.IntegerField(
        label=gettext_lazy("上班前几分钟提醒"),
        min_value=1,
        max_value=2880,
        initial=60,
        required=False,
        help_text=gettext_lazy("空着就不提醒。"),
    )
    handover_minutes = forms.IntegerField(
        label=gettext_lazy("接班后几分钟内确认交接"),
        min_value=1,
        max_value=1440,
        initial=30,
        required=False,
        help_text=gettext_lazy("空着就不办交接班。"),
    )
    is_active = forms.BooleanField(label=gettext_lazy("在用"), required=False, initial=True)

    def rules(self, before: RosterRules | None = None) -> RosterRules:
        """The roster's rules with these facts; layers as they were."""
        facts = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in RosterRules.__dataclass_fields__
        }
        return before.changed(**facts) if before is not None else RosterRules(**facts)


class NewRosterForm(RosterForm):
    """A roster of a group that is in use."""

    version = None  # type: ignore[assignment]  # nothing there yet that others could change
    is_active = None  # type: ignore[assignment]  # whoever makes one wants it
    group = forms.ModelChoiceField(
        ResponseGroup.objects.filter(is_active=True),
        label=gettext_lazy("小组"),
        empty_label=gettext_lazy("请选择"),
        error_messages={"required": gettext_lazy("请选择小组。")},
    )
    field_order = ["name", "group", "position"]


class LayerForm(WeighedForm):
    """One recurring shift. `seen` is its name as it was when the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=gettext_lazy("班次名称"),
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("例如：白班、夜班")}),
        error_messages={"required": gettext_lazy("请写班次名称，例如「夜班」。")},
    )
    begins = _clock(gettext_lazy("几点上班"))
    ends = _clock(gettext_lazy("几点下班"))
    ends_after = forms.TypedChoiceField(
        label=gettext_lazy("下班在哪一天"),
        coerce=int,
        choices=[
            (0, gettext_lazy("当天")),
            (1, gettext_lazy("次日")),
            *((day - 1, format_lazy(gettext_lazy("第 {day} 天"), day=day)) for day in range(3, 9)),
        ],
        help_text=gettext_lazy("夜班选「次日」；整天的班上下班时间一样，也选「次日」。"),
    )
    days = forms.ChoiceField(
        label=gettext_lazy("哪些天有这个班"),
        choices=Layer.Days.choices,
        widget=forms.RadioSelect,
        initial=Layer.Days.EVERY,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("星期几"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("只在上面选了「指定星期」时填。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("怎么排人"),
        choices=Layer.Kind.choices,
        widget=forms.RadioSelect,
        initial=Layer.Kind.ROTATION,
        help_text=gettext_lazy("「固定」是名单里的人每次都上；「轮班」是按名单轮流。"),
    )
    people = CrewField(label=gettext_lazy("名单"))
    at_once = forms.IntegerField(
        label=gettext_lazy("轮班时同时几人"), min_value=1, max_value=200, initial=1
    )
    turn_every = forms.IntegerField(
        label=gettext_lazy("每几个轮换一次"), min_value=1, max_value=366, initial=1
    )
    turn = forms.ChoiceField(
        label=gettext_lazy("按什么轮换"),
        choices=Layer.Turn.choices,
        widget=forms.RadioSelect,
        initial=Layer.Turn.DAY,
        help_text=gettext_lazy("「每 2 周」就填 2，选「周」。"),
    )
    starts_on = _date(
        gettext_lazy("从哪天起"), help_text=gettext_lazy("名单第一个人从这一天开始轮。")
    )
    ends_on = _date(
        gettext_lazy("到哪天止"), required=False, help_text=gettext_lazy("空着就一直排下去。")
    )
    position = forms.IntegerField(
        label=gettext_lazy("优先级"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=gettext_lazy("平时的班填 1。节假日班填 2，那天就只上节假日班。"),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if {"begins", "ends", "ends_after"} <= set(said):
            said["minutes"] = minutes = _minutes(said["begins"], said["ends"], said["ends_after"])
            if minutes <= 0:
                self.add_error("ends", _("下班要晚于上班；过了午夜的班，下班在「次日」。"))
            elif minutes > 7 * 24 * 60:
                self.add_error("ends_after", _("一个班最长 7 天。"))
        first, last = said.get("starts_on"), said.get("ends_on")
        if first is not None and last is not None and last < first:
            self.add_error("ends_on", _("结束日期早于开始日期。"))
        for name in ("starts_on", "ends_on"):
            date = said.get(name)
            if date is not None and not 2000 <= date.year < 2200:
                self.add_error(name, _DATES["invalid"])
        wants_weekdays = said.get("days") == Layer.Days.WEEKDAYS and not said.get("weekdays")
        if wants_weekdays and "weekdays" not in self.errors:
            self.add_error("weekdays", _("请选择星期几。"))
        return said

    def layer(self) -> LayerRules:
        said = self.cleaned_data
        is_by_weekday = said["days"] == Layer.Days.WEEKDAYS
        return LayerRules(
            weekdays=sum(1 << day for day in said["weekdays"]) if is_by_weekday else 0,
            people=tuple(person.pk for person in said["people"]),
            **{
                name: said[name]
                for name in (
                    *("name", "begins", "minutes", "days", "kind", "at_once", "turn"),
                    *("turn_every", "starts_on", "ends_on", "position"),
                )
            },
        )


def seen_layer(layer: LayerRules, people: dict[int, Person]) -> dict[str, Any]:
    """What the form of this layer is filled with."""
    begins = datetime.datetime.combine(layer.starts_on, layer.begins)
    ends = begins + datetime.timedelta(minutes=layer.minutes)
    same = ("name", "begins", "days", "kind", "at_once", "turn", "turn_every", "position")
    return {name: getattr(layer, name) for name in (*same, "starts_on", "ends_on")} | {
        "seen": layer.name,
        "ends": ends.time(),
        "ends_after": (ends.date() - begins.date()).days,
        "weekdays": [day for day, _words in WEEKDAYS if layer.weekdays >> day & 1],
        "people": [people[pk] for pk in layer.people if pk in people],
    }


def _minutes(begins: datetime.time, ends: datetime.time, days: int) -> int:
    day = datetime.date(2000, 1, 1)
    length = datetime.datetime.combine(day + days * _DAY, ends) - datetime.datetime.combine(
        day, begins
    )
    return int(length.total_seconds() // 60)


class ReplacementForm(WeighedForm):
    """Who serves for a time instead of whatever the rota says."""

    version = None  # type: ignore[assignment]  # nothing there yet that others could change
    people = CrewField(
        label=gettext_lazy("由谁值班"),
        help_text=gettext_lazy("一行一个人；他们同时值班，这段时间原来的班都不上。"),
    )
    starts_at = MomentField(gettext_lazy("从"))
    ends_at = MomentField(gettext_lazy("到"))
    reason = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("例如：机房搬迁")}),
        error_messages={"required": gettext_lazy("请写一句事由，例如「年休假」。")},
    )
    field_order = ["people", "starts_at", "ends_at", "reason"]
