"""Replies and receipts that providers report: verified, replay safe, calm about what is unknown."""

import base64
import json
import time

import pytest
from django.urls import reverse

from notices import links, pump, workflow
from notices.channels import Outcome, Result, dingtalk, uplink, webhook
from notices.models import Alert, Delivery
from notices.workflow.sending import claim, settle
from tests import make
from tests.notices.making_channels import NUMBER, SECRETS, age, call, channel, reachable
from tests.sinks import Sink, reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_listed(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def sink():
    sink = Sink(reply({"id": "x", "Code": "OK", "BizId": "biz-1", "errcode": 0}))
    yield sink
    sink.close()


@pytest.fixture
def push(client):
    def push(way, told, token=None, **headers):
        address = reverse("notices:callback", args=[way.pk, token or links.callback_token(way.pk)])
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return client.post(address, body, content_type="application/json", headers=headers)

    return push


def called(way_kind, sink, *point):
    way = channel(way_kind, sink)
    alert = call(reachable(point))
    pump.deliver()
    return way, alert


def is_acknowledged(alert):
    alert.refresh_from_db()
    return alert.acknowledged_how == Alert.Answer.REPLY


# SMS ----------------------------------------------------------------------------------------------


def uplink_of(number, text):
    return [{"phone_number": number, "content": text, "send_time": "2026-11-25 10:00:00"}]


@pytest.mark.parametrize("text", ["收到", " 收到！", "1", "OK", "确认收到", "好的"])
def test_a_reply_by_sms_acknowledges(push, sink, text):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    answer = push(way, uplink_of(NUMBER, text))
    assert (answer.status_code, answer.json()["code"]) == (200, 0)
    assert is_acknowledged(alert)
    assert Delivery.objects.get(alert=alert).receipt == "acknowledged"
    assert alert.person.contact_points.get(kind="sms").last_ok_how == "acknowledged"


@pytest.mark.parametrize("text", ["没收到", "1楼也坏了", "谁啊", ""])
def test_other_words_acknowledge_nothing(push, sink, text):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    assert push(way, uplink_of(NUMBER, text)).status_code == 200
    assert not is_acknowledged(alert)


def test_a_number_with_its_country_is_the_same_number(push, sink):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    push(way, uplink_of(f"86{NUMBER}", "收到"))
    assert is_acknowledged(alert)


def test_a_number_that_nobody_has_and_a_late_reply_get_a_calm_answer(push, sink):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    assert push(way, uplink_of("13999999999", "收到")).json() == {"code": 0, "msg": "OK"}
    age(alert, 13 * 3600)
    assert push(way, uplink_of(NUMBER, "收到")).status_code == 200
    assert not is_acknowledged(alert)


def test_a_push_that_comes_twice_acknowledges_once(push, sink):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    push(way, uplink_of(NUMBER, "收到"))
    first = Alert.objects.get(pk=alert.pk).acknowledged_at
    assert push(way, uplink_of(NUMBER, "收到")).status_code == 200
    assert Alert.objects.get(pk=alert.pk).acknowledged_at == first


def test_a_receipt_of_an_sms_is_noted_and_acknowledges_nothing(push, sink):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    report = {"phone_number": NUMBER, "success": True, "biz_id": "biz-1", "err_code": "DELIVERED"}
    push(way, [report])
    row = Delivery.objects.get(alert=alert)
    assert row.receipt == "delivered"
    push(way, [report | {"success": False}])
    row.refresh_from_db()
    assert row.receipt == "delivered", "nothing is taken back"
    assert not is_acknowledged(alert)


def test_tencent_speaks_its_own_way():
    from notices.channels import tencent_sms

    told = {"mobile": NUMBER, "nationcode": "86", "text": "收到", "time": 1}
    (said,) = tencent_sms.hear(None, uplink.Arrived(json.dumps(told).encode()))
    assert (said.meaning, said.address, said.text) == ("answered", NUMBER, "收到")
    states = [{"mobile": NUMBER, "report_status": s, "sid": "7"} for s in ("SUCCESS", "FAIL")]
    (said,) = tencent_sms.hear(None, uplink.Arrived(json.dumps(states).encode()))
    assert (said.meaning, said.provider_id) == ("delivered", "7")


# Voice --------------------------------------------------------------------------------------------


def test_a_key_that_was_pressed_acknowledges_the_call(push, sink):
    way, alert = called("voice", sink, "phone", NUMBER)
    key = Delivery.objects.get(alert=alert).key
    assert push(way, {"id": key, "status": "answered"}).status_code == 200
    assert Delivery.objects.get(alert=alert).receipt == "delivered"
    assert push(way, {"id": key, "digits": "2"}).json()["ok"] is True
    assert not is_acknowledged(alert)
    assert "确认收到" in push(way, f"id={key}&digits=1".encode()).json()["text"]
    assert is_acknowledged(alert)


# Signed -------------------------------------------------------------------------------------------


def signed(told, *, secret=SECRETS["webhook"]["secret"], at=None):
    body, stamp = json.dumps(told).encode(), str(int(at or time.time()))
    mark = webhook.signature(secret, "msg-1", stamp, body)
    return body, {
        "webhook-id": "msg-1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(b'other').decode()} {mark}",
    }


def test_a_signed_webhook_acknowledges(push, sink):
    way = channel("webhook", sink, configuration={"serves": "sms"})
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    body, headers = signed({"type": "acknowledge", "id": Delivery.objects.get(alert=alert).key})
    assert push(way, body, **headers).status_code == 200
    assert is_acknowledged(alert)


@pytest.mark.parametrize(
    "change", [{"secret": "a wrong secret for this"}, {"at": 1_700_000_000}], ids=["forged", "old"]
)
def test_what_is_forged_or_replayed_later_is_refused(push, sink, change):
    way = channel("webhook", sink, configuration={"serves": "sms"})
    alert = call(reachable(("sms", NUMBER)))
    pump.deliver()
    told = {"type": "acknowledge", "id": Delivery.objects.get(alert=alert).key}
    body, headers = signed(told, **change)
    assert push(way, body, **headers).status_code == 403
    assert push(way, told).status_code == 403
    assert not is_acknowledged(alert)


def test_dingtalk_is_believed_with_its_applications_secret_alone(push, sink):
    secrets = SECRETS["dingtalk"] | {"app_secret": "dingtalk-application"}
    way = channel("dingtalk", sink, secrets=secrets)
    alert = call(reachable(("dingtalk", "zhang")))
    pump.deliver()
    told = {"msgtype": "text", "text": {"content": " 收到 "}, "senderStaffId": "zhang"}
    stamp = str(int(time.time() * 1000))
    for wrong in ("wrong", "不对"):
        assert push(way, told, timestamp=stamp, sign=wrong).status_code == 403
    sign = dingtalk.signature("dingtalk-application", stamp)
    answer = push(way, told, timestamp=stamp, sign=sign).json()
    assert answer["msgtype"] == "text"
    assert "确认收到" in answer["text"]["content"]
    assert is_acknowledged(alert)


# The door -----------------------------------------------------------------------------------------


def test_a_wrong_address_says_nothing(push, sink, client):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    assert push(way, uplink_of(NUMBER, "收到"), token="wrong").status_code == 404
    other = channel("wecom", sink)
    assert push(other, {}).status_code == 404, "a robot that cannot be spoken to"
    assert client.get(reverse("notices:callback", args=[1, "x"])).status_code == 405
    assert not is_acknowledged(alert)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'["x", 1]', b'{"text": 1}']
)
def test_whatever_arrives_is_no_error(push, sink, body):
    for kind in ("aliyun_sms", "voice"):
        assert push(channel(kind, sink), body).status_code == 200


