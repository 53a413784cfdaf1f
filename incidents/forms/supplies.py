"""The sheet on which supplies are issued for an incident: a number beside each item."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.supplying import Supplying
from inventory.workflow import Wanted
from teams.models import Department


class IssueForm(forms.Form):
    """`item_<pk>` for each item that is there; those that the plan wants are filled in."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True),
        label=_("领用科室"),
        required=False,
        empty_label=_("未指定"),
    )
    taker = forms.CharField(label=_("领用人"), max_length=60, required=False)

    department.is_one_of = taker.is_one_of = True  # type: ignore[attr-defined]

    def __init__(self, *args: Any, supplying: Supplying, **options: Any) -> None:
        options["initial"] = {"client_uuid": uuid.uuid4()}
        super().__init__(*args, **options)
        self.wanted_names: list[str] = []
        self.other_names: list[str] = []
        for item, free, wanted in supplying.choices():
            name = f"item_{item.pk}"
            # What somebody else took meanwhile stays on the sheet of whoever asked for it.
            if not free and name not in self.data:
                continue
            facts = {"what": item, "free": free, "unit": item.unit}
            self.fields[name] = forms.IntegerField(
                label=_now("%(what)s（可领 %(free)s %(unit)s）") % facts,
                required=False,
                min_value=0,
                max_value=1_000_000,
                initial=wanted or 0,
                error_messages={"invalid": _("请填整数。")},
            )
            asked = wanted or str(self.data.get(name) or 0) != "0"
            (self.wanted_names if asked else self.other_names).append(name)

    @property
    def wanted_fields(self) -> list[Any]:
        return [self[name] for name in self.wanted_names]

    @property
    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.other_names]

    @property
    def who_fields(self) -> list[Any]:
        return [self["department"], self["taker"]]

    @property
    def other_filled(self) -> bool:
        """Is something among those that the plan does not ask for?"""
        return any(field.errors or str(field.value() or 0) != "0" for field in self.other_fields)

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        said = self.cleaned_data
        return {
            "client_uuid": said["client_uuid"],
            "department": said["department"],
            "taker": said["taker"],
            "wanted": [
                Wanted(int(name.removeprefix("item_")), number)
                for name, number in said.items()
                if name.startswith("item_") and number
            ],
        }
