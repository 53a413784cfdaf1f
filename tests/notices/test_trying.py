"""Test messages over a channel and over one's own way: sent for real, answered in words."""

import json

import pytest
from django.db import transaction
from django.urls import reverse

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import pump, workflow
from notices.models import Channel, Delivery
from tests import make
from tests.notices.making_channels import NUMBER, channel, reachable
from tests.sinks import Sink, reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_listed(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def sink():
    sink = Sink(reply({"errcode": 0, "errmsg": "ok"}))
    yield sink
    sink.close()


@pytest.fixture
def admin():
    return make.person("admin")


def shown(client, who, test):
    client.force_login(who)
    answer = client.get(reverse("notices:test", args=[test.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_what_the_provider_answered(client, sink, admin):
    robot = channel("wecom", sink)
    client.force_login(admin)
    sent = client.post(reverse("notices:try_channel", args=[robot.pk]))
    test = Delivery.objects.get(channel=robot)
    assert sent["Location"] == reverse("notices:test", args=[test.pk])
    assert "正在发" in shown(client, admin, test)
    assert pump.deliver() == 1
    assert "测试消息" in json.loads(sink.requests[0].body)["text"]["content"]
    assert "对方收下了" in shown(client, admin, test)
    assert Entry.objects.get(event="channel.try").facts["name"] == robot.name


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_shown_in_the_providers_own_words_without_our_secret(client, sink, admin):
    sink.answer = reply({"errcode": 93000, "errmsg": "invalid webhook url wecom-secret-key"})
    robot = channel("wecom", sink)
    test = workflow.try_channel(robot.pk, by=admin)
    pump.deliver()
    page = shown(client, admin, test)
    assert "对方拒绝" in page
    assert "93000" in page
    assert "invalid webhook url" in page
    assert "wecom-secret-key" not in page


@pytest.mark.django_db(transaction=True)
def test_a_channel_that_is_switched_off_or_barred_can_be_tried(sink, admin):
    robot = channel("wecom", sink)
    workflow.switch_off_channel(robot.pk, by=admin, reason="换群")
    Channel.objects.filter(pk=robot.pk).update(opened_until="2999-01-01T00:00:00Z", failures=9)
    workflow.try_channel(robot.pk, by=admin)
    assert pump.deliver() == 1
    assert len(sink.requests) == 1


def test_a_typed_address_is_kept_sealed_and_never_shown(client, sink, admin):
    sms = channel("aliyun_sms", sink)
    test = workflow.try_channel(sms.pk, by=admin, address=NUMBER)
    assert NUMBER not in test.sealed_address + test.shown
    assert NUMBER not in shown(client, admin, test)
    assert NUMBER not in str(Entry.objects.get(event="channel.try").facts)


def test_what_is_missing_is_said_and_nothing_is_sent(client, sink, admin):
    sms = channel("aliyun_sms", sink)
    with pytest.raises(Incomplete):
        workflow.try_channel(sms.pk, by=admin)
    client.force_login(admin)
    address = reverse("notices:try_channel", args=[sms.pk])
    assert "请填写手机号" in client.post(address, follow=True).content.decode()
    assert not Delivery.objects.exists()


def test_two_presses_at_once_are_one_message(sink, admin):
    robot = channel("wecom", sink)
    workflow.try_channel(robot.pk, by=admin)
    with pytest.raises(Conflict), transaction.atomic():
        workflow.try_channel(robot.pk, by=admin)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "logistics", "auditor"])
def test_only_administrators_try_channels(client, sink, who):
    robot = channel("wecom", sink)
    person = make.person(who)
    with pytest.raises(NotAllowed):
        workflow.try_channel(robot.pk, by=person)
    test = workflow.try_channel(robot.pk, by=make.person("admin"))
    client.force_login(person)
    assert client.post(reverse("notices:try_channel", args=[robot.pk])).status_code == 403
    assert client.get(reverse("notices:test", args=[test.pk])).status_code == 404
    assert client.post(reverse("notices:confirm_test", args=[test.pk])).status_code == 404
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ones_own_way_is_tested_over_the_channel_and_proved_by_who_got_it(client, sink):
    sink.answer = reply({"id": "x"})
    channel("webhook", sink, configuration={"serves": "sms"})
    person = reachable(("sms", NUMBER))
    point = person.contact_points.get(kind="sms")
    client.force_login(person)
    sent = client.post(reverse("notices:test_contact", args=[point.pk]))
    test = Delivery.objects.get(point=point)
    assert sent["Location"] == reverse("notices:test", args=[test.pk])
    with pytest.raises(Conflict):
        workflow.confirm_test(test.pk, by=person)
    pump.deliver()
    point.refresh_from_db()
    assert point.last_ok_at is None
    assert "我收到了" in shown(client, person, test)
    with pytest.raises(NotAllowed):
        workflow.confirm_test(test.pk, by=make.person("cs"))
    client.post(reverse("notices:confirm_test", args=[test.pk]))
    point.refresh_from_db()
    assert point.last_ok_how == "test"
    assert "我收到了" not in shown(client, person, test)