def test_a_receipt_of_the_canary_proves_the_way(push, sink, settings):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    Delivery.objects.filter(alert=alert).update(purpose="canary", alert=None)
    push(way, [{"phone_number": NUMBER, "success": "true", "biz_id": "biz-1"}])
    point = alert.person.contact_points.get(kind="sms")
    assert point.last_ok_how == "canary"


def test_the_channels_page_shows_what_to_set_at_the_provider(client, sink, settings):
    settings.SITE_URL = "https://yingji.example.org"
    way = channel("aliyun_sms", sink)
    client.force_login(make.person("admin"))
    page = client.get(way.get_absolute_url()).content.decode()
    assert links.callback_url(way) in page
    client.force_login(make.person("auditor"))
    assert links.callback_url(way) not in client.get(way.get_absolute_url()).content.decode()


def test_the_verb_that_hears_is_the_one_that_acknowledges(sink):
    way, alert = called("aliyun_sms", sink, "sms", NUMBER)
    said = uplink.Said(uplink.Meaning.ANSWERED, NUMBER, text="收到")
    assert "确认收到" in workflow.hear(way, said)
    assert is_acknowledged(alert)


def test_an_answer_that_is_faster_than_our_own_writing_counts(sink):
    """A receiver may answer within its 2xx; that it went out is written down a moment later."""
    made = channel("webhook", sink, name="短信", configuration={"serves": "sms"})
    alert = call(reachable(("sms", NUMBER)))
    parcel = claim()
    said = uplink.Said(uplink.Meaning.ANSWERED, key=parcel.message.key, text="1")
    workflow.hear(made, said)
    alert.refresh_from_db()
    assert alert.acknowledged_how == Alert.Answer.REPLY
    assert settle(parcel, Outcome(Result.SENT))
    assert Delivery.objects.get(alert=alert).receipt == Delivery.Receipt.ACKNOWLEDGED
