"""Can the hospital be called: the page, the canary, the sign of life, and the figures."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from journal.models import Entry
from notices import pump, workflow
from notices.models import Channel, Delivery
from ops import deadman, reachable
from ops.models import Heartbeat
from ops.reachable import Grade
from ops.workflow import beat
from teams.models import Duty
from tests import make
from tests.notices.climbing import climb_of, in_product, ladder, reported, to, wait
from tests.notices.making_channels import NUMBER, OTHER_NUMBER, channel
from tests.notices.making_channels import reachable as somebody
from tests.sinks import Sink, reply
from tests.teams import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_listed(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def sink():
    sink = Sink(reply({"id": "x"}))
    yield sink
    sink.close()


@pytest.fixture
def alive():
    make.hospital()
    for part in ("beat", "sender", "watchdog"):
        beat(part)


def on_duty(*people):
    roster = making.roster(round_the_clock=False)
    at = timezone.now()
    for slot, person in enumerate(people, start=1):
        Duty.objects.create(
            roster=roster,
            slot=slot,
            person=person,
            shift_on=timezone.localdate(),
            compiled_at=at,
            starts_at=at - timedelta(hours=1),
            ends_at=at + timedelta(hours=1),
        )


def silence(*parts):
    Heartbeat.objects.filter(name__in=parts).update(at=timezone.now() - timedelta(minutes=1))


def found(part):
    return next(one for one in reachable.look().findings if one.part == part)


def test_with_everything_in_order_it_says_so(alive, sink):
    channel("voice", sink, name="电话")
    on_duty(somebody(("phone", NUMBER)))
    report = reachable.look()
    assert (report.grade, report.summary) == (Grade.WELL, "正常")


@pytest.mark.parametrize(
    ("silent", "grade"),
    [
        (("beat",), Grade.WEAK),
        (("sender",), Grade.WEAK),
        (("watchdog",), Grade.WEAK),
        (("beat", "sender"), Grade.WEAK),
        (("beat", "watchdog"), Grade.BAD),
        (("beat", "sender", "watchdog"), Grade.BAD),
    ],
)
def test_silent_parts_are_named_and_are_bad_only_where_nobody_stands_in(alive, silent, grade):
    silence(*silent)
    assert found("engine").grade == grade


def test_without_a_channel_nobody_is_called_outside(alive):
    assert found("channels").grade == Grade.BAD


def test_a_circuit_that_is_open_is_told(alive, sink):
    made = channel("voice", sink, name="电话")
    Channel.objects.filter(pk=made.pk).update(
        opened_until=timezone.now() + timedelta(minutes=5), failures=9
    )
    assert "熔断" in found("channels").words


def test_who_is_on_duty_without_a_way_is_named(alive, sink):
    channel("voice", sink, name="电话")
    on_duty(make.new_person("it", name="没有电话的人"))
    assert "没有电话的人" in found("people").words


def test_messages_that_pile_up_are_told(alive, sink):
    made = channel("voice", sink, name="电话")
    at = timezone.now()
    Delivery.objects.create(
        channel=made,
        key="old",
        created_at=at,
        due_at=at - timedelta(minutes=2),
        expires_at=at + timedelta(hours=1),
    )
    assert found("queue").grade == Grade.BAD


def test_a_ladder_that_has_ended_is_bad(alive):
    person = in_product(make.new_person("it"))
    ladder(to(person, 0))
    incident = reported()
    wait(incident, 5)
    assert climb_of(incident).exhausted_at
    assert found("ladders").grade == Grade.BAD


def test_a_ladder_of_a_drill_that_has_ended_is_no_alarm(alive):
    ladder(to(in_product(make.new_person("it")), 0))
    incident = reported(is_drill=True)
    wait(incident, 5)
    assert climb_of(incident).exhausted_at
    assert "ladders" not in {one.part for one in reachable.look().findings}


def test_the_page_and_the_line(alive, client):
    client.force_login(make.person("admin"))
    page = client.get("/reachable/").text
    assert "还没有配置短信、电话等告警渠道" in page
    assert "看详情" in client.get("/reachable/line/").text
    client.force_login(make.person("cs"))
    assert client.get("/reachable/").status_code == 403
    line = client.get("/reachable/line/").text
    assert "能否呼叫" in line
    assert "看详情" not in line


# Canary -------------------------------------------------------------------------------------------


@pytest.fixture
def morning(settings):
    settings.CANARY_AT = time(0)


def test_once_a_day_each_channel_and_each_duty_phone_is_tried(alive, sink, morning):
    channel("voice", sink, name="电话")
    channel("webhook", sink, name="短信", configuration={"serves": "sms"})
    on_duty(
        somebody(("phone", NUMBER), ("sms", NUMBER)),
        somebody(("phone", OTHER_NUMBER), ("sms", OTHER_NUMBER)),
    )
    workflow.canary()
    workflow.canary()
    rows = Delivery.objects.filter(purpose="canary")
    assert sorted(rows.values_list("channel__name", flat=True)) == ["电话", "电话", "短信"]
    pump.deliver()
    assert all(one.canary_ok for one in reachable.look().channels)


def test_it_waits_for_its_hour_and_may_be_switched_off(alive, sink, settings):
    channel("voice", sink, name="电话")
    on_duty(somebody(("phone", NUMBER)))
    settings.CANARY_AT = None
    assert workflow.canary() == 0


def test_one_that_fails_is_told_to_administrators_once(alive, sink, morning):
    sink.answer = reply({}, 401)
    channel("voice", sink, name="电话")
    on_duty(somebody(("phone", NUMBER)))
    workflow.canary()
    pump.deliver()
    Delivery.objects.filter(purpose="canary").exclude(state="sent").update(
        state="failed", token=None, leased_until=None
    )
    workflow.canary()
    workflow.canary()
    assert Entry.objects.filter(event="canary.failed").count() == 1
    assert found("canary").grade == Grade.WEAK


# Sign of life -------------------------------------------------------------------------------------


def test_the_sign_is_given_while_the_engine_can_call(alive, sink, settings):
    settings.DEADMAN_URL = f"{sink.url}/ping"
    assert deadman.sign_of_life()
    silence("beat")
    assert deadman.sign_of_life(), "the watchdog stands in"
    silence("beat", "sender", "watchdog")
    assert not deadman.sign_of_life()
    assert len(sink.requests) == 2


def test_no_sign_to_a_host_that_is_not_listed(alive, sink, settings):
    settings.CHANNEL_HOSTS = []
    settings.DEADMAN_URL = sink.url
    assert not deadman.sign_of_life()
    settings.DEADMAN_URL = ""
    assert not deadman.sign_of_life()
    assert sink.requests == []


# Figures ------------------------------------------------------------------------------------------


def test_the_figures_are_for_this_machine_or_for_who_has_the_token(alive, sink, client, settings):
    channel("voice", sink, name="电话")
    told = client.get("/metrics/")
    assert told.status_code == 200
    for name in (
        "yingji_queue_age_seconds 0.0",
        'yingji_outcomes_24h{channel="电话"',
        "lag_seconds",
    ):
        assert name in told.text
    assert client.get("/metrics/", REMOTE_ADDR="10.0.0.9").status_code == 403
    assert client.get("/metrics/", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics/").status_code == 403
    bearer = {"Authorization": "Bearer a-long-token"}
    assert client.get("/metrics/", REMOTE_ADDR="10.0.0.9", headers=bearer).status_code == 200
