"""Forms of response groups: what they are, and who sits in them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from teams.forms.asking import SeenForm
from teams.models import Membership, Person, ResponseGroup, Role
from teams.workflow import Seat

# Rows for people who are new to the group, on one form.
NEW_ROWS = 3
_OUT = "out"


class GroupForm(SeenForm):
    name = forms.CharField(
        label=_("名称"), max_length=60, error_messages={"required": _("请填写小组名称。")}
    )
    duty = forms.CharField(
        label=_("职责"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明这个小组负责什么。")},
    )


def change_form(group: ResponseGroup, data: Any = None) -> GroupForm:
    """The form that changes this group, filled with what it is."""
    names = ("version", "name", "duty")
    return GroupForm(data, initial={name: getattr(group, name) for name in names})


class DissolveForm(SeenForm):
    """Why a group is dissolved."""

    reason = forms.CharField(
        label=_("为什么停用"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": _("例如：并入后勤保障组")}),
        error_messages={"required": _("请写明为什么停用，例如「并入后勤保障组」。")},
    )


class SeatsForm(SeenForm):
    """Everybody's part in a group on one form: a row for each member, and some for new ones.

    A row has a part (head, deputy, member, out) and a place, by which deputies are ordered.
    """

    reason = forms.CharField(
        label=_("为什么调整"),
        max_length=300,
        required=False,
        help_text=_("组长、副组长或他们的次序变了时要写，会进改动记录。"),
        widget=forms.TextInput(attrs={"placeholder": _("例如：岗位调整")}),
    )

    def __init__(
        self, group: ResponseGroup, memberships: Iterable[Membership], data: Any = None
    ) -> None:
        super().__init__(data, initial={"version": group.version})
        self.memberships = list(memberships)
        members = {each.person_id for each in self.memberships}
        parts = Membership.Part.choices
        self._new_choices = _choices(members)
        for membership in self.memberships:
            key = membership.person_id
            who = {"who": membership.person}
            self._put_row(
                f"{key}",
                _now("%(who)s的分工") % who,
                _now("%(who)s的次序") % who,
                [*parts, (_OUT, _("移出小组"))],
                (membership.part, membership.position),
            )
        for row in range(1, NEW_ROWS + 1):
            self.fields[f"who-new{row}"] = forms.TypedChoiceField(
                label=_now("加入的人 %(row)s") % {"row": row},
                choices=self._new_choices,
                coerce=int,
                empty_value=None,
                required=False,
            )
            self._put_row(
                f"new{row}",
                _now("加入的人 %(row)s 的分工") % {"row": row},
                _now("加入的人 %(row)s 的次序") % {"row": row},
                parts,
                (Membership.Part.MEMBER, None),
            )

    def _put_row(
        self, key: str, part: str, place: str, choices: Any, initial: tuple[str, int | None]
    ) -> None:
        self.fields[f"part-{key}"] = forms.ChoiceField(
            label=part, choices=choices, initial=initial[0]
        )
        self.fields[f"place-{key}"] = forms.IntegerField(
            label=place,
            min_value=1,
            max_value=99,
            required=False,
            initial=initial[1],
            widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "3"}),
        )

    def rows(self) -> list[dict[str, Any]]:
        """The rows of members, each with person and bound fields."""
        return [
            {"person": each.person, **self._bound(f"{each.person_id}")} for each in self.memberships
        ]

    def new_rows(self) -> list[dict[str, Any]]:
        """The rows for people who are new."""
        return [
            {"who": self[f"who-new{row}"], **self._bound(f"new{row}")}
            for row in range(1, NEW_ROWS + 1)
        ]

    def _bound(self, key: str) -> dict[str, Any]:
        return {"part": self[f"part-{key}"], "place": self[f"place-{key}"]}

    def seats(self) -> list[Seat]:
        """What was chosen, deputies and members by their places; those without one come last."""
        said = self.cleaned_data
        chosen = [(each.person_id, f"{each.person_id}") for each in self.memberships]
        chosen += [
            (said[f"who-new{row}"], f"new{row}")
            for row in range(1, NEW_ROWS + 1)
            if said.get(f"who-new{row}")
        ]
        found = [
            (said.get(f"place-{key}") or 100, Seat(person, said[f"part-{key}"]))
            for person, key in chosen
            if said[f"part-{key}"] != _OUT
        ]
        return [seat for _place, seat in sorted(found, key=lambda each: each[0])]

    def kept(self) -> list[dict[str, str]]:
        """What was chosen other than it was, in words, for parts/conflict.html."""
        names = dict(self._flat_names())
        words = dict(Membership.Part.choices) | {_OUT: _("移出小组")}
        found = []
        for name in self.changed_data:
            value = self.data.get(name, "")
            if name.startswith("part-new") or name == "version" or not value:
                continue
            label = str(self.fields[name].label)
            text = names.get(value, value) if name.startswith("who-") else words.get(value, value)
            found.append({"label": label, "text": str(text)})
        return found

    def _flat_names(self) -> Iterable[tuple[str, str]]:
        for _group, people in self._new_choices[1:]:
            yield from ((str(key), str(name)) for key, name in people)


def _choices(but: set[int]) -> list[Any]:
    """Everybody who may sit in a group and does not yet, by department."""
    people = (
        Person.objects.filter(is_active=True)
        .exclude(pk__in=but)
        .exclude(roles__contains=[Role.AUDITOR])
        .select_related("department")
        .order_by("department__position", "department", "pk")
    )
    departments: dict[str, list[tuple[int, str]]] = {}
    for person in people:
        name = str(person.department or _now("未分科室"))
        title = f"{person}（{person.duty}）" if person.duty else str(person)
        departments.setdefault(name, []).append((person.pk, title))
    return [("", _("请选择")), *departments.items()]
