"""Orders on one sheet: suggestions to tick, and empty rows to write one's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.suggestions import suggested_orders
from incidents.workflow.orders import NewOrder
from teams.models import Department, ResponseGroup

EMPTY_ROWS = 2


class Addressees:
    """Every department and response group, read once for all rows of a sheet."""

    def __init__(self) -> None:
        self.departments = list(Department.objects.filter(is_active=True))
        self.groups = list(ResponseGroup.objects.in_use())
        everybody: list[Department | ResponseGroup] = [*self.groups, *self.departments]
        self._by_key = {self.key(row): row for row in everybody}

    @staticmethod
    def key(row: Department | ResponseGroup) -> str:
        return f"{'department' if isinstance(row, Department) else 'group'}:{row.pk}"

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        return [
            ("", _("发给谁")),
            (_("小组"), [(self.key(group), group.name) for group in self.groups]),
            (_("科室"), [(self.key(row), row.name) for row in self.departments]),
        ]

    def name(self, key: str) -> str:
        row = self._by_key.get(key)
        return row.name if row else ""

    def find(self, key: str) -> Department | ResponseGroup:
        return self._by_key[key]


class OrderRow(forms.Form):
    """One order. A suggestion counts when it is ticked, a row of one's own when it has a text."""

    own = forms.BooleanField(widget=forms.HiddenInput, required=False)
    issue = forms.BooleanField(label=_("下达"), required=False)
    to = forms.ChoiceField(
        label=_("发给谁"),
        required=False,
        error_messages={"invalid_choice": _("请选择科室或小组。")},
    )
    text = forms.CharField(
        label=_("内容"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    minutes = forms.IntegerField(
        label=_("几分钟内完成"),
        required=False,
        min_value=1,
        max_value=60 * 24 * 30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"min_value": _("时限至少 1 分钟。"), "invalid": _("时限请填分钟数。")},
    )

    def __init__(self, *args: Any, addressees: Addressees, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addressees = addressees
        self.fields["to"].choices = addressees.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("own"):
            said["issue"] = bool(said.get("text"))
        if not said.get("issue"):
            self.errors.clear()
            return said
        wanted = {
            "to": _("请选择科室或小组。"),
            "text": _("请写明指令内容。"),
            "minutes": _("请填写几分钟内完成。"),
        }
        for name, sentence in wanted.items():
            if name not in self.errors and not said.get(name):
                self.add_error(name, sentence)
        return said

    @property
    def is_own(self) -> bool:
        """A row to write one's own order in; what came back from the page is still text."""
        return self["own"].value() in (True, "True")

    @property
    def addressee_name(self) -> str:
        """To whom the row goes as it stands, in words."""
        return self.addressees.name(self["to"].value() or "")

    @property
    def new_order(self) -> NewOrder:
        said = self.cleaned_data
        return NewOrder(
            to=self.addressees.find(said["to"]), text=said["text"], minutes=said["minutes"]
        )


class OrderSet:
    """The rows of one sheet for one incident; bound when data are given."""

    def __init__(self, incident: Incident, data: Any = None) -> None:
        addressees = Addressees()
        first = incident.commanded_at is None
        suggestions = suggested_orders(incident, addressees.departments, addressees.groups)
        initial = [
            {
                "issue": suggestion.ticked and first,
                "to": addressees.key(suggestion.to),
                "text": suggestion.text,
                "minutes": suggestion.minutes,
            }
            for suggestion in suggestions
        ]
        initial += [{"own": True, "minutes": 30, "issue": False} for _row in range(EMPTY_ROWS)]
        rows = forms.formset_factory(OrderRow, extra=0, max_num=40, absolute_max=40)
        self.rows = rows(
            data, initial=initial, prefix="order", form_kwargs={"addressees": addressees}
        )

    @property
    def suggested(self) -> list[OrderRow]:
        """Rows that come filled in."""
        return [row for row in self.rows.forms if not row.is_own]

    @property
    def empty(self) -> list[OrderRow]:
        """Rows to write one's own order."""
        return [row for row in self.rows.forms if row.is_own]

    @property
    def has_own(self) -> bool:
        return any(row["text"].value() for row in self.empty)

    @property
    def typed(self) -> list[str]:
        """The orders that were sent, in words, so that nothing typed is lost."""
        rows = self.rows.forms if self.rows.is_bound else []
        return [
            f"{row.addressee_name}：{row['text'].value()}"
            for row in rows
            if row["text"].value() and (row.is_own or row["issue"].value())
        ]

    def is_valid(self) -> bool:
        return self.rows.is_valid()

    @property
    def orders(self) -> list[NewOrder]:
        """The orders that were ticked. Only after `is_valid()`."""
        return [row.new_order for row in self.rows.forms if row.cleaned_data.get("issue")]
