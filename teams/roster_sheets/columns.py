"""The columns of both sheets, and people in a cell."""

import re
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.layer_words import WEEKDAYS
from teams.models import Layer, Person, Role
from teams.sheets import Column, choice, clock, day, decimal, text, whole
from teams.sheets.cells import in_every_language, said

CALENDAR, RULES = "calendar", "rules"
TITLES = {CALENDAR: gettext_lazy("排班日历"), RULES: gettext_lazy("排班规则")}
_NAME = gettext_lazy("例如「夜班」。")
_BETWEEN = re.compile(r"[、,，;；\n]+")


class People:
    """Everybody who may serve, by name and by account; a name that two people have is no name."""

    def __init__(self) -> None:
        found = Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])
        self._people = list(found.order_by("pk").only("pk", "name", "username"))
        names = Counter(person.name for person in self._people)
        self._shared = {name for name, count in names.items() if count > 1}
        self._keys = {
            person.name: person.pk for person in self._people if person.name not in self._shared
        }
        self._keys |= {person.username: person.pk for person in self._people}
        self._names = {
            person.pk: person.username if person.name in self._shared else person.name
            for person in self._people
        }

    def __iter__(self) -> Any:
        return iter(self._people)

    def name(self, pk: int) -> str:
        """How a cell calls this person; empty for somebody who has left."""
        return self._names.get(pk, "")

    def read(self, value: Any) -> tuple[int, ...]:
        """The people whom a cell names, in its order. ValueError says which of them is unknown."""
        keys = []
        for name in filter(None, (part.strip() for part in _BETWEEN.split(said(value)))):
            if name in self._shared:
                raise ValueError(_("有几个人叫「%(name)s」，请写用户名。") % {"name": name[:40]})
            if name not in self._keys:
                raise ValueError(
                    _("没有「%(name)s」这个人，或账号已停用。请写姓名或用户名。")
                    % {"name": name[:40]}
                )
            keys.append(self._keys[name])
        if not keys:
            raise ValueError(_("请填写。"))
        return tuple(keys)


def calendar_columns(people: People) -> list[Column]:
    """One row for each shift of a day."""
    return [
        Column("date", gettext_lazy("日期"), day, hint=gettext_lazy("班开始的那一天。"), width=12),
        Column(
            "shift", gettext_lazy("班次"), text(20), hint=gettext_lazy("例如「夜班」。"), width=12
        ),
        Column("begins", gettext_lazy("上班"), clock, hint=gettext_lazy("例如 20:00。"), width=9),
        Column(
            "ends",
            gettext_lazy("下班"),
            clock,
            hint=gettext_lazy("例如 08:00；不晚于上班就是第二天。"),
            width=9,
        ),
        Column(
            "people",
            gettext_lazy("人员"),
            people.read,
            hint=gettext_lazy("姓名或用户名；同时几个人用顿号隔开，或一人一行。"),
            width=24,
        ),
        Column(
            "hours",
            gettext_lazy("时长(小时)"),
            decimal,
            required=False,
            hint=gettext_lazy("只有超过 24 小时的班要填。"),
            width=12,
        ),
        Column(
            "remark",
            gettext_lazy("备注"),
            text(200),
            required=False,
            hint=gettext_lazy("导入时不看这一列。"),
            width=24,
        ),
    ]


def rules_columns(people: People) -> list[Column]:
    """One row for each recurring shift."""
    return [
        Column(
            "name", gettext_lazy("班次"), text(20), hint=gettext_lazy("例如「夜班」。"), width=12
        ),
        Column(
            "position",
            gettext_lazy("优先级"),
            whole(1, 1000),
            hint=gettext_lazy("同一时刻只有优先级最高的班算数；节假日的班写 2，压过平日的 1。"),
            width=9,
        ),
        Column("kind", gettext_lazy("排法"), choice(_words(Layer.Kind)), width=9),
        Column("starts_on", gettext_lazy("从哪天起"), day, width=12),
        Column("ends_on", gettext_lazy("到哪天止"), day, required=False, width=12),
        Column(
            "days",
            gettext_lazy("哪些天"),
            read_days,
            hint=gettext_lazy("每天、工作日、休息日、节假日，或「周一、周三」这样写。"),
            width=18,
        ),
        Column("begins", gettext_lazy("几点上班"), clock, width=10),
        Column("hours", gettext_lazy("时长(小时)"), decimal, width=12),
        Column("turn", gettext_lazy("轮换单位"), choice(_words(Layer.Turn)), width=10),
        Column("turn_every", gettext_lazy("每几个单位轮换"), whole(1, 1000), width=16),
        Column("at_once", gettext_lazy("同时几人"), whole(1, 100), width=10),
        Column(
            "people",
            gettext_lazy("轮班人员"),
            people.read,
            hint=gettext_lazy("按轮到的次序，用顿号隔开；同一个人可以出现几次。"),
            width=40,
        ),
    ]


def _words(choices: Any) -> dict[Any, str]:
    return {member.label: member.value for member in choices}


# Short words beside the full labels.
_DAYS = {
    gettext_lazy("每天"): Layer.Days.EVERY,
    gettext_lazy("工作日"): Layer.Days.WORKDAY,
    gettext_lazy("休息日"): Layer.Days.RESTDAY,
    gettext_lazy("节假日"): Layer.Days.HOLIDAY,
}


def read_days(value: Any) -> tuple[str, int]:
    """On which days: `(days, weekdays)` as `LayerRules` has them."""
    told = said(value)
    for words, days in [*_DAYS.items(), *_words(Layer.Days).items()]:
        if days != Layer.Days.WEEKDAYS and told in in_every_language(words):
            return str(days), 0
    bits = {words: 1 << bit for bit, name in WEEKDAYS for words in in_every_language(name)}
    weekdays = 0
    for part in filter(None, (part.strip() for part in _BETWEEN.split(told))):
        if part not in bits:
            raise ValueError(
                _("请写每天、工作日、休息日、节假日，或用顿号隔开的星期，例如「周一、周三」。")
            )
        weekdays |= bits[part]
    return str(Layer.Days.WEEKDAYS), weekdays


def days_cell(days: str, weekdays: int) -> str:
    """What `read_days` understands."""
    if days == Layer.Days.WEEKDAYS:
        return "、".join(str(name) for bit, name in WEEKDAYS if weekdays >> bit & 1)
    return next(str(words) for words, meaning in _DAYS.items() if meaning == days)
