"""A report that a device kept while it had no network: when it was filed, by which clock.

The plan starts on receipt (row P8), so the clocks of the grade run from the moment at which the
report reached us: nobody could act before. What happened before that moment is not hidden: the
true time of filing stands beside the time of receipt, with how far the device's clock was off.
"""

import datetime
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.template.defaultfilters import date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from journal.refusals import Incomplete

# A report that was kept for longer says nothing of now: a person has to look again.
LONGEST_KEPT = timedelta(hours=72)
# A clock that is off by less is right.
SAME_CLOCK = timedelta(seconds=60)
# Of a device that has lost its clock: ten years and a hundred are the same nonsense.
_FARTHEST = timedelta(days=3650)


@dataclass(frozen=True)
class Filing:
    """What a device says of a report that it kept: its own clock on filing, and on sending."""

    filed_at: datetime.datetime
    sent_at: datetime.datetime

    @property
    def kept_for(self) -> timedelta:
        """How long the device kept it. One clock measures both ends, so its error falls out; a
        clock that was set back meanwhile gives nothing."""
        return max(self.sent_at - self.filed_at, timedelta(0))

    def columns(self, received_at: datetime.datetime) -> dict[str, Any]:
        """The columns `filed_at` (by our clock) and `device_ahead` (seconds, negative: behind).

        Raises Incomplete for a report that was kept too long.
        """
        if self.kept_for > LONGEST_KEPT:
            sentence = _("这份报告在设备上放了三天以上。请看看故障还在不在，在的话重新报告。")
            raise Incomplete(sentence, fields={"filed_at": sentence})
        ahead = min(max(self.sent_at - received_at, -_FARTHEST), _FARTHEST)
        return {
            "filed_at": received_at - self.kept_for,
            "device_ahead": round(ahead.total_seconds()),
        }

    def facts(self, columns: dict[str, Any]) -> dict[str, Any]:
        """For the journal: both clocks, nothing smoothed over."""
        return {**columns, "device_time": self.filed_at, "kept": in_words(**columns)}


def in_words(filed_at: datetime.datetime | None, device_ahead: int | None) -> str:
    """When a kept report was filed, in a sentence; "" for one that came at once."""
    if filed_at is None:
        return ""
    words = _("断网时在设备上填写于 %(at)s") % {"at": date(localtime(filed_at), "m-d H:i")}
    off = timedelta(seconds=device_ahead or 0)
    if abs(off) <= SAME_CLOCK:
        return words
    which = (
        _("设备的钟快 %(minutes)s 分钟，已换算")
        if off > timedelta(0)
        else _("设备的钟慢 %(minutes)s 分钟，已换算")
    )
    minutes = round(abs(off).total_seconds() / 60)
    return f"{words}（{which % {'minutes': minutes}}）"
