"""Who got the all clear (解除): people, surfaces that patients read, signs, and subscribers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils.dateparse import parse_datetime

from incidents.models import AllClear, Incident
from journal.models import Entry
from notices import public, screens, showing
from notices.models import Alert, Delivery, Notice, Place, Posting
from notices.models.delivery import UNDER_WAY
from notices.models.notice import NoticeState
from notices.reach import Reached
from notices.screens import Light
from notices.subscribers import ALL_CLEAR


@dataclass(frozen=True)
class Mails:
    """How many subscribers it went to: on their way, out, come back, or overtaken by news."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    dropped: int = 0

    @property
    def all(self) -> int:
        return self.waiting + self.sent + self.failed + self.dropped


@dataclass(frozen=True)
class Shown:
    """What patients read. `page_at`: as of when the public page says it, None while it does not;
    `lights`: places whose screens say it, and whether one was heard of since."""

    page_at: datetime.datetime | None
    lights: list[tuple[Place, Light, bool]]
    signs: list[Posting]


@dataclass
class Told(Reached):
    """A person who was told. `for_department_at`: when they confirmed for their department."""

    for_department_at: datetime.datetime | None = None

    @property
    def has_confirmed(self) -> bool:
        return self.for_department_at is not None or self.alert.acknowledged_at is not None

    @property
    def has_seen(self) -> bool:
        return self.has_confirmed or self.alert.is_answered


@dataclass(frozen=True)
class Cleared:
    """Who got one all clear. `shown` is None where patients were never told of the fault."""

    said: AllClear
    people: list[Told] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    shown: Shown | None = None
    mails: Mails | None = None

    @property
    def confirmed(self) -> int:
        return sum(one.has_confirmed for one in self.people)

    @property
    def only_seen(self) -> int:
        return sum(one.has_seen for one in self.people) - self.confirmed

    @property
    def unseen(self) -> int:
        return len(self.people) - self.confirmed - self.only_seen


def of(incident: Incident) -> Cleared | None:
    """Who got the newest all clear of an incident; None where none was said.

    The number of queries does not grow with what there is to say.
    """
    said = AllClear.objects.filter(incident=incident).order_by("-pk").first()
    if said is None:
        return None
    entry = (
        Entry.objects.of(incident.stream)
        .filter(event=ALL_CLEAR, facts__all_clear=said.pk)
        .order_by("-seq")
        .first()
    )
    notice = (
        Notice.objects.for_the_public()
        .filter(incident=incident, state=NoticeState.ENDED)
        .order_by("-number")
        .prefetch_related("services")
        .first()
    )
    return Cleared(
        said,
        _people(entry, said),
        list(entry.facts.get("nobody", ())) if entry is not None else [],
        _shown(said, notice) if notice is not None else None,
        _mails(entry) if notice is not None else None,
    )


def _people(entry: Entry | None, said: AllClear) -> list[Told]:
    """Department by department."""
    receipts = said.receipts.filter(confirmed_at__isnull=False)
    confirmed = dict(receipts.values_list("confirmed_by", "confirmed_at"))
    ways: dict[int, list[Delivery]] = defaultdict(list)
    for one in Delivery.objects.filter(alert__entry=entry).select_related("channel"):
        if one.alert_id is not None:
            ways[one.alert_id].append(one)
    alerts = Alert.objects.filter(entry=entry).select_related("person__department")
    return [
        Told(alert, ways[alert.pk], confirmed.get(alert.person_id))
        for alert in alerts.order_by("person__department__position", "person__pk")
    ]


def _mails(entry: Entry | None) -> Mails:
    state = Delivery.State
    counts = Delivery.objects.filter(entry=entry, purpose=Delivery.Purpose.PUBLIC).aggregate(
        waiting=Count("pk", Q(state__in=UNDER_WAY)),
        sent=Count("pk", Q(state=state.SENT)),
        failed=Count("pk", Q(state__in=[state.FAILED, state.EXPIRED])),
        dropped=Count("pk", Q(state=state.DROPPED)),
    )
    return Mails(**counts)


def _shown(said: AllClear, notice: Notice) -> Shown:
    facts = public.said(notice)
    places = Place.objects.filter(is_active=True).prefetch_related("services", "screens")
    return Shown(
        _page_at(notice),
        _lights(said, facts, places),
        list(
            Posting.objects.filter(incident=said.incident_id)
            .select_related("place", "down_by")
            .order_by("place__position", "pk")
        ),
    )


def _page_at(notice: Notice) -> datetime.datetime | None:
    """As of when the public page says it; None while it does not, or where it is not known."""
    try:
        status = public.current()
    except public.NothingKnown:
        return None
    if not any(one["id"] == notice.pk and one.get("all_clear_at") for one in status.facts["ended"]):
        return None
    return parse_datetime(status.facts["as_of"])


def _lights(
    said: AllClear, facts: dict[str, object], places: Iterable[Place]
) -> list[tuple[Place, Light, bool]]:
    """Screens on which it stands, and whether one of each place has been heard of since."""
    found = []
    for place in places:
        here = {"services": [service.name for service in place.services.all()]}
        light = screens.light_of(place)
        if light.state != "none" and showing.concerns(here, facts):
            found.append((place, light, light.since is not None and light.since >= said.at))
    return found
