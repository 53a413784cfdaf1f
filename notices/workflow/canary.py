"""The canary (定时自检): once a day a message over each channel, and a call to each duty phone."""

import datetime
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.recording import now, record
from notices.channels import BY_HAND
from notices.models import Channel, Delivery
from notices.models.delivery import ORDINARY
from notices.workflow.alerting import alert
from teams.models import ContactPoint, Duty, Person, Role

FAILED = "canary.failed"
LIFE = timedelta(hours=1)


def canary() -> int:
    """Send what is due of today's canary, and tell of those that failed; give how many of both.

    Called each minute; from `CANARY_AT` on, by the hospital's clock, and not at all where it is
    empty. Safe to run twice and side by side: a message's key is unique for channel, way and day.
    """
    return _send() + _tell_failed()


def _send() -> int:
    at = now()
    begins = settings.CANARY_AT
    local = timezone.localtime(at)
    if begins is None or local.time() < begins:
        return 0
    sent_today = Delivery.objects.filter(
        purpose=Delivery.Purpose.CANARY, key__startswith=f"yj-canary-{local:%Y%m%d}-"
    )
    done = set(sent_today.values_list("channel", flat=True))
    # What people do by hand is practised in call-down drills, not each morning.
    channels = Channel.objects.active().exclude(kind__in=BY_HAND)
    waiting = [channel for channel in channels if channel.pk not in done]
    if not waiting:
        return 0
    points = _points_of_duty(at)
    made = []
    for channel in waiting:
        made += [
            Delivery(
                purpose=Delivery.Purpose.CANARY,
                person_id=point.person_id,
                point=point,
                channel=channel,
                kind=point.kind,
                shown=point.masked,
                key=f"yj-canary-{local:%Y%m%d}-{channel.pk}-{point.pk}",
                level=ORDINARY,
                created_at=at,
                due_at=at,
                expires_at=at + LIFE,
            )
            for point in _chosen(channel, points)
        ]
    return len(Delivery.objects.bulk_create(made, ignore_conflicts=True))


def _points_of_duty(at: datetime.datetime) -> list[ContactPoint]:
    """The ways of those on duty now, in their own order; else those of the administrators."""
    people = list(Duty.objects.at(at).values_list("person", flat=True))
    if not people:
        admins = Person.objects.filter(is_active=True, roles__contains=[Role.ADMIN])
        people = list(admins.values_list("pk", flat=True))
    points = ContactPoint.objects.in_use().filter(person__in=people)
    return [point for point in points.order_by("person", "position", "pk") if point.is_open_at(at)]


def _chosen(channel: Channel, points: list[ContactPoint]) -> list[ContactPoint]:
    """Of a telephone channel each duty phone; of any other one way is enough to try it."""
    served = channel.made_of.serves(channel.configuration)
    fitting = [point for point in points if point.kind in served]
    phones = [point for point in fitting if point.kind == ContactPoint.Kind.PHONE]
    return phones or fitting[:1]


@transaction.atomic
def _tell_failed() -> int:
    """Administrators learn, once each, which canary did not get out."""
    since = now() - timedelta(days=1)
    failed = list(
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            purpose=Delivery.Purpose.CANARY,
            state__in=(Delivery.State.FAILED, Delivery.State.EXPIRED),
            created_at__gt=since,
        )
        .select_related("channel", "person")
        .order_by("pk")
    )
    told = set(
        Entry.objects.filter(
            event=FAILED, facts__delivery__in=[one.pk for one in failed]
        ).values_list("facts__delivery", flat=True)
    )
    new = [one for one in failed if one.pk not in told]
    admins = list(Person.objects.filter(is_active=True, roles__contains=[Role.ADMIN]))
    for one in new:
        facts = {
            "delivery": one.pk,
            "name": one.channel.name,
            "person": one.person.name if one.person else "",
            "words": one.words,
        }
        entry = record(one.channel.stream, FAILED, by=None, facts=facts)
        text = _("告警渠道自检没有成功：%(name)s，%(person)s（%(words)s）") % facts
        alert(entry, admins, incident=None, text=text, url=reverse("notices:channels"))
    return len(new)
