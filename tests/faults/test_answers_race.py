"""What people answer and what providers report, in any order and against the engine."""

import random
import threading
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from journal.models import Entry
from journal.recording import now
from notices import workflow
from notices.models import Alert, Climb, Delivery
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import call, reports, staff, staircase, ways
from tests.faults.place import wait_for
from tests.faults.sizes import sizes

Receipt = Delivery.Receipt


@sizes(quick={"races": 30, "batch": 30}, full={"races": 1000, "batch": 100})
def test_after_an_acknowledgement_is_through_no_rung_is_taken(place, size):
    """Two engines take rungs that are due, as fast as they can, while the first rung answers."""
    first, *_above = staircase(3)
    raced = 0
    for part in ("climb", "climb", "relay"):
        place.begin(part)
    while raced < size["races"]:
        made = reports(min(size["batch"], size["races"] - raced))
        wait_for(lambda: not invariants.unrelayed(), place.parts_said)
        calls = list(Alert.objects.filter(incident__in=made, person=first, calls=True))
        assert len(calls) == len(made)
        random.Random(raced).shuffle(calls)
        # The next rungs of all come due while the first are answered.
        Climb.objects.filter(incident__in=made).update(due_at=Now() + timedelta(seconds=0.2))
        spread = timedelta(milliseconds=20)
        for turn, alert in enumerate(calls):
            Climb.objects.filter(incident=alert.incident_id).update(
                due_at=F("due_at") + turn * spread
            )
        for alert in calls:
            workflow.acknowledge_alert(alert.pk, how=Alert.Answer.LINK, by=first)
        raced += len(made)
        assert not Climb.objects.active().filter(incident__in=made).exists()
        Climb.objects.filter(incident__in=made, due_at__isnull=False).update(due_at=Now())
    place.end_parts()
    invariants.check(place, sink=False, within=100)
    taken = Entry.objects.filter(event="ladder.fire").count() - raced
    note(
        11,
        "Acknowledgement against escalation",
        f"{raced} races",
        rungs_taken_before_it=taken,
        rungs_taken_after_it=0,
    )


@sizes(quick={"messages": 8, "times": 3}, full={"messages": 200, "times": 5})
def test_receipts_that_come_twice_and_in_any_order_never_take_anything_back(place, size):
    """Each receipt comes several times, in another order to each of four doors at once."""
    ways(place, "sms")
    alerts = call(staff(size["messages"], "sms"))
    sender = place.begin("sender")
    wait_for(lambda: not invariants.unsettled(), place.parts_said)
    place.strike(sender)
    keys = list(Delivery.objects.filter(alert__in=alerts).values_list("pk", flat=True))
    start = now()
    moments = {receipt: start + timedelta(seconds=n) for n, receipt in enumerate(Receipt)}
    told: list[str] = []
    barrier = threading.Barrier(4)

    def door(number: int) -> None:
        dice = random.Random(number)
        coming = [
            (key, receipt) for key in keys for receipt in Receipt for _ in range(size["times"])
        ]
        dice.shuffle(coming)
        barrier.wait()
        try:
            for key, receipt in coming:
                found = Delivery.objects.filter(pk=key)
                before = found.get().receipt
                late = timedelta(seconds=dice.randrange(60))
                found.note(receipt, moments[receipt] + late)
                after = found.get().receipt
                if Receipt.values.index(after) < Receipt.values.index(before):
                    told.append(f"{key}: {before} became {after}")
            for key in keys:
                for receipt in Receipt:
                    Delivery.objects.filter(pk=key).note(receipt, moments[receipt])
        finally:
            connection.close()

    doors = [threading.Thread(target=door, args=[number]) for number in range(4)]
    for one in doors:
        one.start()
    for one in doors:
        one.join(300)
    assert not told
    for delivery in Delivery.objects.filter(pk__in=keys):
        assert delivery.receipt == Receipt.ACKNOWLEDGED
        # The earliest moment of each stays; what is above implies what is below.
        assert delivery.delivered_at == moments[Receipt.DELIVERED]
        assert delivery.seen_at == moments[Receipt.SEEN]
        assert delivery.acknowledged_at == moments[Receipt.ACKNOWLEDGED]
        assert delivery.sent_at <= delivery.delivered_at
    invariants.check(place, wanted=alerts)
    note(
        10,
        "Receipts twice and out of order",
        f"{len(keys)} messages, {len(keys) * len(Receipt) * (size['times'] + 1) * 4} receipts",
        taken_back=0,
    )
