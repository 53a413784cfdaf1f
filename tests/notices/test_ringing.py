"""The phone tree: a person is told whom to ring, rings, and notes what came of it."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices import pump, workflow
from notices.models import Alert, Delivery
from notices.ringing import ringers, to_ring
from notices.workflow import reaching
from notices.workflow.ringing import MOST_RINGS
from teams.models import Duty
from teams.workflow import add_contact
from tests import make
from tests.notices.making_channels import NUMBER, age, call, channel, reachable
from tests.teams import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]
ASKED = "phone.ask"


@pytest.fixture
def tree():
    return workflow.add_channel(
        "phone_tree",
        by=make.person("admin"),
        name="人工电话",
        configuration={"who": "cs"},
        secrets={},
        position=900,
    )


@pytest.fixture
def clerk():
    return make.person("cs")


def asked(alert):
    """Take the person's turn on the list, and tell who rings."""
    pump.deliver()
    relay()
    return Delivery.objects.get(alert=alert, channel__kind="phone_tree")


def noted(delivery, by, result, **facts):
    delivery.refresh_from_db()
    facts = {"tries": delivery.tries} | facts
    return workflow.note_rung(delivery.pk, by=by, result=result, **facts)


def test_whoever_rings_is_told_whom_and_about_what(tree, clerk):
    alert = call(reachable(("phone", NUMBER), name="王接线"))
    asked(alert)
    told = Alert.objects.get(person=clerk, entry__event=ASKED)
    assert "王接线" in told.text
    assert "挂号中断" in told.text
    assert told.url == reverse("notices:to_ring")
    assert told.calls
    assert [one.alert_id for one in to_ring()] == [alert.pk]


def test_it_is_the_last_way_also_of_a_number_that_a_machine_has_rung(tree, clerk, sink):
    channel("voice", sink, name="电话", position=950)
    alert = call(reachable(("phone", NUMBER)))
    pump.deliver()
    assert not to_ring()
    age(alert, 600)
    reaching.advance()
    delivery = asked(alert)
    assert [one.channel.kind for one in alert.deliveries.order_by("pk")] == ["voice", "phone_tree"]
    assert delivery.state == Delivery.State.SENT


def test_who_is_asked_to_ring_is_not_rung_by_hand(tree, clerk):
    add_contact(clerk.pk, by=clerk, kind="phone", address=NUMBER)
    asked(call(reachable(("phone", "13900000002"))))
    pump.deliver()
    told = Alert.objects.get(person=clerk, entry__event=ASKED)
    assert not told.deliveries.exists()


def test_those_on_duty_ring_and_where_nobody_is_all_of_them(tree, clerk):
    other, at = make.new_person("cs"), timezone.now()
    assert {clerk, other} <= set(ringers(tree, at))
    Duty.objects.create(
        roster=making.roster(),
        slot=1,
        person=other,
        shift_on=timezone.localdate(),
        compiled_at=at,
        starts_at=at - timedelta(hours=1),
        ends_at=at + timedelta(hours=1),
    )
    assert ringers(tree, at) == [other]


def test_reached_is_the_persons_acknowledgement_and_says_who_rang(tree, clerk):
    alert = call(reachable(("phone", NUMBER)))
    delivery = asked(alert)
    noted(delivery, clerk, "reached", words="五分钟到")
    alert.refresh_from_db()
    assert alert.acknowledged_how == Alert.Answer.PHONE
    assert alert.noted_by == clerk
    delivery.refresh_from_db()
    assert delivery.receipt == Delivery.Receipt.ACKNOWLEDGED
    assert delivery.point.last_ok_at is not None
    assert Entry.objects.get(event="phone.result").facts["words"] == "五分钟到"
    assert not to_ring()


def test_nobody_answered_is_noted_and_others_are_looked_for_at_once(tree, clerk):
    alert = call(reachable(("phone", NUMBER)), patience=900)
    delivery = asked(alert)
    age(alert, 1)
    noted(delivery, clerk, "silent")
    assert delivery.attempts.order_by("number").last().result == "silent"
    alert.refresh_from_db()
    assert alert.next_at is not None
    assert (alert.next_at - delivery.created_at).total_seconds() < 60
    # It may be rung again, but not for ever.
    for _turn in range(MOST_RINGS - 1):
        assert to_ring()
        noted(delivery, clerk, "busy")
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.FAILED
    assert not to_ring()


def test_a_wrong_number_is_not_dialled_again(tree, clerk):
    delivery = asked(call(reachable(("phone", NUMBER))))
    assert noted(delivery, clerk, "wrong").state == Delivery.State.FAILED


def test_what_was_noted_meanwhile_or_answered_otherwise_is_a_conflict(tree, clerk):
    alert = call(reachable(("phone", NUMBER)))
    delivery = asked(alert)
    noted(delivery, clerk, "silent")
    with pytest.raises(Conflict):
        noted(delivery, clerk, "silent", tries=1)
    assert delivery.attempts.count() == 2
    workflow.acknowledge_alert(alert.pk, how=Alert.Answer.PAGE, by=alert.person)
    with pytest.raises(Conflict):
        noted(delivery, clerk, "reached")
    assert not to_ring()


