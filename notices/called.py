"""Whom the alerts of an incident called, and who answered: for the review and its report."""

from collections import defaultdict
from collections.abc import Iterator

from incidents.called import Call, also_called
from incidents.models import Incident
from journal.telling import label_of
from notices.models import Alert, Delivery


@also_called
def alerts(incident: Incident) -> Iterator[Call]:
    """Every call of the incident. Two queries, whatever the number of people."""
    rows = (
        Alert.objects.filter(incident=incident, calls=True)
        .select_related("person__department", "entry")
        .order_by("pk")
    )
    ways: dict[int | None, list[Delivery]] = defaultdict(list)
    taken = Delivery.objects.filter(alert__incident=incident, alert__calls=True)
    for one in taken.select_related("channel").order_by("pk"):
        ways[one.alert_id].append(one)
    for alert in rows:
        answers = [at for at in (alert.seen_at, alert.acknowledged_at) if at is not None]
        yield Call(
            about=alert.entry_id,
            what=label_of(alert.entry.event),
            person=str(alert.person),
            department=str(alert.person.department or ""),
            called_at=alert.created_at,
            answered_at=min(answers, default=None),
            ways=tuple(_in_words(one) for one in ways[alert.pk]),
        )


def _in_words(way: Delivery) -> str:
    """«短信，已送达»: the channel, and the most that is known of the message."""
    receipts = ((way.seen_at, "seen"), (way.delivered_at, "delivered"), (way.sent_at, "sent"))
    known = next((Delivery.Receipt(name).label for at, name in receipts if at is not None), None)
    return f"{way.channel.name}，{known or way.get_state_display()}"
