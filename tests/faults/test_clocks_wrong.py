"""One process's wall clock is wrong by an hour: the database's clock decides alone."""

import json
import time

from incidents.models import Deadline
from journal.recording import now
from notices.models import Climb, Delivery, Step
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import call, reports, shift, staff, staircase, ways
from tests.faults.place import wait_for
from tests.faults.sizes import sizes

HOUR = 3600.0


@sizes(quick={"calls": 6}, full={"calls": 100})
def test_nothing_is_early_or_late_by_the_clock_of_a_process(place, size):
    staircase(3)
    made = reports(3)
    running = Deadline.objects.running()
    early = Deadline.objects.count()
    for part, clock in (("engine", HOUR), ("engine", -HOUR), ("sender", HOUR), ("sender", -HOUR)):
        place.begin(part, clock=clock)
    time.sleep(3)
    # Whose clock is ahead took nothing that is due within the hour.
    assert Step.objects.count() == len(made)
    assert not running.filter(passed_at__isnull=False).exists()
    assert running.count() == early
    # Whose clock is behind lets nothing lie that is due by now.
    shift(60 * 30)
    wait_for(
        lambda: (
            not running.filter(passed_at__isnull=True, due_at__lte=now()).exists()
            and not Climb.objects.active().filter(due_at__lte=now()).exists()
        ),
        place.parts_said,
    )
    assert Step.objects.count() == 2 * len(made)
    place.end_parts()
    invariants.check(place, sink=False)


@sizes(quick={"calls": 6}, full={"calls": 100})
def test_messages_go_in_time_whatever_the_sender_thinks_the_time_is(place, size):
    ways(place, "sms")
    lags = {}
    for clock in (HOUR, -HOUR):
        alerts = call(staff(size["calls"], "sms"))
        sender = place.begin("sender", clock=clock)
        wait_for(
            lambda called=alerts: (
                not Delivery.objects.filter(alert__in=called).exclude(state="sent").exists()
                and Delivery.objects.filter(alert__in=called).count() == len(called)
            ),
            place.parts_said,
        )
        place.strike(sender)
        for row in Delivery.objects.filter(alert__in=alerts):
            # Written by the database's clock, not by the process's.
            assert abs((row.sent_at - now()).total_seconds()) < HOUR / 2
        lags[clock] = invariants.lag()
        said = [json.loads(request.body)["timestamp"] for request in place.sink.requests]
        assert abs(int(said[-1]) - time.time()) > HOUR / 2, "the sender's own clock was right"
    invariants.check(place)
    note(
        12,
        "Wall clock of a process wrong by an hour",
        f"±1 h, {2 * size['calls']} calls",
        early=0,
        slowest_call=max(lags.values()),
    )