def test_once_nobody_is_left_to_be_rung_who_rings_is_not_called_any_more(tree, clerk, sink):
    channel("webhook", sink, name="短信", configuration={"serves": "sms"})
    add_contact(clerk.pk, by=clerk, kind="sms", address="13900000003")
    alert = call(reachable(("phone", NUMBER)))
    asked(alert)
    workflow.acknowledge_alert(alert.pk, how=Alert.Answer.PAGE, by=alert.person)
    pump.deliver()
    told = Delivery.objects.get(alert__entry__event=ASKED, person=clerk)
    assert told.state == Delivery.State.DROPPED
    assert told.words == "要打的电话已经打了。"
    assert not sink.requests


@pytest.mark.parametrize("who", ["department", "logistics", "auditor"])
def test_only_those_whom_a_channel_may_ask_ring_and_see_numbers(client, tree, clerk, who):
    delivery = asked(call(reachable(("phone", NUMBER))))
    with pytest.raises(NotAllowed):
        noted(delivery, make.person(who), "reached")
    client.force_login(make.person(who))
    page = client.get(reverse("notices:to_ring")).content.decode()
    assert NUMBER not in page
    assert delivery.shown in page
    assert client.post(reverse("notices:rung", args=[delivery.pk])).status_code == 403
    delivery.refresh_from_db()
    assert delivery.tries == 1


def test_oneself_and_other_results_are_refused(tree, clerk):
    alert = call(reachable(("phone", NUMBER)))
    delivery = asked(alert)
    with pytest.raises(Incomplete):
        noted(delivery, alert.person, "reached")
    with pytest.raises(Incomplete):
        noted(delivery, clerk, "shouted")


def test_the_page_shows_number_and_words_and_keeps_what_was_typed(client, tree, clerk):
    delivery = asked(call(reachable(("phone", NUMBER), name="王接线")))
    client.force_login(clerk)
    page = client.get(reverse("notices:to_ring")).content.decode()
    assert f"tel:{NUMBER}" in page
    assert "挂号中断" in page
    url = reverse("notices:rung", args=[delivery.pk])
    said = {"result": "silent", "tries": "7", "words": "家属接的"}
    answer = client.post(url, said)
    assert answer.status_code == 409
    assert "家属接的" in answer.content.decode()
    assert client.post(url, {"result": "reached", "tries": "x"}).status_code == 409
    assert client.post(url, {"result": "", "tries": "1"}).status_code == 422
    assert client.post(url, said | {"tries": "1"}).status_code == 302
    assert "家属接的" in client.get(reverse("notices:to_ring")).content.decode()
    assert "去打电话" in client.get(reverse("notices:unreached")).content.decode()
    assert client.post(reverse("notices:rung", args=[987654])).status_code == 404


def test_the_api_lists_the_calls_masks_numbers_and_takes_results(client, tree, clerk):
    delivery = asked(call(reachable(("phone", NUMBER), name="王接线")))
    client.force_login(make.person("department"))
    (shown,) = client.get("/api/phone-calls/").json()
    assert (shown["id"], shown["number"]) == (delivery.pk, delivery.shown)
    address = f"/api/phone-calls/{delivery.pk}/rung/"
    said = {"result": "silent", "tries": 1, "words": "没有人接"}
    assert client.post(address, said, "application/json").status_code == 403
    client.force_login(clerk)
    (shown,) = client.get("/api/phone-calls/").json()
    assert shown["number"] == NUMBER
    assert client.post(address, said | {"result": "x"}, "application/json").status_code == 400
    assert client.post(address, said | {"tries": 7}, "application/json").status_code == 409
    answer = client.post(address, said, "application/json").json()
    assert answer["tries"] == 2
    assert "没有人接" in answer["words"]
    answer = client.post(address, {"result": "reached", "tries": 2}, "application/json")
    assert answer.status_code == 200
    assert client.get("/api/phone-calls/").json() == []
    assert client.post("/api/phone-calls/987654/rung/", said, "application/json").status_code == 404


def test_the_list_has_a_fixed_number_of_queries(client, tree, clerk, django_assert_max_num_queries):
    client.force_login(clerk)
    for number in range(5):
        call(reachable(("phone", f"1390000001{number}")))
    pump.deliver()
    with django_assert_max_num_queries(12):
        client.get(reverse("notices:to_ring"))


def test_it_is_neither_tried_nor_a_canary(tree, clerk, settings):
    settings.CANARY_AT = time(0, 0)
    reachable(("phone", NUMBER))
    assert workflow.canary() == 0
    with pytest.raises(Conflict):
        workflow.try_channel(tree.pk, by=make.person("admin"))


def test_who_rings_has_time_to_dial_and_then_those_who_lead_are_told(tree, clerk):
    alert = call(reachable(("phone", NUMBER), name="王接线"), patience=60)
    asked(alert)
    told = Alert.objects.get(person=clerk, entry__event=ASKED)
    alert.refresh_from_db()
    assert alert.next_at - alert.created_at >= reaching.RING_BY_HAND
    age(told, 600)
    for one in Alert.objects.filter(entry__event=ASKED).exclude(pk=told.pk):
        age(one, 600)
    pump.deliver()
    relay()
    head = Alert.objects.get(person=make.person("fault_head"), entry__event="delivery.exhausted")
    assert head.text.startswith("请打电话叫王接线")
    assert head.url == reverse("notices:to_ring")
