"""People in an order, typed one a line: short to read, quick to reorder, and it needs no script."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Person, Role

_MOST = 500
# 「张工（zhanggong）」: the name, and which of two people of that name.
_NAMED = re.compile(r"^(?P<name>[^（(]+?)\s*(?:[（(](?P<username>[^）)]*)[）)])?$")
_BETWEEN = re.compile(r"[\n、,，;；]+")


class CrewField(forms.CharField):
    """Names, one a line or between 、; gives the people in that order, each as often as named."""

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {
            "max_length": 20_000,
            "widget": forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
            "help_text": gettext_lazy("一行一个人，按次序。重名时在姓名后面的括号里写用户名。"),
            "error_messages": {"required": gettext_lazy("请至少写一个人。")},
        }
        super().__init__(**usual | options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(self.written(value))

    def written(self, people: Sequence[Person]) -> list[str]:
        """Each person as they are written so that nobody else is meant."""
        names: dict[str, set[int]] = defaultdict(set)
        for pk, name in Person.objects.filter(
            name__in={person.name for person in people}, is_active=True
        ).values_list("pk", "name"):
            names[name].add(pk)
        return [
            person.name
            if len(names[person.name] - {person.pk}) == 0
            else f"{person.name}（{person.username}）"
            for person in people
        ]

    def clean(self, value: Any) -> list[Person]:
        text = super().clean(value)
        lines = [line.strip() for line in _BETWEEN.split(text) if line.strip()]
        if len(lines) > _MOST:
            raise forms.ValidationError(_("一次最多 %(most)s 人。") % {"most": _MOST})
        return _people(lines)


def _people(lines: list[str]) -> list[Person]:
    wanted = [_NAMED.match(line) for line in lines]
    words = {
        word.strip()
        for each in wanted
        if each is not None
        for word in each.groups()
        if word is not None
    }
    known = _by_word(words)
    people: list[Person] = []
    faults: list[str] = []
    for number, (line, each) in enumerate(zip(lines, wanted, strict=True), start=1):
        word = "" if each is None else (each["username"] or each["name"]).strip()
        found = known.get(word, [])
        facts = {"number": number, "line": line[:40], "count": len(found)}
        if len(found) == 1:
            people.append(found[0])
        elif found:
            faults.append(
                _("第 %(number)s 个「%(line)s」：有 %(count)s 个人叫这个名字，请写明用户名。")
                % facts
            )
        else:
            faults.append(_("第 %(number)s 个「%(line)s」：没有这个人，或账号已停用。") % facts)
    if faults:
        raise forms.ValidationError([forms.ValidationError(fault) for fault in faults[:10]])
    return people


def _by_word(words: Iterable[str]) -> dict[str, list[Person]]:
    """Who can serve, by username and by name."""
    people = Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])
    found: dict[str, list[Person]] = {}
    for person in people.filter(name__in=words):
        found.setdefault(person.name, []).append(person)
    for person in people.filter(username__in=words):
        found[person.username] = [person]
    return found
