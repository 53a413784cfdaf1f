"""Which incidents the figures are asked of."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from journal.moments import within_memory_day
from plans.models import FaultType, Grade
from reviews.models import Step
from teams.models import Department

_DAY = datetime.timedelta(days=1)
EARLIEST = datetime.date(2000, 1, 1)
# Asked of nothing narrower, so many days back from today.
AS_A_RULE = 365


@dataclass(frozen=True)
class Asked:
    """The days of the reports, both included, and what narrows them; None or "": all of it.

    `step` is what is drawn and broken down; it does not choose incidents.
    """

    first: datetime.date
    last: datetime.date
    level: int | None = None
    fault_type: str = ""
    department: int | None = None
    in_office_hours: bool | None = None
    step: str = str(Step.CONFIRM)


class FiguresForm(forms.Form):
    """The choice above the figures. What means nothing is the last twelve months."""

    PERIODS = [
        ("year", _("近 12 个月")),
        ("month", _("近 30 天")),
        ("quarter", _("近 91 天")),
        ("calendar", _("今年")),
        ("all", _("全部")),
        ("span", _("自选日期")),
    ]
    HOURS = [("", _("不限")), ("office", _("上班时间")), ("off", _("夜间和休息日"))]

    period = forms.ChoiceField(label=_("时间"), choices=PERIODS, required=False)
    first = forms.DateField(
        label=_("从哪天"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[within_memory_day],
    )
    last = forms.DateField(
        label=_("到哪天"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[within_memory_day],
    )
    grade = forms.ChoiceField(label=_("级别"), required=False)
    fault_type = forms.ChoiceField(
        label=_("故障类型"), choices=[("", _("不限")), *FaultType.choices], required=False
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("受影响科室"), required=False, empty_label=_("不限")
    )
    hours = forms.ChoiceField(label=_("时段"), choices=HOURS, required=False)
    step = forms.ChoiceField(label=_("看哪一步"), choices=Step.choices, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        levels = [(str(level), Grade(level=level).numeral) for level in (1, 2, 3, 4)]
        self.fields["grade"].choices = [("", _("不限")), *levels]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("period") != "span":
            return said
        first, last = said.get("first"), said.get("last")
        if first is None or last is None:
            if not self.errors:
                self.add_error("first" if first is None else "last", _now("请填写两个日期。"))
        elif last < first:
            self.add_error("last", _now("结束日期早于开始日期。"))
        return said

    def asked(self) -> Asked:
        """What is asked; what is wrong counts as not asked, and its error stands at the field."""
        self.is_valid()
        said = self.cleaned_data
        first, last = self._days("" if self.errors else said.get("period", ""))
        return Asked(
            first,
            last,
            level=int(said["grade"]) if said.get("grade") else None,
            fault_type=said.get("fault_type", ""),
            department=said["department"].pk if said.get("department") else None,
            in_office_hours={"office": True, "off": False}.get(said.get("hours", "")),
            step=said.get("step") or str(Step.CONFIRM),
        )

    def _days(self, period: str) -> tuple[datetime.date, datetime.date]:
        today = timezone.localdate()
        match period:
            case "month":
                return today - 29 * _DAY, today
            case "quarter":
                return today - 90 * _DAY, today
            case "calendar":
                return today.replace(month=1, day=1), today
            case "all":
                return EARLIEST, today
            case "span":
                return self.cleaned_data["first"], self.cleaned_data["last"]
            case _:
                return today_and_before()


def today_and_before() -> tuple[datetime.date, datetime.date]:
    """The days of what is meant as a rule, both included."""
    today = timezone.localdate()
    return today - (AS_A_RULE - 1) * _DAY, today
