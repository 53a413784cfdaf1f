"""Reaching a person: one way after another, until an answer comes or none is left.

A way is a contact point of the person together with a channel that serves its kind. The engine
takes the first at once, and the next as soon as one fails or stays without an answer for as long
as the grade can wait.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter

from django.db import connection, transaction
from django.db.models.functions import Now

from incidents.models import Incident
from journal import rows
from journal.looks import once
from journal.models import Entry
from journal.recording import now, record
from notices import relevance
from notices.models import Alert, Channel, Climb, Delivery, Step
from notices.models.delivery import FOR_DRILLS, ORDINARY
from notices.ringing import ASK
from notices.workflow.bundling import busy_until
from plans.marks import DRILL
from plans.models import Grade
from teams.models import ContactPoint, Person

Way = tuple[ContactPoint, Channel]

# Seconds without an answer after which the next way is taken, by grade, where the plan's rung sets
# none: so it is for rungs of older versions too.
PATIENCE = {1: 60, 2: 90, 3: 180, 4: 600}
# At least so long a person who rings by hand is waited for, whatever the grade.
RING_BY_HAND = timedelta(minutes=3)
# What is older wakes nobody up any more.
LIFE = timedelta(hours=4)
# Grades that quiet hours never hold back (issue 4: Ⅰ and Ⅱ).
NEVER_QUIET = 2
# While every way keeps quiet hours, so often they are looked at again.
QUIET_PAUSE = timedelta(minutes=10)
EXHAUSTED = "delivery.exhausted"
OF_THE_LADDER = "ladder.fire"
END_OF_LADDER = "ladder.exhausted"
BATCH = 200


def level_of(incident: Incident | None) -> int | None:
    """The incident's grade as a number; before IT has graded it, the plan's provisional one."""
    if incident is None:
        return None
    grade = incident.grade_id and incident.grade
    if isinstance(grade, Grade):
        return grade.level
    return incident.plan.provisional_level


def patience(alert: Alert) -> datetime.timedelta:
    """How long a way is waited for: as the plan's rung says, else by the grade; of a drill on its
    own clock."""
    by_grade = PATIENCE.get(alert.level or ORDINARY, PATIENCE[ORDINARY])
    length = timedelta(seconds=alert.patience_seconds or by_grade)
    return length if alert.incident is None else alert.incident.paced(length)


def _wait_for(way: Way, alert: Alert) -> datetime.timedelta:
    """Somebody has to see that they are to ring, dial, and speak."""
    return max(patience(alert), RING_BY_HAND) if way[1].made_of.is_by_hand else patience(alert)


@transaction.atomic
def advance(limit: int = BATCH) -> int:
    """Take the next way for every call whose time has come; give how many calls were looked at.

    Safe side by side: each call is locked, and what another holds is passed over.
    """
    alerts = list(
        Alert.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_at__lte=Now())
        .select_related("entry", "incident", "person")
        .order_by("next_at", "pk")[:limit]
    )
    if not alerts:
        return 0
    at = now()
    points = _points(alerts)
    channels = _channels()
    tried = _tried(alerts)
    made, spent = [], []
    for alert in alerts:
        alert.next_at = None
        if (alert.expires_at is not None and alert.expires_at <= at) or relevance.unwanted(alert):
            continue
        ways = ways_of(alert, points[alert.person_id], channels, at)
        way = _untried(ways, tried[alert.pk])
        if way is not None:
            made.append(delivery(alert, *way, at))
            alert.next_at = at + _wait_for(way, alert)
        elif _keeps_quiet(alert, points[alert.person_id], at):
            # Whether it is still wanted is asked in the morning: it does not grow old in a night.
            alert.next_at, alert.expires_at = at + QUIET_PAUSE, at + LIFE
        elif at < alert.created_at + patience(alert):
            # No way out of the product is left; the product itself has its time as well.
            alert.next_at = alert.created_at + patience(alert)
        else:
            spent.append(alert)
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    for alert in spent:
        alert.exhausted_at = at
    Alert.objects.bulk_update(alerts, ["next_at", "expires_at", "exhausted_at"])
    for entry in {alert.entry_id: alert.entry for alert in spent}.values():
        _note_exhausted(entry, at)
    return len(alerts)


def take_first_ways(alerts: Sequence[Alert], at: datetime.datetime) -> bool:
    """Take the first way of calls that are just being made, in the same transaction: no other
    process has to come by before the first message is there to be sent.

    What would only wait for a bundle is due when that goes, so that in a wave nobody has to look
    at it before. Whoever has no way at this moment is left to `advance`. Gives whether there is
    something to do at once.
    """
    points = _points(alerts)
    channels = _channels()
    people = sorted({alert.person_id for alert in alerts})
    busy = once(("busy", *people), lambda: busy_until(people))
    made, taken = [], []
    for alert in alerts:
        ways = ways_of(alert, points[alert.person_id], channels, at)
        if ways:
            one = delivery(alert, *ways[0], at)
            if not one.channel.made_of.gathers:
                one.due_at = max(at, busy.get((one.person_id, one.point_id), at))
            made.append(one)
            alert.next_at = at + _wait_for(ways[0], alert)
            taken.append(alert)
    for first in range(0, len(made), BATCH):
        rows.add(*made[first : first + BATCH])
        rows.change(taken[first : first + BATCH], "next_at")
    return len(taken) < len(alerts) or any(one.due_at <= at for one in made)


def hasten(failed: Iterable[Delivery]) -> None:
    """Let the next way be taken now instead of after the grade's patience, where one of these was
    the alert's newest: an older one that goes on failing has its successor, which wants its time.
    """
    newest = {one.alert_id: one.pk for one in sorted(failed, key=attrgetter("pk")) if one.alert_id}
    if not newest:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_alert AS alert SET next_at = statement_timestamp() "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS failed (alert, delivery) "
            "WHERE alert.id = failed.alert AND alert.next_at > statement_timestamp() "
            "AND NOT EXISTS (SELECT FROM notices_delivery AS later "
            "WHERE later.alert_id = alert.id AND later.id > failed.delivery)",
            [[*newest], [*newest.values()]],
        )


def ways_of(
    alert: Alert, points: Sequence[ContactPoint], channels: Sequence[Channel], at: datetime.datetime
) -> list[Way]:
    """The person's ways in the order in which they are to be tried now.

    The person's own order, or the ladder's kinds in theirs; several channels of one kind stand in
    for one another. A channel that is barred at the moment comes behind all that are not, and
    ringing by hand behind everything; who is asked to ring is not rung by hand themselves.
    """
    chosen = [
        point
        for point in points
        if (not alert.kinds or point.kind in alert.kinds)
        and (is_never_quiet(alert) or point.is_open_at(at))
    ]
    if alert.kinds:
        chosen.sort(key=lambda point: alert.kinds.index(point.kind))
    ways = [
        (point, channel)
        for point in chosen
        for channel in channels
        if point.kind in channel.made_of.serves(channel.configuration)
        and not (channel.made_of.is_by_hand and _asks_to_ring(alert))
    ]
    return sorted(ways, key=lambda way: (way[1].made_of.is_by_hand, way[1].is_closed_at(at)))


def _asks_to_ring(alert: Alert) -> bool:
    return alert.entry_id is not None and alert.entry.event == ASK


def reachable(
    people: Sequence[Person], kinds: Sequence[str], level: int, at: datetime.datetime
) -> bool:
    """Is there any way at all, at this moment, to at least one of these people?

    `kinds` are the ways that a ladder insists on, none: each person's own. The product itself is a
    way to somebody who uses it, where the ladder does not insist on others. Two queries.
    """
    asked = [Alert(person=person, kinds=list(kinds), level=level) for person in people]
    in_app = ContactPoint.Kind.IN_APP
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in _in_use(person.pk for person in people):
        if point.kind == in_app and (not kinds or in_app in kinds):
            return True
        points[point.person_id].append(point)
    channels = _channels()
    return any(ways_of(alert, points[alert.person_id], channels, at) for alert in asked)


def is_never_quiet(alert: Alert) -> bool:
    return alert.level is not None and alert.level <= NEVER_QUIET


def is_practice(alert: Alert) -> bool:
    """Is it a drill's? A call-down is one without an incident: its first word says so."""
    return alert.incident.is_drill if alert.incident else alert.text.startswith(DRILL)


