"""Rates that all workers share, and circuits that open and close."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from journal.models import Entry
from notices import breaker, pacing
from notices.channels import Blame
from notices.channels.outcome import failed, refused, sent, unknown
from notices.models import Channel, Pace
from tests.notices.making_channels import channel
from tests.sinks import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def robot(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    sink = Sink()
    yield channel("wecom", sink, rates=[{"most": 3, "seconds": 60, "per_address": False}])
    sink.close()


def shift(seconds):
    """Let the windows' memories grow older: the database's clock is not ours to turn."""
    for pace in Pace.objects.all():
        pace.stamps = [stamp - timedelta(seconds=seconds) for stamp in pace.stamps]
        pace.save()


def test_no_more_than_the_rate_in_any_window(robot):
    assert [pacing.take(robot) for _ in range(3)] == [0, 0, 0]
    wait = pacing.take(robot)
    assert 60 < wait <= 62
    shift(30)
    assert 30 < pacing.take(robot) <= 32
    shift(32)
    assert [pacing.take(robot) for _ in range(3)] == [0, 0, 0]
    assert pacing.take(robot) > 60


def test_the_window_slides_and_does_not_refill(robot):
    """What a refilling bucket would let through around the turn of a minute waits here."""
    pacing.take(robot)
    shift(58)
    assert [pacing.take(robot) for _ in range(2)] == [0, 0]
    assert 0 < pacing.take(robot) <= 4
    shift(4)
    assert pacing.take(robot) == 0
    assert pacing.take(robot) > 50


def test_several_rates_hold_together_and_what_may_not_go_is_not_counted(robot):
    robot.rates = [
        {"most": 2, "seconds": 1, "per_address": False},
        {"most": 3, "seconds": 60, "per_address": False},
    ]
    assert [pacing.take(robot) for _ in range(2)] == [0, 0]
    for _ in range(5):
        assert 0 < pacing.take(robot) <= 1.1
    shift(2)
    assert pacing.take(robot) == 0
    assert pacing.take(robot) > 50


def test_each_address_has_a_window_of_its_own_and_is_not_stored(robot):
    robot.rates = [{"most": 1, "seconds": 60, "per_address": True}]
    assert pacing.take(robot, "13900000001") == 0
    assert pacing.take(robot, "13900000002") == 0
    assert pacing.take(robot, "13900000001") > 50
    assert not Pace.objects.filter(whom__contains="139").exists()


def test_windows_that_are_over_are_forgotten(robot):
    robot.rates = [{"most": 1, "seconds": 60, "per_address": True}]
    pacing.take(robot, "a")
    pacing.sweep(timezone.now())
    assert Pace.objects.exclude(whom="").count() == 1
    shift(200)
    pacing.sweep(timezone.now())
    assert Pace.objects.exclude(whom="").count() == 0


def test_without_a_rate_nothing_is_counted(robot):
    robot.rates = []
    assert [pacing.take(robot) for _ in range(50)] == [0] * 50
    assert not Pace.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_all_workers_together_keep_the_rate(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    sink = Sink()
    robot = channel("wecom", sink, rates=[{"most": 7, "seconds": 60, "per_address": False}])
    sink.close()
    went, barrier = [], threading.Barrier(8)

    def work():
        barrier.wait()
        for _ in range(5):
            with transaction.atomic():
                if pacing.take(robot) == 0:
                    went.append(1)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(went) == 7


# The circuit --------------------------------------------------------------------------------------


def note(robot, outcome, at=None):
    breaker.note(robot.pk, outcome, at or timezone.now())
    robot.refresh_from_db()


def events(robot):
    wanted = ("channel.open", "channel.recover")
    found = Entry.objects.of(robot.stream).filter(event__in=wanted)
    return list(found.values_list("event", flat=True))


@pytest.mark.parametrize(
    "outcome", [failed("500", "x"), unknown("", "x"), refused("310000", "x", Blame.CHANNEL)]
)
def test_a_row_of_failures_opens_the_circuit_once(robot, outcome):
    at = timezone.now()
    for _ in range(breaker.OPENS_AFTER - 1):
        note(robot, outcome, at)
    assert breaker.admit(robot, at)
    for _ in range(4):
        note(robot, outcome, at)
    assert not breaker.admit(robot, at)
    assert robot.openings == 1
    assert events(robot) == ["channel.open"]


@pytest.mark.parametrize("blame", [Blame.ADDRESS, Blame.MESSAGE])
def test_a_wrong_address_says_nothing_against_the_channel(robot, blame):
    for _ in range(20):
        note(robot, refused("1", "x", blame))
    assert robot.failures == 0


def test_after_the_pause_exactly_one_message_tries(robot):
    at = timezone.now()
    for _ in range(breaker.OPENS_AFTER):
        note(robot, failed("500", "x"), at)
    later = at + timedelta(seconds=breaker.FIRST_PAUSE + 1)
    assert breaker.admit(robot, later)
    robot.refresh_from_db()
    assert not breaker.admit(robot, later)
    note(robot, failed("500", "x"), later)
    assert robot.opened_until == later + timedelta(seconds=2 * breaker.FIRST_PAUSE)
    again = robot.opened_until + timedelta(seconds=1)
    assert breaker.admit(robot, again)
    note(robot, sent(), again)
    assert (robot.opened_until, robot.failures, robot.openings) == (None, 0, 0)
    assert breaker.admit(robot, again)
    assert events(robot) == ["channel.open", "channel.recover"]


def test_a_probe_whose_sender_died_is_followed_by_another(robot):
    at = timezone.now()
    for _ in range(breaker.OPENS_AFTER):
        note(robot, failed("500", "x"), at)
    later = at + timedelta(seconds=breaker.FIRST_PAUSE + 1)
    assert breaker.admit(robot, later)
    robot.refresh_from_db()
    assert breaker.admit(robot, later + timedelta(seconds=breaker.PROBE_PATIENCE + 1))


def test_a_success_in_between_begins_the_count_anew(robot):
    for _ in range(3):
        for _ in range(breaker.OPENS_AFTER - 1):
            note(robot, failed("500", "x"))
        note(robot, sent())
    assert events(robot) == []


def test_a_provider_that_asks_us_to_wait_is_left_alone_that_long(robot):
    at = timezone.now()
    note(robot, failed("429", "slow down", 30.0), at)
    assert robot.failures == 0
    assert not breaker.admit(robot, at + timedelta(seconds=29))
    assert breaker.admit(robot, at + timedelta(seconds=31))
    note(robot, failed("30s", "this number", 30.0, Blame.ADDRESS), at + timedelta(seconds=40))
    assert breaker.admit(robot, at + timedelta(seconds=41))


@pytest.mark.django_db(transaction=True)
def test_side_by_side_only_one_probes(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    sink = Sink()
    robot = channel("wecom", sink)
    sink.close()
    at = timezone.now()
    Channel.objects.filter(pk=robot.pk).update(opened_until=at - timedelta(seconds=1), failures=9)
    robot.refresh_from_db()
    admitted, barrier = [], threading.Barrier(6)

    def work():
        barrier.wait()
        with transaction.atomic():
            if breaker.admit(robot, at):
                admitted.append(1)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 1
