"""要打的电话 (`notices.channels.phone_tree`): who rings, and whom; as the page shows it."""

import datetime
from collections.abc import Collection

from django.utils.translation import gettext as _

from journal.recording import now
from notices import relevance
from notices.channels import BY_HAND
from notices.models import Alert, Channel, Delivery
from plans.resolving import Today
from teams.models import Duty, Person, Role

ASK = "phone.ask"
# More than these nobody rings one after another; the gravest come first.
MOST = 50


def ringers(channel: Channel, at: datetime.datetime, *, but: Collection[int] = ()) -> list[Person]:
    """Who is asked to ring: of the channel's role those on duty; where none is, all who are there.

    `but` are the keys of those who are to be rung themselves. Three queries, whatever their number.
    """
    found = Person.objects.filter(is_active=True, roles__contains=[channel.configuration["who"]])
    found = found.exclude(roles__contains=[Role.AUDITOR]).exclude(pk__in=but)
    people = list(found.order_by("pk"))
    keys = [person.pk for person in people]
    away = Today().away(keys, at)
    serving = set(
        Duty.objects.at(at)
        .filter(roster__is_active=True, person__in=keys)
        .values_list("person", flat=True)
    )
    present = [person for person in people if person.pk not in away]
    return [person for person in present if person.pk in serving] or present


def to_ring() -> list[Delivery]:
    """Calls that wait for a person's hand, the gravest first; a fixed number of queries.

    Whoever has seen or acknowledged it otherwise, or for whom it is over, is not rung any more.
    """
    found = list(
        Delivery.objects.filter(
            channel__kind__in=BY_HAND,
            state=Delivery.State.SENT,
            expires_at__gt=now(),
            alert__acknowledged_at__isnull=True,
            alert__seen_at__isnull=True,
        )
        .select_related("alert__incident", "alert__entry", "alert__person__department")
        .select_related("point", "channel")
        .order_by("level", "sent_at", "pk")[:MOST]
    )
    over = relevance.sift([one.alert for one in found if one.alert is not None])
    return [one for one in found if one.alert_id not in over]


@relevance.ask(ASK)
def _asked(alert: Alert) -> str:
    """Is there still somebody to be rung?"""
    waiting = Alert.objects.filter(
        pk__in=alert.entry.facts["alerts"], acknowledged_at__isnull=True, seen_at__isnull=True
    )
    return "" if waiting.exists() else _("要打的电话已经打了。")
