"""Acknowledging: by link without signing in, on the page, by telephone; and who was reached."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident, Order
from journal.models import Entry
from journal.refusals import Conflict, NotAllowed
from journal.relay import relay
from notices import links, pump, reach, workflow
from notices.models import Alert, Delivery
from tests import make
from tests.notices.climbing import call_all_of_it
from tests.notices.making_channels import NUMBER, OTHER_NUMBER, age, call, channel, reachable
from tests.sinks import Sink, reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


@pytest.fixture
def reported(sink, sms):
    """A report that went to somebody of IT by SMS: the person's alert."""
    person = reachable(("sms", NUMBER), name="小林")
    call_all_of_it()
    make.report()
    relay()
    pump.deliver()
    return Alert.objects.get(person=person)


def link_in(sink, to=NUMBER):
    """The path that stands in the last message to this number."""
    url = [request.json["url"] for request in sink.requests if request.json["to"] == to][-1]
    return url.removeprefix("https://yingji.example.org")


# By link ------------------------------------------------------------------------------------------


def test_a_link_acknowledges_without_signing_in(sink, reported):
    path = link_in(sink)
    page = Client().get(path)
    assert page.status_code == 200
    assert reported.text in page.content.decode()
    reported.refresh_from_db()
    assert reported.acknowledged_at is None, "messengers look at links by themselves"
    answer = Client(enforce_csrf_checks=True).post(path)
    assert "已确认收到" in answer.content.decode()
    reported.refresh_from_db()
    assert (reported.acknowledged_how, reported.noted_by) == ("link", None)
    incident = Incident.objects.get()
    assert incident.acknowledged_by == reported.person
    told = list(Entry.objects.of(incident.stream).values_list("event", flat=True))
    assert told[-3:] == ["alert.acknowledge", "incident.acknowledge", "ladder.stop"]
    row = Delivery.objects.get(alert=reported)
    assert row.receipt == "acknowledged"
    point = reported.person.contact_points.get(kind="sms")
    assert point.last_ok_how == "acknowledged"


def test_a_link_works_once_and_then_only_says_so(sink, reported):
    path, entries = link_in(sink), None
    for _ in range(3):
        answer = Client().post(path)
        assert answer.status_code == 200
        assert "已确认收到" in answer.content.decode()
        count = Entry.objects.count()
        assert entries in (None, count)
        entries = count


def test_a_link_expires(sink, reported):
    path = link_in(sink)
    Delivery.objects.update(expires_at=timezone.now() - timedelta(hours=9))
    assert Client().get(path).status_code == 410
    answer = Client().post(path)
    assert answer.status_code == 410
    assert "过期" in answer.content.decode()
    reported.refresh_from_db()
    assert reported.acknowledged_at is None


@pytest.mark.parametrize(
    "token", ["1-x", "x", "-", "1", "²", "9" * 40 + "-x", "１-x", "0-AAAAAAAAAAAAAAAAAAAAAA"]
)
def test_a_link_that_was_not_signed_leads_nowhere(reported, token):
    answer = Client().post(reverse("notices:answer", args=[token]))
    assert answer.status_code == 404
    assert "小林" not in answer.content.decode()


def test_a_link_is_good_for_its_own_message_only(sink, reported):
    mine = link_in(sink).strip("/").split("/")[-1]
    number, _dash, signature = mine.partition("-")
    assert links.delivery_of(mine) == int(number)
    assert links.delivery_of(f"{int(number) + 1}-{signature}") is None


def test_a_link_in_a_bundle_acknowledges_all_that_it_told(sink, sms):
    person = reachable(("sms", NUMBER))
    first = call(person, text="先到的")
    pump.deliver()
    burst = [call(person, text=f"第 {number} 条") for number in (2, 3)]
    for alert in (first, *burst):
        age(alert, 6)
    pump.deliver()
    page = Client().post(link_in(sink)).content.decode()
    assert "第 2 条" in page
    assert "第 3 条" in page
    assert not Alert.objects.filter(pk__in=[alert.pk for alert in burst], acknowledged_at=None)
    first.refresh_from_db()
    assert first.acknowledged_at is None


def test_an_order_is_read_back_by_its_link(sink, sms):
    person = reachable(("sms", NUMBER))
    person.department = make.department("门诊收费处")
    person.roles = ["department"]
    person.save()
    make.incident("commanded")
    relay()
    pump.deliver()
    Client().post(link_in(sink))
    order = Order.objects.get()
    assert (order.state, order.read_back_by) == (Order.State.READ_BACK, person)


def test_who_may_not_do_what_was_asked_has_still_acknowledged(sink, reported):
    """Somebody was faster with the report: this person has it all the same, and is left alone."""
    from incidents import workflow as incidents

    incidents.acknowledge(reported.incident_id, by=make.person("it"))
    Client().post(link_in(sink))
    reported.refresh_from_db()
    assert reported.acknowledged_at is not None
    assert Incident.objects.get().acknowledged_by == make.person("it")


@pytest.mark.django_db(transaction=True)
def test_pressed_many_times_at_once_it_is_acknowledged_once(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]
    sink = Sink(reply({"id": "x"}))
    channel("webhook", sink, configuration={"serves": "sms"})
    person = reachable(("sms", NUMBER))
    call_all_of_it()
    make.report()
    relay()
    pump.deliver()
    sink.close()
    row, barrier = Delivery.objects.get(person=person), threading.Barrier(6)

    def press():
        barrier.wait()
        workflow.answer_message(row.pk, how="link")
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Entry.objects.filter(event="alert.acknowledge").count() == 1
    assert Entry.objects.filter(event="incident.acknowledge").count() == 1


