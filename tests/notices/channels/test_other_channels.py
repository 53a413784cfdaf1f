"""Webhook, voice gateway, mail and Apprise against local sinks."""

import base64
import email
import email.policy
import hashlib
import hmac
import time

import pytest

from notices.channels import KINDS, Line, Message, Result, send
from tests.sinks import Reply, reply

MESSAGE = Message(
    "Ⅱ级 门诊挂号中断",
    "请确认收到",
    "https://yj.example.org/a/1",
    key="incident-7-1",
    level=2,
    variables={"level": "Ⅱ"},
)


# Webhook ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("whsec_" + base64.b64encode(b"k" * 24).decode(), b"k" * 24),
        ("a plain shared secret", b"a plain shared secret"),
    ],
)
def test_a_receiver_can_verify_a_webhook(sink, secret, key):
    sink.answer = reply({"id": "ticket-9"})
    line = Line("webhook", "", {"url": f"{sink.url}/in"}, {"secret": secret})
    outcome = send(line, MESSAGE, "person-3")
    assert (outcome.result, outcome.provider_id) == (Result.SENT, "ticket-9")
    (request,) = sink.requests
    said = request.headers
    assert said["webhook-id"] == "incident-7-1"
    assert abs(int(said["webhook-timestamp"]) - time.time()) < 10
    signed = f"incident-7-1.{said['webhook-timestamp']}.".encode() + request.body
    version, _, digest = said["webhook-signature"].partition(",")
    assert version == "v1"
    assert base64.b64decode(digest) == hmac.new(key, signed, hashlib.sha256).digest()
    body = request.json
    assert (body["to"], body["level"], body["is_repeat"]) == ("person-3", 2, False)
    assert body["facts"] == {"level": "Ⅱ"}


def test_a_repeat_says_so_and_carries_the_same_id(sink):
    line = Line("webhook", "", {"url": sink.url}, {"secret": "s" * 20})
    send(line, MESSAGE, "")
    send(line, Message("x", key="incident-7-1", is_repeat=True), "")
    first, second = sink.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.json["is_repeat"] is True
    assert second.json["title"].startswith("【重发】")


@pytest.mark.parametrize(
    ("status", "result", "blame"),
    [
        (202, "sent", None),
        (410, "refused", "address"),
        (401, "refused", "channel"),
        (503, "failed", "channel"),
    ],
)
def test_a_webhook_is_judged_by_its_status(sink, status, result, blame):
    sink.answer = Reply(status, b"not json")
    line = Line("webhook", "", {"url": sink.url}, {"secret": "s" * 20})
    outcome = send(line, MESSAGE, "")
    assert (outcome.result, outcome.blame) == (result, blame)


# Voice --------------------------------------------------------------------------------------------


def voice(sink, **more):
    configuration = {
        "url": f"{sink.url}/calls",
        "body": '{"to": "{number}", "play": ["{text}"], "id": "{key}", "loops": 2}',
        "header": "X-Token",
        "success_field": "data.code",
        "success_value": "0",
        "retry_values": "7, 8",
        "id_field": "data.call",
    }
    return Line("voice", "", configuration | more, {"token": "Bearer abcdef"})


def test_a_gateway_is_asked_in_its_own_words(sink):
    sink.answer = reply({"data": {"code": 0, "call": "c-1"}})
    outcome = send(voice(sink), MESSAGE, "13900000000")
    assert (outcome.result, outcome.provider_id) == (Result.SENT, "c-1")
    (request,) = sink.requests
    assert request.headers["x-token"] == "Bearer abcdef"
    assert request.headers["idempotency-key"] == "incident-7-1"
    assert request.json == {
        "to": "13900000000",
        "play": ["Ⅱ级 门诊挂号中断。请确认收到。"],
        "id": "incident-7-1",
        "loops": 2,
    }


def test_a_value_is_never_read_as_part_of_the_request(sink):
    sink.answer = reply({"data": {"code": 0}})
    send(voice(sink), Message('断网","to":"110', "{key}", key="k"), "13900000000")
    assert sink.requests[0].json["to"] == "13900000000"
    assert sink.requests[0].json["play"] == ['断网","to":"110。{key}。']


@pytest.mark.parametrize(("code", "result"), [(0, "sent"), (7, "failed"), (3, "refused")])
def test_the_gateways_result_field_has_the_word(sink, code, result):
    sink.answer = reply({"data": {"code": code}})
    assert send(voice(sink), MESSAGE, "139").result == result


def test_without_a_result_field_2xx_is_enough(sink):
    sink.answer = reply({"id": "c-2"})
    outcome = send(voice(sink, success_field="", id_field="id"), MESSAGE, "139")
    assert (outcome.result, outcome.provider_id) == (Result.SENT, "c-2")


@pytest.mark.parametrize("body", ["{", "[]", '{"to": "{number}"}'])
def test_a_request_that_would_not_reach_anybody_is_not_accepted(body):
    check = next(field.check for field in KINDS["voice"].fields if field.name == "body")
    assert check(body)


