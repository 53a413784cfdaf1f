"""What must hold after every fault. Each function gives what is wrong, in sentences; none: well.

They read the database that this process looks at (`tests.faults.place.looking_at`) and what a sink
has recorded; `check` is what every fault ends with.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Count, F, Max, Min, QuerySet
from django.db.models.functions import Now

from incidents.models import Deadline
from journal import verify
from journal.models import Entry, PoisonedEntry
from notices.models import Alert, Attempt, Climb, Delivery, Step
from tests.faults.place import Place, wait_for
from tests.sinks import Request

State = Delivery.State


def settled() -> Iterator[str]:
    """Nothing is lost on the way: every delivery has ended, and no call still waits for one."""
    for state, count in (
        Delivery.objects.under_way().values_list("state").annotate(Count("pk")).order_by()
    ):
        yield f"{count} deliveries are {state}"
    # What comes due in this very moment is taken in the next.
    if waiting := _at_once(since=3.0).count():
        yield f"{waiting} calls have not taken a way"


def unsettled() -> bool:
    """Is anything still on its way, or about to be?"""
    return _at_once().exists() or Delivery.objects.under_way().exists()


def unrelayed() -> bool:
    return Entry.objects.filter(relayed_at__isnull=True).exists()


def _at_once(since: float = 0.0) -> QuerySet[Alert]:
    return Alert.objects.filter(calls=True, next_at__lte=Now() - timedelta(seconds=since))


def arrived(requests: Iterable[Request], *, wanted: Iterable[Alert] | None = None) -> Iterator[str]:
    """Every wanted message is at the sink at least once, and whatever says «sent» is there.

    `wanted`: these calls; without it all calls that nobody answered.
    """
    there = keys(requests)
    calls = Alert.objects.filter(calls=True)
    if wanted is None:
        calls = calls.filter(seen_at__isnull=True, acknowledged_at__isnull=True)
    else:
        calls = calls.filter(pk__in=[alert.pk for alert in wanted])
    of_alert: dict[int, list[str]] = {pk: [] for pk in calls.values_list("pk", flat=True)}
    for alert, key, state in Delivery.objects.values_list("alert", "key", "state"):
        of_alert.get(alert, []).append(key)
        if state == State.SENT and key not in there:
            yield f"{key} is sent, and is not at the sink"
    lost = [pk for pk, ways in of_alert.items() if not there.keys() & set(ways)]
    if lost:
        yield f"{len(lost)} of {len(of_alert)} calls never arrived: {lost[:5]}"


def repeats(requests: Iterable[Request]) -> Iterator[str]:
    """Whatever came more than once bears one key, and all but one coming is marked as a repeat."""
    known = set(Delivery.objects.values_list("key", flat=True))
    plain: Counter[str] = Counter()
    for request in requests:
        said = request.json
        if request.headers.get("webhook-id") != said["id"]:
            yield f"{said['id']} came under another key: {request.headers.get('webhook-id')}"
        for key in said["ids"]:
            if key not in known:
                yield f"{key} is nobody's key"
            if not said["is_repeat"] and not _was_refused(request):
                plain[key] += 1
    for key, count in plain.items():
        if count > 1:
            yield f"{key} came {count} times without the mark of a repeat"


def once() -> Iterator[str]:
    """Effects in the database happened once: rungs, passed clocks, alerts, tries."""
    fired = Counter(
        (entry.stream, entry.facts["epoch"], entry.facts["round"], entry.facts["position"])
        for entry in Entry.objects.filter(event="ladder.fire")
    )
    yield from (f"rung {rung} was taken {n} times" for rung, n in fired.items() if n > 1)
    steps = Step.objects.filter(skipped="").count()
    if steps != sum(fired.values()):
        yield f"{steps} rungs in the rows, {sum(fired.values())} in the journal"
    told = Counter(entry.facts["deadline"] for entry in Entry.objects.filter(event="deadline.pass"))
    yield from (f"clock {clock} passed {n} times" for clock, n in told.items() if n > 1)
    passed = set(Deadline.objects.filter(passed_at__isnull=False).values_list("pk", flat=True))
    if passed != set(told):
        yield f"{len(passed)} clocks passed in the rows, {len(told)} in the journal"
    for alert in (
        Alert.objects.values("entry", "person").annotate(n=Count("pk")).filter(n__gt=1).order_by()
    ):
        yield f"told twice: {alert}"
    for row in Delivery.objects.annotate(n=Count("attempts")).exclude(n=F("tries")):
        yield f"{row.key} says {row.tries} tries, and has {row.n}"


def journal() -> Iterator[str]:
    """Gapless and unchanged; nothing is left to relay, nothing was set aside."""
    yield from map(str, verify.breaks())
    if waiting := Entry.objects.filter(relayed_at__isnull=True).count():
        yield f"{waiting} entries are not relayed"
    for poisoned in PoisonedEntry.objects.all():
        yield f"entry {poisoned.pk} was set aside: {poisoned.error}"


def stopped() -> Iterator[str]:
    """Once an acknowledgement stopped a ladder no further rung of it was taken."""
    ends: dict[tuple[str, int], int] = {}
    for stream, seq, facts in Entry.objects.filter(event="ladder.stop").values_list(
        "stream", "seq", "facts"
    ):
        where = (stream, facts["epoch"])
        if where in ends:
            yield f"{stream} stopped twice"
        ends[where] = seq
    for stream, seq, facts in Entry.objects.filter(event="ladder.fire").values_list(
        "stream", "seq", "facts"
    ):
        if seq > ends.get((stream, facts["epoch"]), seq):
            yield f"{stream}: rung {facts['position']} after the ladder had stopped"


def in_order() -> Iterator[str]:
    """Rungs of one ladder were taken from below, without one left out."""
    for climb in Climb.objects.prefetch_related("steps"):
        rows = sorted(climb.steps.all(), key=lambda step: step.pk)
        places = [(step.round, step.position) for step in rows]
        if places != sorted(places):
            yield f"{climb}: rungs in this order: {places}"
        of_first = [position for round_number, position in places if round_number == 1]
        if of_first != list(range(1, len(of_first) + 1)):
            yield f"{climb}: rungs left out: {of_first}"


def wrong(place: Place, *, sink: bool = True, wanted: Iterable[Alert] | None = None) -> list[str]:
    """Everything that does not hold. `sink`: False where nothing was to be sent."""
    requests = list(place.sink.requests)
    found = [*settled(), *once(), *journal(), *stopped(), *in_order()]
    if sink:
        found += [*arrived(requests, wanted=wanted), *repeats(requests)]
    return found


def check(
    place: Place,
    *,
    sink: bool = True,
    wanted: Iterable[Alert] | None = None,
    within: float = 40.0,
) -> None:
    """Wait until the engine has nothing left to do, `within` seconds at most; then look."""

    def why() -> str:
        return "\n".join([*settled(), *journal(), place.parts_said()])

    # Whatever the fault has left, and what it was told by, is done by these.
    place.begin("relay")
    place.begin("sender")
    wait_for(lambda: not (unsettled() or unrelayed()), why, within)
    found = wrong(place, sink=sink, wanted=wanted)
    assert not found, "\n".join([*found[:20], place.parts_said()])


def lag() -> float:
    """Seconds from the call to the settled first sending of the slowest call."""
    slowest = (
        Attempt.objects.filter(result="sent", delivery__alert__isnull=False)
        .values("delivery__alert")
        .annotate(took=Min("ended_at") - Min("delivery__alert__created_at"))
        .aggregate(most=Max("took"))["most"]
    )
    return slowest.total_seconds() if slowest else 0.0


def keys(requests: Iterable[Request]) -> Counter[str]:
    """How often each message came and was not refused."""
    return Counter(
        key for request in requests if not _was_refused(request) for key in request.json["ids"]
    )


def _was_refused(request: Request) -> bool:
    """A plain no: the message did not arrive, and coming again is no repeat."""
    return request.answered is not None and request.answered.status >= 400


def repeated(requests: Iterable[Request]) -> int:
    """How many messages came more often than once."""
    return sum(count - 1 for count in keys(requests).values())
