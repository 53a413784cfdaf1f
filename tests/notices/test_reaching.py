"""Reaching a person: which ways, in which order, and when there is none left."""

from datetime import time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from incidents import workflow as incidents
from journal.models import Entry
from journal.recording import record
from journal.relay import relay
from notices import pump, workflow
from notices.models import Alert, Channel, Delivery
from notices.workflow import reaching
from teams.models import ContactPoint
from teams.workflow import switch_contact
from tests import make
from tests.notices.making_channels import NUMBER, OTHER_NUMBER, age, call, channel, reachable
from tests.sinks import Sink, reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


def ways(alert):
    rows = Delivery.objects.filter(alert=alert).order_by("pk")
    return [(row.channel.name, row.state) for row in rows]


def exhausted():
    return Entry.objects.filter(event="delivery.exhausted")


def test_the_first_way_is_taken_at_once_and_the_product_as_well(sink, sms):
    alert = call(reachable(("sms", NUMBER)))
    assert alert.seen_at is None
    pump.deliver()
    assert ways(alert) == [("短信", "sent")]
    (request,) = sink.requests
    assert request.json["to"] == NUMBER
    assert request.json["title"] == "请处理：挂号中断"
    assert request.json["url"].startswith("https://yingji.example.org/a/")


def test_ways_follow_the_persons_own_order(sink, sms, voice):
    alert = call(reachable(("phone", NUMBER), ("sms", OTHER_NUMBER)))
    pump.deliver()
    assert ways(alert) == [("电话", "sent")]
    age(alert, 200)
    pump.deliver()
    assert ways(alert) == [("电话", "sent"), ("短信", "sent")]


def test_a_ladder_may_insist_on_kinds_in_its_own_order(sink, sms, voice):
    person = reachable(("phone", NUMBER), ("sms", OTHER_NUMBER))
    alert = call(person, kinds=["sms"])
    pump.deliver()
    age(alert, 10_000)
    pump.deliver()
    assert [name for name, _state in ways(alert)] == ["短信"]
    alert = call(person, kinds=["sms", "phone"])
    assert [name for name, _state in ways(alert)] == ["短信"]


def test_the_next_way_waits_for_an_answer_as_long_as_the_grade_can(sink, sms, voice):
    alert = call(reachable(("sms", NUMBER), ("phone", OTHER_NUMBER)))
    pump.deliver()
    # The plan's provisional grade is what holds before IT has graded it.
    patience = reaching.PATIENCE[alert.level]
    age(alert, patience - 5)
    pump.deliver()
    assert len(ways(alert)) == 1
    age(alert, 6)
    pump.deliver()
    assert len(ways(alert)) == 2


def test_a_rung_of_the_plan_may_set_its_own_patience(sink, sms, voice):
    alert = call(reachable(("sms", NUMBER), ("phone", OTHER_NUMBER)), patience=900)
    pump.deliver()
    age(alert, 700)
    pump.deliver()
    assert len(ways(alert)) == 1
    age(alert, 201)
    pump.deliver()
    assert len(ways(alert)) == 2


def test_after_a_refusal_the_next_way_is_taken_at_once(sink, sms, voice):
    sink.answer = lambda request: reply(
        {}, 410 if "to" in request.json and "id" in request.json and "ids" in request.json else 200
    )
    alert = call(reachable(("sms", NUMBER), ("phone", OTHER_NUMBER)))
    pump.deliver()
    assert ways(alert) == [("短信", "failed"), ("电话", "sent")]


def test_channels_of_one_kind_stand_in_for_one_another(sink, sms):
    broken = Sink(reply({}, 401))
    first = channel("webhook", broken, name="首选短信", position=1, configuration={"serves": "sms"})
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    broken.close()
    assert ways(alert) == [("首选短信", "failed"), ("短信", "sent")]
    assert first.failures == 0


def test_a_number_that_was_written_to_is_not_written_to_by_a_second_channel(sink, sms):
    channel("webhook", sink, name="备用短信", position=200, configuration={"serves": "sms"})
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    age(alert, 10_000)
    pump.deliver()
    assert ways(alert) == [("短信", "sent")]


def test_a_barred_channel_comes_behind_those_that_are_not(sink, sms, voice):
    until = timezone.now() + timedelta(minutes=5)
    Channel.objects.filter(pk=sms.pk).update(opened_until=until, failures=9)
    alert = call(reachable(("sms", NUMBER), ("phone", OTHER_NUMBER)))
    pump.deliver()
    assert ways(alert) == [("电话", "sent")]


def test_points_out_of_use_and_channels_out_of_use_are_no_ways(sink, sms, voice):
    person = reachable(("sms", NUMBER), ("phone", OTHER_NUMBER))
    switch_contact(person.contact_points.get(kind="sms").pk, by=person, on=False)
    workflow.switch_off_channel(voice.pk, by=make.person("admin"), reason="维护")
    alert = call(person)
    pump.deliver()
    assert ways(alert) == []


