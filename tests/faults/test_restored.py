"""A backup that is put back calls nobody about what was due in it: people are asked to compare."""

import subprocess
from pathlib import Path

import pytest
from django.db.models import F

from incidents import workflow as incidents
from incidents.models import Deadline
from journal import incarnation
from journal.models import Entry
from journal.recording import now
from journal.relay import relay
from notices import pump
from notices.models import Alert, Attempt, Climb, Delivery, Step
from notices.workflow.reaching import advance
from ops import reachable, restored
from ops.engines import Engines, service_account
from tests import make
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import call, reports, shift, staff, staircase, ways
from tests.faults.place import Place, drop, looking_at, wait_for
from tests.faults.sizes import sizes
from tests.tables import make_database

State = Delivery.State
NEVER_SENT = 600


def program(place: Place, name: str) -> Path:
    return Engines(place.folder, service_account(place.folder)).postgres / name


def dump(place: Place) -> Path:
    """As docs/operations.md has it."""
    file = place.folder / "yingji.dump"
    command = [program(place, "pg_dump"), "--format=custom", f"--file={file}", place.url]
    subprocess.run(command, check=True)
    return file


def put_back(place: Place, file: Path, url: str) -> None:
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    command = [program(place, "pg_restore"), *options, f"--dbname={url}", file]
    subprocess.run(command, check=True)


@pytest.mark.parametrize("where", ["in place", "elsewhere"])
@sizes(quick={"calls": 6}, full={"calls": 200})
def test_a_backup_put_back_sends_nothing_old_and_asks_people_to_compare(place, size, where):
    if where == "elsewhere" and size["calls"] < 50:
        pytest.skip("in make faults")
    ways(place, "sms")
    above = staircase(3)
    (called,) = reports(1)
    waiting = call(staff(size["calls"], "sms"))
    advance()
    # One message is on the wire, and its sender is frozen with it.
    frozen = place.begin("sender", failpoints="claimed=stop:1")
    wait_for(lambda: place.is_frozen(frozen), place.parts_said)
    place.strike(frozen)
    clocks = Deadline.objects.running().count()
    unrelayed = make.report(location="还没有转发")
    file = dump(place)

    # Life goes on: everything is sent, rung and answered. Nothing of it is in the backup.
    Climb.objects.update(due_at=now())
    # Not sealed: what an exported root says of the lost end, verification would tell.
    for part in ("relay", "climb", "sender"):
        place.begin(part)
    wait_for(lambda: not (invariants.unsettled() or invariants.unrelayed()), place.parts_said)
    wait_for(lambda: Step.objects.filter(climb__incident=called).count() == 2)
    place.end_parts()
    incidents.acknowledge(called.pk, by=make.person("it"))
    sent_before = set(invariants.keys(place.sink.requests))
    assert len(sent_before) >= size["calls"]
    place.sink.requests.clear()

    url = place.url
    if where == "elsewhere":
        url = make_database("yingji_put_back", with_tables=False)
    put_back(place, file, url)
    place.url, kept = url, place.url
    try:
        with looking_at(url):
            _compare(place, size, clocks, called, unrelayed, sent_before, len(waiting), above)
    finally:
        place.end_parts()
        if where == "elsewhere":
            drop(url)
            place.url = kept
    note(
        13,
        f"A backup put back {where}",
        f"{size['calls']} messages, {clocks} clocks, 2 ladders under way",
        old_messages_sent_again=0,
        old_clocks_rung=0,
    )


def _compare(place, size, clocks, called, unrelayed, sent_before, waiting, above):
    # Five minutes went by between the backup and its return.
    shift(NEVER_SENT)
    due = Deadline.objects.running().filter(due_at__lte=now()).count()
    assert due >= clocks
    assert Delivery.objects.under_way().count() == waiting
    assert incarnation.is_restored()
    # Whatever starts first stands still until stock was taken.
    assert (relay(), pump.deliver(), incidents.climb()) == (0, 0, 0)
    for part in ("engine", "sender"):
        place.begin(part)
    watchdog = place.begin("watchdog")
    told = Entry.objects.filter(event=restored.RESTORED)
    wait_for(told.exists, place.parts_said)
    news = wait_for(
        lambda: Delivery.objects.filter(alert__entry__event=restored.RESTORED, state=State.SENT),
        place.parts_said,
    )
    wait_for(lambda: not (invariants.unsettled() or invariants.unrelayed()), place.parts_said)
    place.strike(watchdog)
    place.end_parts()

    came = set(invariants.keys(place.sink.requests))
    assert not came & sent_before
    assert came == set(news.all().values_list("key", flat=True))
    assert not Attempt.objects.filter(ended_at__isnull=True).exists()
    assert Delivery.objects.filter(state=State.EXPIRED).count() >= waiting
    entry = told.get()
    assert entry.facts["clocks"] == due
    assert entry.facts["calls"] >= waiting
    assert not Entry.objects.filter(event="deadline.pass").exists()
    assert Deadline.objects.running().filter(due_at__lte=now(), passed_at=None).count() == 0
    # Ladders wait as long as somebody may hold them back, and were not climbed meanwhile.
    for incident in (called, unrelayed):
        climb = Climb.objects.get(incident=incident)
        assert climb.state == Climb.State.PAUSED
        assert Step.objects.filter(climb=climb).count() <= 1
        assert Entry.objects.filter(stream=incident.stream, event=restored.UNSAID).exists()
    found = [*invariants.journal(), *invariants.repeats(place.sink.requests)]
    assert not found, found

    # A person looks, once.
    assert reachable.look().findings[0].part == "restored"
    restored.check(by=make.person("it"))
    assert restored.to_be_checked() is None

    # What is new is called as ever, and who was forgotten by everybody is called after the pause.
    Climb.objects.filter(incident=called).update(
        paused_until=F("paused_at"), seconds_left=0, due_at=None
    )
    place.begin("engine")
    wait_for(lambda: Step.objects.filter(climb__incident=called).count() == 2, place.parts_said)
    assert Alert.objects.filter(incident=called, person=above[1]).exists()
    place.end_parts()


def test_a_restored_database_takes_stock_once_however_many_ask(place):
    make.report()
    incarnation.Incarnation.objects.create(identity="another")
    assert incarnation.is_restored()
    assert restored.take_stock() is True
    assert restored.take_stock() is False
    assert not restored.take_stock_if_restored()
    assert Entry.objects.filter(event=restored.RESTORED).count() == 1


def test_a_new_database_is_its_own(place):
    incarnation.Incarnation.objects.all().delete()
    assert not incarnation.is_restored()
    assert not restored.take_stock()
