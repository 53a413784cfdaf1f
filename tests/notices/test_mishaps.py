"""What goes wrong while messages are on the wire, and what a provider or a group may say."""

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from journal.models import Entry
from notices import pump, workflow
from notices.models import Alert, Delivery
from notices.ringing import ringers
from notices.workflow import reaching
from notices.workflow.bundling import LEASE, ON_ITS_WAY, busy_until
from teams.models import ContactPoint, Duty
from tests import make
from tests.notices.making_channels import NUMBER, OTHER_NUMBER, age, call, channel, reachable
from tests.sinks import Reply, reply
from tests.teams import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]
State = Delivery.State


@pytest.mark.django_db(transaction=True)
def test_what_is_on_the_wire_is_written_down_before_a_claim_that_failed_is_told(
    sink, sms, monkeypatch
):
    alert = call(reachable(("sms", NUMBER)))

    def away(*_limit):
        raise OperationalError("the connection was closed")

    monkeypatch.setattr(pump, "advance", away)
    with pytest.raises(OperationalError):
        pump.deliver()
    assert Delivery.objects.get(alert=alert).state == State.SENT
    monkeypatch.undo()
    pump.deliver()
    assert len(sink.requests) == 1


@pytest.mark.parametrize("odd", ["x\\u0000y", "x\\ud83dy"])
def test_what_postgresql_does_not_take_is_left_out_of_what_a_provider_said(sink, sms, odd):
    sink.answer = Reply(200, f'{{"id": "{odd}"}}'.encode())
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    row = Delivery.objects.get(alert=alert)
    assert row.state == State.SENT
    assert row.provider_id in ("xy", "x?y")


@pytest.mark.django_db(transaction=True)
def test_one_answer_that_cannot_be_written_holds_up_no_other(sink, sms, monkeypatch):
    settle = pump.settle_many
    bad = call(reachable(("sms", NUMBER)))
    good = call(reachable(("sms", OTHER_NUMBER)))

    def odd(came):
        if any(bad.pk in parcel.alerts for parcel, _outcome in came):
            raise ValueError("cannot be written")
        return settle(came)

    monkeypatch.setattr(pump, "settle_many", odd)
    assert pump.deliver() == 2
    assert Delivery.objects.get(alert=good).state == State.SENT
    row = Delivery.objects.get(alert=bad)
    assert row.state == State.SENDING, "its lease runs out"


def test_nobody_waits_behind_a_message_whose_sender_is_dead(sink, sms):
    person = reachable(("sms", NUMBER))
    call(person)
    row = Delivery.objects.get(person=person)
    taken = timezone.now()
    for since, is_busy in ((timedelta(seconds=1), True), (ON_ITS_WAY, False)):
        Delivery.objects.filter(pk=row.pk).update(
            state=State.SENDING, token=uuid.uuid4(), leased_until=taken - since + LEASE
        )
        assert bool(busy_until([person.pk])) is is_busy


def test_an_older_way_that_goes_on_failing_does_not_burn_those_that_follow(sink, sms):
    ringing = channel("voice", sink, name="电话")
    channel("wecom", sink, name="企业微信")
    person = reachable(("sms", NUMBER), ("phone", NUMBER), ("wecom", "zhang"))
    sink.answer = lambda request: reply(
        {}, 503 if request.path == "/" and _is_sms(request) else 200
    )
    alert = call(person)
    for _try in range(4):
        pump.deliver()
        Delivery.objects.filter(alert=alert, state=State.WAITING).update(due_at=timezone.now())
    tries = dict(Delivery.objects.filter(alert=alert).values_list("channel__name", "tries"))
    assert tries["短信"] >= 3
    assert tries["电话"] == 1
    assert "企业微信" not in tries
    assert Delivery.objects.get(channel=ringing).state == State.SENT


def _is_sms(request):
    return "ids" in request.json


def test_who_is_to_be_rung_is_left_out_before_those_on_duty_are_asked():
    tree = workflow.add_channel(
        "phone_tree",
        by=make.person("admin"),
        name="人工电话",
        configuration={"who": "cs"},
        secrets={},
        position=900,
    )
    clerk, serving, at = make.person("cs"), make.new_person("cs"), timezone.now()
    Duty.objects.create(
        roster=making.roster(),
        slot=1,
        person=serving,
        shift_on=timezone.localdate(),
        compiled_at=at,
        starts_at=at - timedelta(hours=1),
        ends_at=at + timedelta(hours=1),
    )
    assert ringers(tree, at) == [serving]
    assert clerk in ringers(tree, at, but=[serving.pk])


def test_a_call_does_not_grow_old_in_the_night_in_which_it_waits(sink, sms):
    person = reachable(("sms", NUMBER))
    local = timezone.localtime()
    begins = (local + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    ends = (local + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    ContactPoint.objects.filter(person=person).update(hours_from=begins, hours_to=ends)
    alert = call(person, make.confirmed(level=3))
    pump.deliver()
    age(alert, reaching.LIFE.total_seconds() - 60)
    pump.deliver()
    alert.refresh_from_db()
    assert alert.next_at is not None
    assert alert.expires_at > timezone.now() + timedelta(hours=3)


def test_what_was_said_on_the_telephone_is_kept_of_who_had_been_called(sink, sms):
    person, incident = reachable(("sms", NUMBER)), make.report()
    workflow.call_in(incident.pk, by=make.person("it"), person=person)
    workflow.note_reached(incident.pk, by=make.person("cs"), person=person, words="十分钟到")
    assert Entry.objects.get(event="alert.acknowledge").facts["words"] == "十分钟到"


# A robot's group ----------------------------------------------------------------------------------


@pytest.fixture
def grouped(sink):
    """One message in a group, of three people about one incident: its link, and their calls."""
    channel("wecom", sink)
    sink.answer = reply({"errcode": 0})
    people = [reachable(("wecom", name), name=f"组员{name}") for name in ("zhang", "li", "wang")]
    incident = make.report()
    alerts = [call(person, incident) for person in people]
    pump.deliver()
    (request,) = sink.requests
    path = request.json["text"]["content"].split("https://yingji.example.org")[1].split()[0]
    return path, alerts


def test_who_opens_a_groups_link_says_which_of_them_they_are(grouped):
    path, alerts = grouped
    page = Client().get(path).content.decode()
    assert all(alert.person.name in page for alert in alerts)
    assert "您是哪一位" in page
    # Nobody is answered for by pressing on without a name.
    Client().post(path)
    assert not Alert.objects.filter(acknowledged_at__isnull=False).exists()
    second = Delivery.objects.get(alert=alerts[1])
    page = Client().post(f"{path}?for={second.pk}").content.decode()
    assert "已确认收到" in page
    answered = Alert.objects.filter(acknowledged_at__isnull=False)
    assert [alert.person for alert in answered] == [alerts[1].person]


@pytest.mark.parametrize("who", ["0", "x", "999999", "²"])
def test_a_groups_link_answers_for_nobody_else(grouped, who):
    path, _alerts = grouped
    answer = Client().post(f"{path}?for={who}")
    assert answer.status_code == 200
    assert "您是哪一位" in answer.content.decode()
    assert not Alert.objects.filter(acknowledged_at__isnull=False).exists()