# On the page --------------------------------------------------------------------------------------


def test_one_acknowledges_ones_own_alert_on_the_page(client, reported):
    client.force_login(reported.person)
    assert "确认收到" in client.get("/alerts/").content.decode()
    assert client.post(f"/alerts/{reported.pk}/acknowledge/").url == "/alerts/"
    reported.refresh_from_db()
    assert reported.acknowledged_how == "page"
    client.force_login(make.person("leader"))
    assert client.post(f"/alerts/{reported.pk}/acknowledge/").status_code == 404


def test_nobody_acknowledges_for_another_but_by_telephone(reported):
    for how in ("page", "link", "reply"):
        with pytest.raises(NotAllowed):
            workflow.acknowledge_alert(reported.pk, how=how, by=make.person("cs"))
    with pytest.raises(NotAllowed):
        workflow.acknowledge_alert(reported.pk, how="phone", by=make.person("auditor"))


# By telephone -------------------------------------------------------------------------------------


def test_who_rang_the_person_notes_it_and_is_named(client, reported):
    client.force_login(make.person("cs"))
    answer = client.post(f"/alerts/{reported.pk}/phoned/")
    assert answer.url == reported.incident.get_absolute_url()
    reported.refresh_from_db()
    assert reported.acknowledged_how == "phone"
    assert reported.noted_by == make.person("cs")
    entry = Entry.objects.get(event="alert.acknowledge")
    assert entry.actor == f"person:{make.person('cs').pk}"
    assert Incident.objects.get().acknowledged_by == reported.person
    client.force_login(make.person("auditor"))
    assert client.post(f"/alerts/{reported.pk}/phoned/").status_code == 403


def test_a_read_back_needs_the_persons_own_word(sink, sms):
    person = reachable(("sms", NUMBER))
    person.department = make.department("门诊收费处")
    person.save()
    make.incident("commanded")
    relay()
    alert = Alert.objects.get(person=person, entry__event="order.issue")
    workflow.acknowledge_alert(alert.pk, how="phone", by=make.person("cs"))
    assert Order.objects.get().state == Order.State.ISSUED


# Receipts -----------------------------------------------------------------------------------------


def test_receipts_only_ever_add_whatever_their_order_and_number(sms):
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    rows = Delivery.objects.filter(alert=alert)
    sent_at = rows.get().sent_at
    first, later = sent_at + timedelta(seconds=5), sent_at + timedelta(seconds=9)
    rows.note(Delivery.Receipt.SEEN, later)
    assert rows.get().delivered_at == later
    for at in (later, first, later, first):
        rows.note(Delivery.Receipt.DELIVERED, at)
    row = rows.get()
    assert (row.sent_at, row.delivered_at, row.seen_at) == (sent_at, first, later)
    assert (row.receipt, row.acknowledged_at) == ("seen", None)


# Who was reached ----------------------------------------------------------------------------------


def test_the_incident_page_shows_who_was_reached_by_what(client, sink, reported):
    client.force_login(make.person("it"))
    incident = reported.incident
    url = reverse("notices:reach", args=[incident.pk])
    assert url in client.get(incident.get_absolute_url()).content.decode()
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "小林" in page
    assert "短信 ••••01" in page
    assert NUMBER not in page
    assert "还没有回应" in page
    assert "电话已通知到" in page
    Client().post(link_in(sink))
    page = client.get(url).content.decode()
    assert "已确认（点短信或消息里的链接）" in page
    client.force_login(make.person("auditor"))
    assert "电话已通知到" not in client.get(url).content.decode()


def test_the_panel_has_a_fixed_number_of_queries(client, sms, django_assert_max_num_queries):
    incident = make.report()
    for number in range(8):
        call(reachable(("sms", f"139000000{number:02}")), incident)
    relay()
    pump.deliver()
    client.force_login(make.person("it"))
    url = reverse("notices:reach", args=[incident.pk])
    client.get(url, headers={"HX-Request": "true"})
    with django_assert_max_num_queries(6):
        client.get(url, headers={"HX-Request": "true"})
    assert len(reach.reach(incident)) == reach.MOST_ENTRIES


def test_the_banner_names_what_reached_nobody_until_it_did(client, sms):
    person = reachable(("sms", OTHER_NUMBER))
    alert = call(person, text="急诊断网")
    client.force_login(make.person("it"))
    assert client.get("/alerts/unreached/").content.decode().strip() == ""
    pump.deliver()
    age(alert, 10_000)
    pump.deliver()
    page = client.get("/alerts/unreached/").content.decode()
    assert "急诊断网" in page
    assert "打电话" in page
    workflow.acknowledge_alert(alert.pk, how="phone", by=make.person("cs"))
    assert "急诊断网" not in client.get("/alerts/unreached/").content.decode()


def test_a_message_that_is_too_old_cannot_be_answered(reported):
    row = Delivery.objects.get(alert=reported)
    Delivery.objects.update(expires_at=timezone.now() - timedelta(hours=9))
    with pytest.raises(Conflict):
        workflow.answer_message(row.pk, how="reply")
