"""Whether what work by hand uses up lasts until the service is restored (plan, row P19)."""

import datetime
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident, ManualMode
from incidents.models.state import UNRESTORED
from incidents.supplying import streams_of
from inventory.models import Item
from inventory.readiness import WINDOWS, lasting

# Beyond the target nobody knows how long it will take; so long at least it has to last.
AT_LEAST = timedelta(hours=1)
# Nothing is foreseen further than this.
FURTHEST = timedelta(days=60)


@dataclass(frozen=True)
class RunsOut:
    """An item that is used up at `ends_at`, before the service is to work again."""

    item: Item
    ends_at: datetime.datetime

    def __str__(self) -> str:
        facts = {"what": self.item.name, "at": _clock(self.ends_at)}
        return _("%(what)s约 %(at)s 用完") % facts


@dataclass(frozen=True)
class Outlook:
    """How long work by hand can go on: so many windows, the moment it must last to, what does not,
    the soonest first."""

    windows: int
    until: datetime.datetime
    short: list[RunsOut]

    @property
    def until_words(self) -> str:
        return _clock(self.until)


def outlook(incident: Incident, at: datetime.datetime) -> Outlook | None:
    """What will not last until the restore target; None where nobody works by hand, or all lasts.

    Counted from when work by hand began (a department was sent to manual mode, else windows were
    closed when the fault was confirmed), over everything that was there for it then: what was used
    up meanwhile and written down is not missing twice. A few queries, however much was issued.
    """
    since = _by_hand_since(incident)
    if since is None:
        return None
    windows = incident.windows_closed or WINDOWS
    until = max(_target(incident) or at, at + AT_LEAST)
    ends = [
        RunsOut(
            each.item,
            incident.due(since, min(timedelta(hours=float(each.hours)), FURTHEST)),
        )
        for each in lasting(windows, streams=streams_of(incident), from_the_start=True)
    ]
    short = [each for each in ends if each.ends_at < until]
    return Outlook(windows, until, short) if short else None


def working_by_hand() -> QuerySet[Incident]:
    """Incidents whose service is not restored and whose windows work by hand."""
    modes = ManualMode.objects.on().filter(incident=OuterRef("pk"))
    return Incident.objects.filter(
        Q(windows_closed__gt=0) | Exists(modes),
        state__in=[str(state) for state in UNRESTORED],
        confirmed_at__isnull=False,
    )


def _by_hand_since(incident: Incident) -> datetime.datetime | None:
    if incident.state not in UNRESTORED or incident.confirmed_at is None:
        return None
    modes = ManualMode.objects.on().filter(incident=incident)
    begun = modes.order_by("on_at").values_list("on_at", flat=True).first()
    if begun is not None:
        return begun
    return incident.confirmed_at if incident.windows_closed else None


def _target(incident: Incident) -> datetime.datetime | None:
    clocks = Deadline.objects.running().filter(incident=incident, kind=Deadline.Kind.RESTORE)
    return clocks.values_list("due_at", flat=True).first()


def _clock(at: datetime.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%m-%d %H:%M}"