def delivery(
    alert: Alert, point: ContactPoint, channel: Channel, at: datetime.datetime
) -> Delivery:
    """A delivery of this alert over this way, due at once, not saved yet."""
    about = f"{alert.incident_id or 0}-{alert.entry_id}"
    return Delivery(
        alert=alert,
        person_id=alert.person_id,
        point=point,
        channel=channel,
        kind=point.kind,
        shown=point.masked,
        key=f"yj-{about}-{alert.person_id}-{point.pk}-{channel.pk}",
        level=FOR_DRILLS if is_practice(alert) else alert.level or ORDINARY,
        created_at=at,
        due_at=at,
        expires_at=alert.expires_at or at + LIFE,
    )


def _points(alerts: Sequence[Alert]) -> dict[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in _in_use(alert.person_id for alert in alerts):
        # Seen in the product it is anyway; that is no way out of it.
        if point.kind != ContactPoint.Kind.IN_APP:
            found[point.person_id].append(point)
    return found


def _in_use(people: Iterable[int]) -> list[ContactPoint]:
    """Contact points of these people, each person's in their own order."""
    keys = sorted(set(people))
    words = "is_active AND person_id = ANY(%s) ORDER BY position, id"
    return once(("points", *keys), lambda: rows.where(ContactPoint, words, keys))


def _channels() -> list[Channel]:
    """Those in use, in the order in which they are tried."""
    words = "is_active ORDER BY position, id"
    return once("channels", lambda: rows.where(Channel, words))


def _tried(alerts: Sequence[Alert]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for one in Delivery.objects.filter(alert__in=alerts):
        if one.alert_id is not None:
            found[one.alert_id].append(one)
    return found


def _untried(ways: Sequence[Way], tried: Sequence[Delivery]) -> Way | None:
    """The first way that was not taken, and whose number has not been written to otherwise. Who
    rings it by hand is heard where a message or a machine was not."""
    taken = {(one.point_id, one.channel_id) for one in tried}
    sent = {one.point_id for one in tried if one.state == Delivery.State.SENT}
    for point, channel in ways:
        is_new = point.pk not in sent or channel.made_of.is_by_hand
        if (point.pk, channel.pk) not in taken and is_new:
            return point, channel
    return None


def _keeps_quiet(alert: Alert, points: Sequence[ContactPoint], at: datetime.datetime) -> bool:
    """Has the person ways, and all of them are closed at this hour?"""
    if is_never_quiet(alert) or not points:
        return False
    return not any(point.is_open_at(at) for point in points)


def _note_exhausted(entry: Entry, at: datetime.datetime) -> None:
    """Raise the alarm when nobody at all who was called about an entry could be reached.

    Not about an alarm itself: there the chain ends, and the banner on the pages remains. Nor about
    a ladder's rung: whom to call next is the ladder's own matter (`notices.workflow.climbing`).
    """
    if entry.event == OF_THE_LADDER:
        _hasten_ladder(entry, at)
    if entry.event in (EXHAUSTED, OF_THE_LADDER, END_OF_LADDER):
        return
    with connection.cursor() as cursor:
        # Two engines that each exhaust their last call must not both look away, or both cry.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exhausted'), %s)", [entry.pk])
    called = list(Alert.objects.filter(entry=entry, calls=True).select_related("person"))
    if any(alert.is_answered or alert.exhausted_at is None for alert in called):
        return
    if Entry.objects.filter(stream=entry.stream, event=EXHAUSTED, facts__entry=entry.pk).exists():
        return
    sent = Delivery.objects.filter(alert__in=called, sent_at__isnull=False).exists()
    record(
        entry.stream,
        EXHAUSTED,
        by=None,
        at=at,
        facts={
            "entry": entry.pk,
            "what": called[0].text,
            "people": [alert.person.name for alert in called][:20],
            "sent": sent,
        },
    )


def _hasten_ladder(entry: Entry, at: datetime.datetime) -> None:
    """Not one message to a whole rung went out: the people above it need not wait for its time.

    Who may also see it in the product is given the plan's time.
    """
    called = Alert.objects.filter(entry=entry)
    if called.filter(exhausted_at__isnull=True).exists() or called.filter(kinds=[]).exists():
        return
    if called.filter(kinds__contains=[ContactPoint.Kind.IN_APP]).exists():
        return
    if Delivery.objects.filter(alert__entry=entry, sent_at__isnull=False).exists():
        return
    step = Step.objects.filter(entry=entry).first()
    if step is not None:
        # Climbs are locked before alerts, and alerts are held here: a climb that somebody else
        # holds is being answered or steered right now, and left alone.
        waiting = Climb.objects.select_for_update(skip_locked=True).filter(
            pk=step.climb_id, state=Climb.State.RUNNING, round=step.round
        )
        for climb in waiting.filter(position=step.position + 1, due_at__gt=at):
            Climb.objects.filter(pk=climb.pk).update(due_at=at)
