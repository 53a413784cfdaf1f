"""Fields of duty forms: a moment on the hospital's clock, a colleague, a shift."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Duty, Person
from teams.wording import span_words

MOMENT = "%Y-%m-%dT%H:%M"
_YEARS = range(2000, 2200)


class MomentField(forms.DateTimeField):
    """A moment, in the hospital's time, in years that a calendar has."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(
            label=label,
            input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
            error_messages={
                "required": gettext_lazy("请填写日期和时间。"),
                "invalid": gettext_lazy("请写成日期和时间，例如 2026-11-23 10:45。"),
            },
            **options,
        )

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and moment.year not in _YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class PersonField(forms.TypedChoiceField):
    """One of some people, in named groups; its value is the person."""

    def __init__(self, label: Any, **options: Any) -> None:
        self._people: dict[int, Person] = {}
        super().__init__(
            label=label,
            coerce=self._person,
            empty_value=None,
            error_messages={
                "required": gettext_lazy("请选择一位同事。"),
                "invalid_choice": gettext_lazy("请在名单里选择一位同事。"),
            },
            **options,
        )

    def offer(self, *groups: tuple[str, Iterable[Person]], empty: bool = True) -> None:
        """Who can be chosen. Nobody is offered twice: the first group that names them has them."""
        # A choice field is copied for each form, but what it calls is not.
        self._people = {}
        self.coerce = self._person
        choices: list[tuple[Any, Any]] = [("", _("请选择"))] if empty else []
        for name, people in groups:
            offered = [person for person in people if person.pk not in self._people]
            self._people |= {person.pk: person for person in offered}
            if offered:
                named = [(person.pk, _named(person)) for person in offered]
                choices += [(name, named)] if name else named
        self.choices = choices

    def _person(self, value: Any) -> Person:
        return self._people[int(value)]


class ShiftField(forms.TypedChoiceField):
    """One of some duties; its value is the duty."""

    def __init__(self, label: Any, **options: Any) -> None:
        self._duties: dict[int, Duty] = {}
        super().__init__(
            label=label,
            coerce=self._duty,
            empty_value=None,
            error_messages={
                "required": gettext_lazy("请选择一个班。"),
                "invalid_choice": gettext_lazy("这个班刚刚有变动，请重新选择。"),
            },
            **options,
        )

    def offer(self, duties: Sequence[Duty], *, with_names: bool) -> None:
        self._duties = {duty.pk: duty for duty in duties}
        self.coerce = self._duty
        named = [(duty.pk, shift_words(duty, with_name=with_names)) for duty in duties]
        self.choices = [("", _("请选择")), *named]

    def _duty(self, value: Any) -> Duty:
        return self._duties[int(value)]


def shift_words(duty: Duty, *, with_name: bool) -> str:
    """A duty in one line: 「11-23 20:00–11-24 08:00 夜班 张工」."""
    parts = [span_words(duty.starts_at, duty.ends_at), duty.roster.name, duty.shift]
    return " ".join(part for part in [*parts, str(duty.person) if with_name else ""] if part)


def next_midnight(days: int = 1) -> datetime.datetime:
    """The beginning of a day to come, on the hospital's clock."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _named(person: Person) -> str:
    return f"{person}（{person.duty}）" if person.duty else str(person)