# Mail ---------------------------------------------------------------------------------------------


def mail(port, **more):
    configuration = {
        "host": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "sender": "应急 <yingji@hospital.example>",
    }
    return Line("mail", "", configuration | more, {})


def test_a_mail_arrives_whole_and_bears_its_key(mail_sink):
    outcome = send(mail(mail_sink.port), MESSAGE, "zhang@hospital.example")
    assert outcome.result == Result.SENT
    ((sender, to, data),) = mail_sink.mails
    assert (sender, to) == ("yingji@hospital.example", ["zhang@hospital.example"])
    read = email.message_from_string(data, policy=email.policy.default)
    assert read["Subject"] == "Ⅱ级 门诊挂号中断"
    assert read["Message-ID"] == "<incident-7-1@hospital.example>"
    assert "https://yj.example.org/a/1" in read.get_content()


@pytest.mark.parametrize(
    ("answers", "result", "blame"),
    [
        ({"rcpt": "550 no such user"}, "refused", "address"),
        ({"rcpt": "451 greylisted"}, "failed", "channel"),
        ({"mail": "530 sign in first"}, "refused", "channel"),
        ({"hello": "421 too busy"}, "failed", "channel"),
        ({"taken": "554 spam"}, "refused", "channel"),
        ({"taken": "drop"}, "unknown", "channel"),
        ({"ehlo": "drop", "helo": "drop"}, "failed", "channel"),
    ],
)
def test_what_the_mail_server_says_has_its_word(mail_sink, answers, result, blame):
    mail_sink.answers |= answers
    outcome = send(mail(mail_sink.port), MESSAGE, "zhang@hospital.example")
    assert (outcome.result, outcome.blame) == (result, blame)


def test_a_mail_without_tls_goes_to_listed_networks_only(settings, mail_sink):
    settings.CHANNEL_NETWORKS = []
    outcome = send(mail(mail_sink.port), MESSAGE, "zhang@hospital.example")
    assert (outcome.result, outcome.code) == (Result.REFUSED, "forbidden")
    assert mail_sink.mails == []


def test_a_server_that_cannot_encrypt_gets_no_mail_where_starttls_is_set(mail_sink):
    outcome = send(mail(mail_sink.port, security="starttls"), MESSAGE, "z@hospital.example")
    assert outcome.result == Result.FAILED
    assert mail_sink.mails == []


def test_nobody_at_the_mail_servers_port(mail_sink):
    mail_sink.close()
    assert send(mail(mail_sink.port), MESSAGE, "z@hospital.example").code == "unreachable"


# Apprise ------------------------------------------------------------------------------------------


def apprise(url):
    return Line("apprise", "", {}, {"url": url})


def test_apprise_speaks_from_a_process_of_its_own(sink):
    sink.answer = reply({})
    url = f"json://127.0.0.1:{sink.port}/in/{{address}}"
    outcome = send(apprise(url), Message("挂号中断", "正文", key="k", is_drill=True), "zhang")
    assert outcome.result == Result.SENT
    (request,) = sink.requests
    assert request.path.startswith("/in/zhang")
    assert request.json["title"] == "【演练】挂号中断"


def test_apprise_obeys_the_rules_of_hosts_and_addresses(settings, sink):
    settings.CHANNEL_HOSTS = ["elsewhere.example"]
    settings.CHANNEL_NETWORKS = []
    outcome = send(apprise(f"json://127.0.0.1:{sink.port}/"), MESSAGE, "")
    assert outcome.result == Result.FAILED
    assert sink.requests == []


def test_apprise_takes_no_proxy_and_follows_no_redirect_to_a_host_that_is_not_listed(
    sink, monkeypatch
):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    sink.answer = reply(None, 302, Location="http://elsewhere.example/")
    outcome = send(apprise(f"json://127.0.0.1:{sink.port}/"), MESSAGE, "")
    assert outcome.result == Result.FAILED
    assert len(sink.requests) == 1


def test_an_apprise_address_that_it_does_not_know_is_refused():
    assert send(apprise("nonsense://x"), MESSAGE, "").result == Result.REFUSED


@pytest.mark.parametrize("url", ["wecombot://key", "lark://token", "json://x?verify=no", "x"])
def test_addresses_that_would_lie_about_success_are_not_accepted(url):
    check = next(field.check for field in KINDS["apprise"].fields if field.name == "url")
    assert check(url)


# All ----------------------------------------------------------------------------------------------


def test_a_setting_that_nobody_foresaw_is_an_outcome_and_no_crash():
    outcome = send(Line("voice", "", {"body": "{"}, {}), MESSAGE, "139")
    assert outcome.result == Result.UNKNOWN
    assert outcome.code == "JSONDecodeError"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_says_what_it_needs(kind):
    assert kind.label
    assert len({field.name for field in kind.fields}) == len(kind.fields)
    # It goes to browsers of readers, and to none of the staff.
    assert kind.reaches or kind.name == "web_push"
    assert all(field.default == "" for field in kind.fields if field.is_secret)
