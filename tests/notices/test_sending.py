"""Deliveries: claimed once, settled by their holder alone, repeated with the same key, bundled."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from journal.relay import relay
from notices import pump, workflow
from notices.channels.outcome import failed, sent
from notices.models import Alert, Attempt, Channel, Delivery
from notices.workflow import sending
from notices.workflow.bundling import BUNDLE
from notices.workflow.reaching import advance
from tests import make
from tests.notices.climbing import call_all_of_it, ladder, to
from tests.notices.making_channels import NUMBER, OTHER_NUMBER, age, call, channel, reachable
from tests.sinks import Reply, Sink, reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]
State = Delivery.State


def due(alert):
    """Its one delivery is due now, whatever pause it was in."""
    Delivery.objects.filter(alert=alert, state=State.WAITING).update(due_at=timezone.now())


def only(alert):
    return Delivery.objects.get(alert=alert)


# Claiming -----------------------------------------------------------------------------------------


def test_a_claimed_delivery_is_leased_and_the_try_is_written_before_it_is_made(sms):
    alert = call(reachable(("sms", NUMBER)))
    advance()
    parcel = sending.claim()
    row = only(alert)
    assert (row.state, row.token, row.tries) == (State.SENDING, parcel.token, 1)
    assert row.leased_until > timezone.now()
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.ended_at, attempt.result) == (1, None, "")
    assert sending.claim() is None


def test_the_gravest_goes_first(sms):
    light = call(reachable(("sms", NUMBER)), make.confirmed(level=4))
    grave = call(
        reachable(("sms", OTHER_NUMBER)),
        make.confirmed(incident=make.report(location="急诊"), level=1),
    )
    advance()
    assert sending.claim().alerts == (grave.pk,)
    assert sending.claim().alerts == (light.pk,)


def test_what_is_no_longer_wanted_is_not_sent_and_says_so(sink, sms):
    person = reachable(("sms", NUMBER))
    alert = call(person)
    advance()
    workflow.open_alert(alert.pk, by=person)
    pump.deliver()
    row = only(alert)
    assert row.state == State.DROPPED
    assert "看到" in row.words
    assert sink.requests == []


def test_what_waited_too_long_is_not_sent_and_says_so(sink, sms):
    alert = call(reachable(("sms", NUMBER)))
    advance()
    Delivery.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    pump.deliver()
    assert only(alert).state == State.EXPIRED
    assert sink.requests == []


def test_a_point_that_was_removed_or_a_channel_that_was_switched_off_is_passed_over(sink, sms):
    first = call(reachable(("sms", NUMBER)))
    second = call(reachable(("sms", OTHER_NUMBER)))
    advance()
    first.person.contact_points.all().delete()
    pump.deliver()
    assert only(first).state == State.FAILED
    assert only(second).state == State.SENT
    third = call(reachable(("sms", OTHER_NUMBER)))
    advance()
    workflow.switch_off_channel(sms.pk, by=make.person("admin"), reason="x")
    pump.deliver()
    assert only(third).state == State.FAILED


@pytest.mark.django_db(transaction=True)
def test_side_by_side_nothing_is_claimed_twice(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    sink = Sink()
    channel("webhook", sink, configuration={"serves": "sms"})
    for number in range(40):
        call(reachable(("sms", f"139000001{number:02}")))
    advance()
    claimed, barrier = [], threading.Barrier(6)

    def work():
        barrier.wait()
        while (parcel := sending.claim()) is not None:
            claimed.extend(parcel.deliveries)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sink.close()
    assert len(claimed) == len(set(claimed)) == 40


# Settling -----------------------------------------------------------------------------------------


def test_only_the_holder_of_the_lease_settles(sms):
    alert = call(reachable(("sms", NUMBER)))
    advance()
    late = sending.claim()
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert sending.recover() == 1
    again = sending.claim()
    assert again.message.key == late.message.key
    assert again.message.is_repeat
    assert not late.message.is_repeat
    assert sending.settle(late, failed("500", "late")) is False
    assert only(alert).state == State.SENDING
    assert sending.settle(again, sent("id-2")) is True
    row = only(alert)
    assert (row.state, row.provider_id, row.tries) == (State.SENT, "id-2", 2)
    results = list(Attempt.objects.order_by("number").values_list("result", "is_repeat"))
    assert results == [("late", False), ("sent", True)]
    assert sending.settle(again, failed("500", "twice")) is False
    assert only(alert).state == State.SENT


def test_a_lease_that_runs_out_is_not_touched_before(sms):
    call(reachable(("sms", NUMBER)))
    advance()
    sending.claim()
    assert sending.recover() == 0


def test_what_may_have_arrived_is_not_repeated_for_ever(sink, sms):
    sink.answer = Reply(how="drop")
    alert = call(reachable(("sms", NUMBER)))
    for _ in range(6):
        pump.deliver()
        due(alert)
    row = only(alert)
    assert (row.state, row.unknowns) == (State.FAILED, sending.MOST_UNKNOWN)
    keys = {request.headers["webhook-id"] for request in sink.requests}
    assert len(sink.requests) == sending.MOST_UNKNOWN
    assert keys == {row.key}
    assert [request.json["is_repeat"] for request in sink.requests] == [False, True, True]


def test_a_failure_is_tried_again_with_growing_and_spread_pauses(sink, sms):
    sink.answer = reply({}, 500)
    alert = call(reachable(("sms", NUMBER)))
    pauses = []
    for _ in range(4):
        began = timezone.now()
        pump.deliver()
        row = only(alert)
        assert row.state == State.WAITING
        pauses.append((row.due_at - began).total_seconds())
        # Ours is the question of pauses here, not of the circuit.
        Channel.objects.update(failures=0, opened_until=None)
        due(alert)
    assert 0.4 < pauses[0] < 2
    assert 3.5 < pauses[3] < 10
    sink.answer = reply({"id": "x"})
    pump.deliver()
    assert only(alert).state == State.SENT
    assert [request.json["is_repeat"] for request in sink.requests] == [False] * 5


def test_retry_after_is_kept_for_the_whole_channel(sink, sms):
    sink.answer = reply({}, 429, Retry_After="30")
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    wait = (only(alert).due_at - timezone.now()).total_seconds()
    assert 28 < wait <= 30
    other = call(reachable(("sms", OTHER_NUMBER)))
    pump.deliver()
    assert Delivery.objects.filter(alert=other).first().state == State.WAITING
    assert len(sink.requests) == 1


def test_while_a_way_fails_again_and_again_the_next_is_taken(sink, sms):
    calls = Sink(reply({"id": "c"}))
    channel("voice", calls, name="电话")
    sink.answer = reply({}, 503)
    alert = call(reachable(("sms", NUMBER), ("phone", OTHER_NUMBER)))
    for _ in range(3):
        pump.deliver()
        due(alert)
    states = dict(Delivery.objects.filter(alert=alert).values_list("kind", "state"))
    calls.close()
    assert states == {"sms": State.WAITING, "phone": State.SENT}


def test_a_robot_that_must_wait_lets_its_people_be_reached_otherwise(sink):
    channel("wecom", sink, rates=[{"most": 1, "seconds": 60, "per_address": False}], name="群")
    channel("webhook", sink, name="短信", configuration={"serves": "sms"})
    sink.answer = lambda request: reply({"errcode": 0, "id": "x"})
    first = call(reachable(("wecom", "zhang"), ("sms", NUMBER)))
    pump.deliver()
    second = call(reachable(("wecom", "li"), ("sms", OTHER_NUMBER)))
    pump.deliver()
    assert [row.state for row in first.deliveries.order_by("pk")] == [State.SENT]
    assert {row.kind: row.state for row in second.deliveries.all()} == {
        "wecom": State.WAITING,
        "sms": State.SENT,
    }


def test_a_channel_that_hangs_leaves_room_for_the_others(sink, sms, settings, monkeypatch):
    from notices.channels import wire

    monkeypatch.setattr(wire, "PATIENCE", 1.0)
    monkeypatch.setattr(wire.post, "__kwdefaults__", {"seconds": 1.0})
    settings.DELIVERY_SLOTS = 4
    hanging = Sink(Reply(how="hang"))
    channel("voice", hanging, name="电话")
    stuck = [call(reachable(("phone", f"1390000020{number}"))) for number in range(5)]
    fine = call(reachable(("sms", NUMBER)))
    Delivery.objects.all()
    advance()
    # The one that can go stands behind all that hang.
    Delivery.objects.filter(alert=fine).update(due_at=timezone.now())
    began = time.monotonic()
    pump.deliver(budget=0.5)
    hanging.close()
    assert only(fine).state == State.SENT
    assert (sink.requests[0].at - began) < 0.9
    assert len(hanging.requests) == 4, "its own slots, and no more"
    assert {only(alert).unknowns for alert in stuck} == {0, 1}


# Bundling -----------------------------------------------------------------------------------------


def test_a_burst_to_one_person_goes_as_one_message_behind_the_first(sink, sms):
    person = reachable(("sms", NUMBER))
    first = call(person, text="第一条")
    pump.deliver()
    burst = [call(person, text=f"第 {number} 条") for number in (2, 3, 4)]
    pump.deliver()
    assert len(sink.requests) == 1, "the burst waits for a few seconds"
    for alert in (first, *burst):
        age(alert, 6)
    pump.deliver()
    assert len(sink.requests) == 2
    body = sink.requests[1].json
    assert body["title"] == "3 条告警：第 2 条"
    assert body["text"].splitlines() == ["1. 第 2 条", "2. 第 3 条", "3. 第 4 条"]
    assert len(body["ids"]) == 3
    assert {only(alert).state for alert in burst} == {State.SENT}
    assert len({only(alert).parcel for alert in burst}) == 1


def test_what_was_answered_meanwhile_is_left_out_of_the_bundle(sink, sms):
    person = reachable(("sms", NUMBER))
    first = call(person)
    pump.deliver()
    gone, stays = call(person, text="已看过"), call(person, text="还要看")
    advance()
    workflow.open_alert(gone.pk, by=person)
    for alert in (first, gone, stays):
        age(alert, 6)
    pump.deliver()
    assert sink.requests[1].json["title"] == "还要看"
    assert only(gone).state == State.DROPPED


def test_two_people_are_never_bundled_by_sms(sink, sms):
    for number in (NUMBER, OTHER_NUMBER):
        call(reachable(("sms", number)))
    pump.deliver()
    assert sorted(request.json["to"] for request in sink.requests) == [NUMBER, OTHER_NUMBER]


def test_a_robot_tells_a_group_once_and_mentions_everybody(sink):
    robot = channel("wecom", sink)
    sink.answer = reply({"errcode": 0})
    people = [reachable(("wecom", name)) for name in ("zhang", "li", "wang")]
    incident = make.report()
    for person in people:
        call(person, incident)
    pump.deliver()
    (request,) = sink.requests
    assert request.json["text"]["mentioned_list"] == ["zhang", "li", "wang"]
    assert Delivery.objects.filter(channel=robot, state=State.SENT).count() == 3


def test_a_drill_would_say_so_and_the_facts_of_the_incident_are_told(sink, sms):
    call(reachable(("sms", NUMBER)), make.confirmed(level=2))
    pump.deliver()
    facts = sink.requests[0].json["facts"]
    assert facts["level"] == "Ⅱ"
    assert facts["place"] == "门诊楼一层收费处"
    assert facts["hospital"] == "示范医院"


# As a whole ---------------------------------------------------------------------------------------


def test_a_report_reaches_it_over_their_own_ways(sink, sms):
    person = reachable(("sms", NUMBER))
    call_all_of_it()
    make.report()
    relay()
    pump.deliver()
    told = [request.json for request in sink.requests if request.json["to"] == NUMBER]
    assert len(told) == 1
    assert told[0]["title"].startswith("新故障报告")
    assert Delivery.objects.filter(person=person).count() == 1


def test_what_follows_within_the_bundle_is_due_when_that_goes_and_wakes_no_sender(
    sink, sms, monkeypatch
):
    person = reachable(("sms", NUMBER))
    ladder(to(person, after=0))
    make.report()
    relay()
    pump.deliver()
    sent_at = Delivery.objects.get(person=person).sent_at
    nudged = []
    monkeypatch.setattr("journal.live.hurry", nudged.append)
    second = make.report(location="急诊")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.db.transaction.on_commit", lambda act, **_kwargs: act())
        relay()
    waiting = Delivery.objects.get(person=person, alert__incident=second)
    assert waiting.due_at == sent_at + BUNDLE
    assert "notices.tasks.deliver" not in nudged
    for alert in Alert.objects.filter(person=person):
        age(alert, 6)
    pump.deliver()
    told = [request.json["title"] for request in sink.requests if request.json["to"] == NUMBER]
    assert len(told) == 2


def test_a_second_call_of_the_pump_returns_at_once(sink, sms):
    call(reachable(("sms", NUMBER)))
    for _ in range(pump.SIDE_BY_SIDE):
        pump._running.acquire()
    try:
        assert pump.deliver() == 0
        assert sink.requests == []
    finally:
        for _ in range(pump.SIDE_BY_SIDE):
            pump._running.release()
    assert pump.deliver() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_written_down_though_the_database_hung_up_meanwhile(sink, sms):
    alert = call(reachable(("sms", NUMBER)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()

    def struck(_request):
        def strike():
            with connection.cursor() as other:
                other.execute("SELECT pg_terminate_backend(%s)", [ours])
            connection.close()

        thread = threading.Thread(target=strike)
        thread.start()
        thread.join()
        return reply({"id": "x"})

    sink.answer = struck
    assert pump.deliver() == 1
    assert only(alert).state == State.SENT
    assert len(sink.requests) == 1
