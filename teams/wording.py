"""What a field of a row says to a person."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone
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


def span_words(starts_at: datetime.datetime, ends_at: datetime.datetime) -> str:
    """A span in the hospital's time: 「11-23 20:00–11-24 08:00」, the day once where it is one."""
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%m-%d %H:%M}–{until}"


def listed(words: Iterable[Any]) -> str:
    return "、".join(str(word) for word in words)
