"""What a notice says differently from the one that it replaces: for who approves it, and later."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from notices.models import Notice

# Everything that patients read, in the order of the form.
_SPOKEN = (
    *("affected", "advice", "where_to_go", "emergency", "next_update_at", "expected_from"),
    *("expected_to", "since", "contact", "affected_en", "advice_en", "where_en", "emergency_en"),
)


@dataclass(frozen=True)
class Change:
    """A fact that was worded differently; empty where nothing was said."""

    label: Any
    before: str
    after: str


def since_before(notice: Notice) -> list[Change]:
    """What changed against the notice that this one replaces; nothing for a first one."""
    return between(notice.replaces, notice) if notice.replaces is not None else []


def between(old: Notice, new: Notice) -> list[Change]:
    """The facts that differ. Services are the notices' own: prefetch them."""
    found = []
    for name in _SPOKEN:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            label = Notice._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            found.append(Change(label, _shown(before), _shown(after)))
    names = [[service.name for service in one.services.all()] for one in (old, new)]
    if names[0] != names[1]:
        label = Notice._meta.get_field("services").verbose_name
        found.insert(0, Change(label, "、".join(names[0]), "、".join(names[1])))
    return found


def _shown(value: Any) -> str:
    if hasattr(value, "tzinfo"):
        return f"{timezone.localtime(value):%m-%d %H:%M}"
    return value or ""
