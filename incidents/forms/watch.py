"""The filters of the dashboard."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models.state import OPEN, State
from plans.models import LEVELS
from teams.models import Department, Service

Choices = tuple[tuple[Any, Any], ...]


def _departments() -> Choices:
    names = Department.objects.filter(is_active=True).values_list("pk", "name")
    return (("", _("全部科室")), *names)


def _services() -> Choices:
    return (("", _("全部业务")), *Service.objects.values_list("pk", "name"))


class WatchForm(forms.Form):
    """Filters of the dashboard, by GET. Nonsense in the address filters nothing."""

    q = forms.CharField(
        label=_("搜索"),
        required=False,
        max_length=60,
        widget=forms.SearchInput(attrs={"placeholder": _("编号、标题、地点"), "data-search": ""}),
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), *((state.value, state.label) for state in map(State, OPEN))],
    )
    level = forms.TypedChoiceField(
        label=_("级别"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("全部级别")),
            *((level, f"{numeral}级") for level, numeral in LEVELS),
        ],
    )
    # Keys are all that a filter needs; a form's field of models builds each row, by a cursor.
    department = forms.TypedChoiceField(
        label=_("科室"), required=False, coerce=int, empty_value=None, choices=_departments
    )
    service = forms.TypedChoiceField(
        label=_("业务"), required=False, coerce=int, empty_value=None, choices=_services
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "control"

    @property
    def wanted(self) -> dict[str, Any]:
        """The filters that are set and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def filters(self) -> "Filters":
        """The form as it is drawn."""
        chosen = tuple((name, str(self[name].value() or "")) for name in self.fields)
        return Filters(chosen, _departments(), _services())


@dataclass(frozen=True)
class Filters:
    """What was chosen from what, for incidents/_filters.html: most pages show the same."""

    chosen: tuple[tuple[str, str], ...]
    departments: Choices
    services: Choices

    def shown(self) -> dict[str, Any]:
        form = WatchForm(dict(self.chosen))
        form.fields["department"].choices = self.departments  # type: ignore[attr-defined]
        form.fields["service"].choices = self.services  # type: ignore[attr-defined]
        return {"form": form, "is_set": any(value for _name, value in self.chosen)}
