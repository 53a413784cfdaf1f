"""What happened to a row while somebody had its form open: for the page that says so."""

from django.utils import timezone

from journal import telling
from journal.models import Entry

# More than these nobody reads on a page that says «somebody was faster».
_SHOWN = 5
_LOOKED_AT = 30


def changes_since(stream: str, version: int | None) -> list[dict[str, str]]:
    """Entries of a stream after the row's `version`, newest last, for parts/conflict.html.

    Without a version the last few. Entries that tell no version belong to those around them.
    """
    later: list[Entry] = []
    for entry in Entry.objects.of(stream).order_by("-seq")[:_LOOKED_AT]:
        known = entry.facts.get("version")
        if version is not None and known is not None and known <= version:
            break
        later.append(entry)
    return [_told(entry) for entry in reversed(later[:_SHOWN])]


def _told(entry: Entry) -> dict[str, str]:
    said = telling.sentence_of(entry.event, entry.facts)
    new = f"{entry.actor_name} {timezone.localtime(entry.at):%H:%M}"
    return {
        "label": telling.label_of(entry.event),
        "new": f"{new}：{said}" if said else new,
        "old": "",
    }
