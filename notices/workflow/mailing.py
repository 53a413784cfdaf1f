"""Mail beside an alert: the product shows it, and who has an address gets it there as well.

Nobody is called: no other way is taken when the mail fails or nobody answers it. What calls people
until they answer is `notices.workflow.reaching`.
"""

import datetime
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from journal import live
from notices.models import Alert, Channel, Delivery
from notices.workflow.alerting import DELIVER
from notices.workflow.reaching import delivery
from teams.models import ContactPoint

EMAIL = ContactPoint.Kind.EMAIL


def also_by_mail(alerts: Sequence[Alert], at: datetime.datetime) -> int:
    """A mail for each of these alerts whose person has an address that is open at this hour; give
    how many. None where the hospital has no mail channel in use. In the caller's transaction."""
    channel = next(
        (
            row
            for row in Channel.objects.filter(is_active=True).order_by("position", "pk")
            if EMAIL in row.made_of.serves(row.configuration) and not row.made_of.is_by_hand
        ),
        None,
    )
    if channel is None or not alerts:
        return 0
    people = [alert.person_id for alert in alerts]
    points: dict[int, ContactPoint] = {}
    known = ContactPoint.objects.filter(person__in=people, kind=EMAIL, is_active=True)
    for point in known.order_by("position", "pk"):
        if point.is_open_at(at):
            points.setdefault(point.person_id, point)
    made = [
        delivery(alert, points[alert.person_id], channel, at)
        for alert in alerts
        if alert.person_id in points
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        transaction.on_commit(partial(live.hurry, DELIVER), robust=True)
    return len(made)
