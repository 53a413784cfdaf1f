"""What a field of a row says to a person."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _


def in_words(row: models.Model, name: str) -> str:
    """The field's value in words: a choice by its label, a list between 、, nothing as nothing."""
    value = getattr(row, name)
    field = row._meta.get_field(name)
    base = getattr(field, "base_field", field)
    choices = dict(getattr(base, "choices", None) or [])
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple | set):
        return listed(choices.get(each, each) for each in value)
    return str(choices.get(value, "" if value is None else value))


def listed(words: Iterable[Any]) -> str:
    return "、".join(str(word) for word in words)