@pytest.mark.parametrize(("level", "is_held"), [(1, False), (2, False), (3, True), (4, True)])
def test_quiet_hours_never_hold_back_the_two_gravest_grades(sink, sms, level, is_held):
    person = reachable(("sms", NUMBER))
    local = timezone.localtime()
    begins = (local + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    ends = (local + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    ContactPoint.objects.filter(person=person).update(hours_from=begins, hours_to=ends)
    alert = call(person, make.confirmed(level=level))
    pump.deliver()
    assert (ways(alert) == []) is is_held
    alert.refresh_from_db()
    assert alert.exhausted_at is None
    if is_held:
        ContactPoint.objects.filter(person=person).update(
            hours_from=time(0, 0), hours_to=time(23, 59, 59)
        )
        age(alert, reaching.QUIET_PAUSE.total_seconds() + 1)
        pump.deliver()
        assert ways(alert) == [("短信", "sent")]


@pytest.mark.parametrize("answer", ["seen", "acknowledged"])
def test_an_answer_ends_it(sink, sms, voice, answer):
    person = reachable(("sms", NUMBER), ("phone", OTHER_NUMBER))
    alert = call(person)
    pump.deliver()
    if answer == "seen":
        workflow.open_alert(alert.pk, by=person)
    else:
        workflow.acknowledge_alert(alert.pk, how="page", by=person)
    age(alert, 10_000)
    pump.deliver()
    assert ways(alert) == [("短信", "sent")]
    alert.refresh_from_db()
    assert (alert.next_at, alert.exhausted_at) == (None, None)


def test_what_is_only_for_information_stays_in_the_product(sink, sms):
    alert = call(reachable(("sms", NUMBER)), calls=False)
    pump.deliver()
    assert ways(alert) == []
    assert sink.requests == []


def test_a_report_calls_it_and_stops_calling_when_one_has_received_it(sink, sms):
    person = reachable(("sms", NUMBER))
    incident = make.report()
    relay()
    incidents.acknowledge(incident.pk, by=make.person("it"))
    pump.deliver()
    assert ways(Alert.objects.get(person=person)) == []
    assert sink.requests == []


# Nobody reached -----------------------------------------------------------------------------------


def test_when_every_way_was_tried_it_is_said_and_others_are_called(sink, sms):
    alert = call(reachable(("sms", NUMBER), name="小林"))
    pump.deliver()
    assert not exhausted().exists()
    age(alert, 10_000)
    pump.deliver()
    alert.refresh_from_db()
    assert alert.exhausted_at is not None
    entry = exhausted().get()
    assert entry.facts["people"] == ["小林"]
    relay()
    told = set(Alert.objects.filter(entry=entry).values_list("person__username", flat=True))
    assert {"xinxi", "guanli"} <= told
    assert all(one.calls for one in Alert.objects.filter(entry=entry))


def test_as_long_as_one_of_them_may_still_answer_nobody_cries(sink, sms, voice):
    incident = make.report()
    people = [reachable(("sms", NUMBER)), reachable(("sms", OTHER_NUMBER), ("phone", OTHER_NUMBER))]
    with transaction.atomic():
        entry = record(incident.stream, "test.call", by=None)
        workflow.alert(entry, people, incident=incident, text="x", url="/", calls=True)
    pump.deliver()
    age(Alert.objects.get(person=people[0]), 10_000)
    age(Alert.objects.get(person=people[1]), 200)
    pump.deliver()
    assert Alert.objects.get(person=people[0]).exhausted_at is not None
    assert not exhausted().exists()
    workflow.open_alert(Alert.objects.get(person=people[1]).pk, by=people[1])
    age(Alert.objects.get(person=people[1]), 10_000)
    pump.deliver()
    assert not exhausted().exists()


def test_without_any_way_the_product_has_its_time_before_it_is_said():
    alert = call(make.new_person("it"))
    pump.deliver()
    assert not exhausted().exists()
    age(alert, reaching.PATIENCE[alert.level] + 1)
    pump.deliver()
    assert exhausted().count() == 1
    age(alert, 10_000)
    pump.deliver()
    assert exhausted().count() == 1


def test_an_alarm_about_nobody_reached_makes_no_alarm_of_its_own():
    alert = call(make.new_person("it"))
    age(alert, 10_000)
    pump.deliver()
    relay()
    for one in Alert.objects.filter(entry=exhausted().get()):
        age(one, 10_000)
    pump.deliver()
    relay()
    assert exhausted().count() == 1
    assert Alert.objects.unreached().filter(entry=exhausted().get()).exists()


def test_what_is_too_old_calls_nobody(sink, sms):
    alert = call(reachable(("sms", NUMBER)))
    age(alert, reaching.LIFE.total_seconds() + 1)
    pump.deliver()
    assert sink.requests == []
    assert not exhausted().exists()
