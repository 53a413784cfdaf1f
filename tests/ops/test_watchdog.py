"""The watchdog's look at one row, and what it then does, in one process."""

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

import journal.relay
from journal.models import Entry
from journal.recording import record
from ops import watchdog, workflow
from ops.models import Heartbeat
from ops.tasks import heartbeat, sender_heartbeat, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def dog():
    """A watchdog that has watched for a while already. The sender lives."""
    sender_heartbeat()
    dog = watchdog.Watchdog()
    dog.began = time.monotonic() - 3600
    return dog


def set_beat(seconds_ago: float, name: str = "beat") -> None:
    Heartbeat.objects.update_or_create(
        name=name, defaults={"at": Now() - timedelta(seconds=seconds_ago)}
    )


def engine_events() -> list[str]:
    return list(Entry.objects.of("engine").values_list("event", flat=True))


def an_unrelayed_entry() -> Entry:
    with transaction.atomic():
        return record("test:1", "test.happened", by=None)


def relayed(entry: Entry) -> bool:
    return Entry.objects.get(pk=entry.pk).relayed_at is not None


def test_while_beat_is_alive_the_watchdog_only_watches(dog):
    heartbeat()
    entry = an_unrelayed_entry()
    assert dog.look() is False
    assert engine_events() == []
    assert not relayed(entry)
    assert workflow.age_of_beat("watchdog") < 2


def test_with_a_late_beat_what_is_due_is_done_and_the_alarm_recorded_once(dog):
    set_beat(seconds_ago=30)
    entry = an_unrelayed_entry()
    assert dog.look() is True
    assert relayed(entry)
    dog.look()
    assert engine_events() == ["engine.stalled"]
    assert Entry.objects.get(event="engine.stalled").facts == {"silent_seconds": 30}


def test_a_beat_that_comes_back_is_recorded_once_and_a_new_episode_begins_anew(dog):
    set_beat(seconds_ago=30)
    dog.look()
    set_beat(seconds_ago=0)
    dog.look()
    dog.look()
    set_beat(seconds_ago=30)
    dog.look()
    assert engine_events() == ["engine.stalled", "engine.recovered", "engine.stalled"]


def test_a_restarted_watchdog_does_not_tell_the_same_episode_twice(dog):
    set_beat(seconds_ago=30)
    dog.look()
    other = watchdog.Watchdog()
    other.began = dog.began
    other.look()
    assert engine_events() == ["engine.stalled"]


def test_right_after_a_start_an_old_beat_is_no_alarm():
    set_beat(seconds_ago=86_400)
    assert watchdog.Watchdog().look() is False
    assert engine_events() == []


def test_a_beat_that_never_came_is_an_alarm_after_the_same_patience(dog):
    assert watchdog.Watchdog().look() is False
    assert dog.look() is True
    assert engine_events() == ["engine.stalled"]


def test_with_the_sender_alone_silent_only_its_own_work_is_done(dog):
    heartbeat()
    set_beat(seconds_ago=30, name="sender")
    done = []
    for duty in dog.duties:
        duty.do = lambda now, name=duty.name: done.append(name)
    assert dog.look() is True
    assert sorted(done) == ["notices.tasks.deliver", "ops.tasks.sign_of_life"]
    assert engine_events() == []
    told = list(Entry.objects.of("engine:sender").values_list("event", flat=True))
    assert told == ["engine.stalled"]
    sender_heartbeat()
    assert dog.look() is False
    assert Entry.objects.of("engine:sender").last().event == "engine.recovered"


def test_in_a_tick_what_fails_keeps_no_other_from_being_done(settings, monkeypatch):
    settings.EVERY_SECOND = ("ops.tasks.no_such_task", "journal.tasks.relay")
    entry = an_unrelayed_entry()
    tick()
    assert relayed(entry)
    assert workflow.age_of_beat("beat") < 5


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_does_not_answer_holds_up_no_clock(dog):
    """What waits for others is done in a thread, one at a time."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def wait_for_others():
        begun.release()
        go_on.wait(10)

    duty = watchdog.DutyApart("slow", wait_for_others, 1.0, part="sender")
    began = time.monotonic()
    duty.do(0.0)
    duty.do(1.0)
    assert time.monotonic() - began < 5
    assert begun.acquire(timeout=5)
    assert not begun.acquire(blocking=False)
    go_on.set()
    duty._thread.join(5)
    duty.do(2.0)
    assert begun.acquire(timeout=5)
    duty._thread.join(5)


def test_one_duty_that_fails_stops_no_other(dog):
    def fail():
        raise ValueError("a broken duty")

    set_beat(seconds_ago=30)
    entry = an_unrelayed_entry()
    dog.duties.insert(0, watchdog.Duty("broken", fail, 1.0))
    dog.look()
    assert relayed(entry)


def test_the_watchdog_does_everything_that_beat_rings():
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ticked = {*settings.EVERY_SECOND, *settings.EVERY_SECOND_OF_SENDER}
    done = {duty.name for duty in watchdog.duties()}
    assert done == rung - set(watchdog.TICKS) | ticked
    assert "notices.tasks.deliver" in done
    assert "journal.tasks.relay" in done
    assert "incidents.tasks.climb" in done


def test_a_duty_is_not_called_more_often_than_beat_would():
    calls = []
    duty = watchdog.Duty("seldom", lambda: calls.append(1), 10.0)
    for now in (0.0, 2.0, 9.9, 10.0):
        if duty.is_due(now):
            duty.do(now)
    assert len(calls) == 2


def test_relay_is_the_very_function_that_the_task_calls(dog, monkeypatch):
    """No second way of relaying may grow beside the first."""
    seen = []
    monkeypatch.setitem(journal.relay._subscribers, "test.happened", [seen.append])
    entry = an_unrelayed_entry()
    set_beat(seconds_ago=30)
    dog.look()
    assert [one.pk for one in seen] == [entry.pk]


def test_what_a_relay_leaves_over_is_not_left_until_the_next_look(dog, monkeypatch):
    """A relay ends after its time; with Redis dead nobody hears that it asks for the next call."""
    monkeypatch.setattr(journal.relay, "BUDGET", 0.3)
    slowly = [lambda _entry: time.sleep(0.6 * journal.relay.BUDGET)]
    monkeypatch.setitem(journal.relay._subscribers, "test.happened", slowly)
    entries = [an_unrelayed_entry() for _number in range(5)]
    set_beat(seconds_ago=30)
    dog.look()
    assert all(map(relayed, entries))
