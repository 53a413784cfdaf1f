"""The facts that all surfaces are worded from, as one value."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime


@dataclass(frozen=True)
class Told:
    """What patients are told. Times are aware. What ends in `_en` is the English wording.

    `at` is the moment of reading: a promise that is past by then is said to be late. `blank` stands
    where something compulsory is not known yet; a printed script has a line to write on there.
    """

    affected: str = ""
    advice: str = ""
    where_to_go: str = ""
    emergency: str = ""
    contact: str = ""
    services: tuple[str, ...] = ()
    since: datetime.datetime | None = None
    next_update_at: datetime.datetime | None = None
    expected_from: datetime.datetime | None = None
    expected_to: datetime.datetime | None = None
    published_at: datetime.datetime | None = None
    # What was wrong in what patients read before, and why nothing holds any more.
    correction: str = ""
    withdrawal_reason: str = ""
    withdrawn_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    ended_text: str = ""
    # After the end: the all clear was said to the whole hospital; or the fault is back.
    all_clear_at: datetime.datetime | None = None
    is_relapsed: bool = False
    # Announced ahead of time: nothing is out of order yet. `is_work` while the times are not known.
    is_work: bool = False
    planned_from: datetime.datetime | None = None
    planned_to: datetime.datetime | None = None
    affected_en: str = ""
    advice_en: str = ""
    where_en: str = ""
    emergency_en: str = ""
    ended_text_en: str = ""
    hospital: str = field(default_factory=lambda: settings.HOSPITAL_NAME)
    is_drill: bool = False
    at: datetime.datetime = field(default_factory=timezone.now)
    blank: str = "……"

    @classmethod
    def read(cls, said: Mapping[str, Any], **more: Any) -> "Told":
        """From what `notices.public.said` gives; times may be ISO texts. Unknown keys are left."""
        known = {one.name for one in fields(cls)}
        given = {name: value for name, value in {**said, **more}.items() if name in known}
        for name, value in given.items():
            if isinstance(value, str) and name in _TIMES:
                given[name] = parse_datetime(value)
        given["services"] = tuple(given.get("services") or ())
        return cls(**{name: value for name, value in given.items() if value is not None})

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_planned(self) -> bool:
        """Announced, and not begun."""
        if self.planned_from is None:
            return self.is_work
        return self.at < self.planned_from

    @property
    def is_maintenance(self) -> bool:
        """Planned work, whether it is still to come, goes on, or is over."""
        return self.is_work or (self.planned_from is not None and self.planned_to is not None)

    @property
    def is_late(self) -> bool:
        """The promised update has not come."""
        return self.next_update_at is not None and self.next_update_at < self.at

    @property
    def is_beyond(self) -> bool:
        """The expected recovery is past, and nothing has recovered."""
        return self.expected_to is not None and self.expected_to < self.at


_TIMES = frozenset(one.name for one in fields(Told) if one.name.endswith(("_at", "_from", "_to")))
_TIMES |= {"since", "at"}
