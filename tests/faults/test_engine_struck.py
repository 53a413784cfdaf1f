"""The engine killed in a transaction, all engines away, many at once: each thing is done once."""

import contextlib
import time
from datetime import timedelta

import psycopg2
import pytest

from incidents.models import Deadline, Incident
from journal.models import Entry
from journal.recording import now
from notices.models import Alert, Climb, Step
from tests import make
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import reports, shift, staircase
from tests.faults.place import Place, wait_for
from tests.faults.sizes import sizes


@contextlib.contextmanager
def stream_held(place: Place, stream: str):
    """Whoever writes to this stream of the journal waits, in the middle of a transaction."""
    connection = psycopg2.connect(place.url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM journal_stream WHERE name = %s FOR UPDATE", [stream])
            assert cursor.fetchone()
            yield
    finally:
        connection.rollback()
        connection.close()


def is_waiting(place: Place) -> bool:
    """Does somebody stand in a transaction and wait for the head of a stream?"""
    return bool(
        place.sql(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO journal_stream%%'"
        )
    )


@pytest.mark.parametrize("part", ["relay", "climb"])
@sizes(quick={"kills": 2}, full={"kills": 40})
def test_an_engine_killed_in_its_transaction_leaves_nothing_half_done(place, size, part):
    """It has written climb, rung or passed clock, and dies before the journal's entry."""
    staircase(3)
    for number in range(size["kills"]):
        (incident,) = reports(1, relayed=part == "climb")
        if part == "climb":
            shift(60, incident=incident)
        before = _rows_of(incident)
        with stream_held(place, incident.stream):
            struck = place.begin(part)
            wait_for(lambda: is_waiting(place), place.parts_said)
            place.strike(struck)
        # The server goes on until it has something to say to who is dead.
        wait_for(lambda: place.connections() == 1)
        assert _rows_of(incident) == before
        if number % 10 == 9 or number == size["kills"] - 1:
            done_by = place.begin(part)
            wait_for(lambda: not _due(part), place.parts_said)
            place.strike(done_by)
    invariants.check(place, sink=False)
    assert Step.objects.count() == size["kills"] * (2 if part == "climb" else 1)
    note(3, f"Engine killed in a transaction of {part}", f"{size['kills']} kills", half_done=0)


def _rows_of(incident: Incident) -> list[int]:
    return [
        rows.count()
        for rows in (
            Entry.objects.of(incident.stream),
            Climb.objects.filter(incident=incident),
            Step.objects.filter(climb__incident=incident),
            Alert.objects.filter(incident=incident),
            Deadline.objects.filter(incident=incident, passed_at__isnull=False),
        )
    ]


def _due(part: str) -> bool:
    if part == "relay":
        return Entry.objects.filter(relayed_at__isnull=True).exists()
    return Climb.objects.active().filter(due_at__lte=now()).exists()


@sizes(quick={"incidents": 4}, full={"incidents": 50})
def test_after_five_minutes_without_any_engine_nothing_due_is_lost(place, size):
    staircase(4)
    made = reports(size["incidents"])
    clocks = Deadline.objects.running().filter(due_at__lte=make.later(minutes=5))
    due = set(clocks.values_list("pk", flat=True))
    assert due
    shift(300)
    began = time.monotonic()
    engine = place.begin("engine")
    wait_for(
        lambda: (
            not Deadline.objects.filter(pk__in=due, passed_at__isnull=True).exists()
            and not _due("climb")
        ),
        place.parts_said,
    )
    back = time.monotonic() - began
    # What is above comes after its own time, not all at once.
    assert Step.objects.count() == 2 * len(made)
    for _rung in range(2):
        shift(60)
        wait_for(lambda: not _due("climb"), place.parts_said)
    place.strike(engine)
    assert Step.objects.count() == 4 * len(made)
    invariants.check(place, sink=False)
    note(
        5,
        "All engines away for five minutes",
        f"{len(made)} ladders, {len(due)} clocks due meanwhile",
        caught_up_in=back,
    )


@sizes(
    quick={"incidents": 6, "clocks": 8, "engines": 3, "beats": 0},
    full={"incidents": 100, "clocks": 98, "engines": 5, "beats": 3},
)
def test_engines_side_by_side_do_each_thing_once(place, size):
    """All clocks and ladders are due in the same second; in full by beats and workers of Celery."""
    staircase(2)
    due = _many(size["incidents"], size["clocks"])
    if size["beats"]:
        place.begin_celery(beats=size["beats"], workers=size["engines"])
        wait_for(lambda: place.sql("SELECT 1 FROM ops_heartbeat WHERE name = 'beat'"), within=90)
    shift(3600)
    began = now()
    if not size["beats"]:
        for _engine in range(size["engines"]):
            place.begin("engine")
    wait_for(
        lambda: not Deadline.objects.running().filter(pk__in=due, passed_at=None).exists(),
        place.parts_said,
        within=300,
    )
    took = (now() - began).total_seconds()
    assert Deadline.objects.filter(pk__in=due, passed_at__isnull=False).count() == len(due)
    wait_for(lambda: not _due("climb"), place.parts_said)
    wait_for(lambda: not _due("relay"), place.parts_said, within=300)
    told = (now() - began).total_seconds()
    place.end_parts()
    invariants.check(place, sink=False, within=100)
    note(
        6,
        "All clocks due in the same second",
        f"{size['beats']} beats, {size['engines']} engines, {len(due)} clocks",
        passed_in=took,
        told_in=told,
        done_twice=0,
    )


def _many(incidents: int, clocks: int) -> list[int]:
    """Reported incidents, each with so many clocks besides its own; gives the keys of all."""
    made = reports(incidents)
    Deadline.objects.bulk_create(
        Deadline(
            incident=incident,
            kind=Deadline.Kind.COMMAND,
            step=step,
            holder="领导小组",
            armed_at=incident.reported_at,
            due_at=incident.reported_at + timedelta(minutes=10),
        )
        for incident in made
        for step in range(1000, 1000 + clocks)
    )
    return list(Deadline.objects.running().values_list("pk", flat=True))
