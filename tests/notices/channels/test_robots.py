"""The three chat robots: signed as their makers check it, short enough, errcode has the word."""

import base64
import hashlib
import hmac
import time

import pytest

from notices.channels import Line, Message, Result, send
from tests.sinks import Reply, reply

MESSAGE = Message("Ⅱ级 门诊挂号中断", "请确认收到", "https://yj.example.org/a/1", key="k-1")
LONG = Message("长" * 100, "文" * 9000, "https://yj.example.org/a/1", key="k-2")


def wecom(sink):
    return Line("wecom", "群", {"base": sink.url}, {"key": "secret-key-1"})


def dingtalk(sink):
    return Line("dingtalk", "群", {"base": sink.url}, {"token": "tok-123456", "signing": "SECabc"})


def feishu(sink):
    return Line("feishu", "群", {"base": sink.url}, {"token": "tok-abcdef", "signing": "sign-me"})


OK = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
}
ROBOTS = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}
CODE = {"wecom": "errcode", "dingtalk": "errcode", "feishu": "code"}


@pytest.fixture(params=list(ROBOTS))
def robot(request, sink):
    sink.answer = reply(OK[request.param])
    return ROBOTS[request.param](sink)


def text_of(request) -> str:
    body = request.json
    return (body.get("text") or body.get("content")).get("content") or body["content"]["text"]


def test_a_message_arrives_whole_with_its_link(robot, sink):
    outcome = send(robot, MESSAGE, "")
    assert outcome.result == Result.SENT
    assert outcome.code == "0"
    assert text_of(sink.requests[0]).splitlines()[:3] == [
        "Ⅱ级 门诊挂号中断",
        "请确认收到",
        "https://yj.example.org/a/1",
    ]


def test_a_long_message_is_cut_on_a_character_and_keeps_its_link(robot, sink):
    send(robot, LONG, "")
    text = text_of(sink.requests[0])
    assert text.endswith("…\nhttps://yj.example.org/a/1")
    assert len(sink.requests[0].body) <= 20 * 1024 or robot.kind == "dingtalk"
    if robot.kind == "wecom":
        assert 2000 < len(text.encode()) <= 2048


def test_http_200_with_another_code_is_no_success(robot, sink):
    sink.answer = reply({CODE[robot.kind]: 310000, "errmsg": "sign not match"})
    outcome = send(robot, MESSAGE, "")
    assert outcome.result == Result.REFUSED
    assert outcome.blame == "channel"
    assert outcome.code == "310000"


@pytest.mark.parametrize(
    ("kind", "code", "wait"),
    [("wecom", 45009, 60), ("dingtalk", 130101, 600), ("feishu", 11232, 60), ("wecom", -1, None)],
)
def test_too_fast_is_tried_again_when_the_provider_will_listen(kind, code, wait, sink):
    sink.answer = reply({CODE[kind]: code, "errmsg": "too fast", "msg": "too fast"})
    outcome = send(ROBOTS[kind](sink), MESSAGE, "")
    assert (outcome.result, outcome.retry_after) == (Result.FAILED, wait)


@pytest.mark.parametrize(
    ("told", "result"),
    [
        (reply({}, 500), "failed"),
        (reply({}, 429, Retry_After="17"), "failed"),
        (reply({}, 403), "refused"),
        (Reply(200, b"<html>gateway</html>"), "unknown"),
        (Reply(200, b""), "unknown"),
        (Reply(200, b"[]"), "unknown"),
        (Reply(how="drop"), "unknown"),
    ],
)
def test_whatever_else_is_answered_has_its_word(robot, sink, told, result):
    sink.answer = told
    outcome = send(robot, MESSAGE, "")
    assert outcome.result == result
    if told.status == 429:
        assert outcome.retry_after == 17


def test_feishu_says_in_its_own_header_when_it_listens_again(sink):
    sink.answer = reply({"code": 99991400}, 400, x_ogw_ratelimit_reset="52")
    outcome = send(feishu(sink), MESSAGE, "")
    assert (outcome.result, outcome.retry_after) == (Result.FAILED, 52)


def test_wecom_is_known_by_its_key_and_mentions_numbers(sink):
    sink.answer = reply(OK["wecom"])
    send(wecom(sink), MESSAGE, "13900000000, zhang, 13900000000")
    (request,) = sink.requests
    assert request.path == "/cgi-bin/webhook/send?key=secret-key-1"
    assert request.json["text"]["mentioned_mobile_list"] == ["13900000000"]
    assert request.json["text"]["mentioned_list"] == ["zhang"]


def test_dingtalk_signs_timestamp_and_secret(sink):
    sink.answer = reply(OK["dingtalk"])
    send(dingtalk(sink), MESSAGE, "13900000000")
    (request,) = sink.requests
    said = request.query
    assert said["access_token"] == "tok-123456"
    assert abs(int(said["timestamp"]) / 1000 - time.time()) < 10
    expected = hmac.new(
        b"SECabc", said["timestamp"].encode() + b"\nSECabc", hashlib.sha256
    ).digest()
    assert base64.b64decode(said["sign"]) == expected
    assert request.json["at"]["atMobiles"] == ["13900000000"]


def test_feishu_signs_in_the_body_with_the_two_as_the_key(sink):
    sink.answer = reply(OK["feishu"])
    send(feishu(sink), MESSAGE, "ou_7d8a6e, <at>, 13900000000")
    (request,) = sink.requests
    said = request.json
    assert request.path == "/open-apis/bot/v2/hook/tok-abcdef"
    key = f"{said['timestamp']}\nsign-me".encode()
    assert base64.b64decode(said["sign"]) == hmac.new(key, digestmod=hashlib.sha256).digest()
    assert said["content"]["text"].endswith('<at user_id="ou_7d8a6e"></at>')
    assert "<at>" not in said["content"]["text"]


def test_a_robot_without_a_signing_secret_is_not_signed(sink):
    sink.answer = reply(OK["dingtalk"])
    send(Line("dingtalk", "", {"base": sink.url}, {"token": "t"}), MESSAGE, "")
    assert set(sink.requests[0].query) == {"access_token"}


def test_what_a_provider_says_back_is_told_without_our_secrets(sink):
    sink.answer = reply({"errcode": 93000, "errmsg": "invalid webhook url key=secret-key-1"})
    outcome = send(wecom(sink), MESSAGE, "")
    assert outcome.words == "invalid webhook url key=•••"


def test_a_drill_begins_with_the_word(robot, sink):
    send(robot, Message("挂号中断", is_drill=True, key="k"), "")
    assert text_of(sink.requests[0]).startswith("【演练】挂号中断")
