"""Which time and which posts the workload is asked of."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from teams.models import ResponseGroup, Roster

# More than a year and its holidays is nobody's fairness.
LONGEST = 400
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """The days, both included, and the group or roster whose duty counts (None: all)."""

    first: datetime.date
    last: datetime.date
    group: ResponseGroup | None = None
    roster: Roster | None = None


class WorkloadForm(forms.Form):
    """What means nothing is the present month; nothing here writes."""

    PERIODS = [
        ("month", _("这个月")),
        ("last_month", _("上个月")),
        ("quarter", _("近 91 天")),
        ("year", _("近一年")),
        ("next", _("下个月")),
        ("span", _("自选日期")),
    ]

    period = forms.ChoiceField(label=_("时间"), choices=PERIODS, required=False)
    first = forms.DateField(
        label=_("从哪天"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("到哪天"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    group = forms.ModelChoiceField(
        ResponseGroup.objects.none(), label=_("小组"), required=False, empty_label=_("所有小组")
    )
    roster = forms.ModelChoiceField(
        Roster.objects.none(), label=_("值班表"), required=False, empty_label=_("所有值班表")
    )

    def __init__(self, data: Any, *, groups: Any, rosters: Any) -> None:
        super().__init__(data)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["roster"].queryset = rosters  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("period") != "span":
            return said
        first, last = said.get("first"), said.get("last")
        if first is None or last is None:
            self.add_error("first" if first is None else "last", _now("请填写两个日期。"))
        elif last < first:
            self.add_error("last", _now("结束日期早于开始日期。"))
        elif (last - first).days >= LONGEST or not 2000 <= first.year < 2200:
            self.add_error("last", _now("最长 %(days)s 天。") % {"days": LONGEST})
        return said

    def asked(self) -> Asked:
        """What is asked; with a wrong date the present month."""
        self.is_valid()
        said = self.cleaned_data
        period = "" if self.errors else said.get("period", "")
        return Asked(*self._days(period), group=said.get("group"), roster=said.get("roster"))

    def _days(self, period: str) -> tuple[datetime.date, datetime.date]:
        today = timezone.localdate()
        begins = today.replace(day=1)
        match period:
            case "last_month":
                ended = begins - _DAY
                return ended.replace(day=1), ended
            case "quarter":
                return today - 90 * _DAY, today
            case "year":
                return today - 364 * _DAY, today
            case "next":
                coming = _after(begins)
                return coming, _after(coming) - _DAY
            case "span":
                return self.cleaned_data["first"], self.cleaned_data["last"]
            case _:
                return begins, _after(begins) - _DAY


def _after(month: datetime.date) -> datetime.date:
    """The first day of the month after this first day."""
    return (month + 31 * _DAY).replace(day=1)
