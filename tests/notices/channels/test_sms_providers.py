"""Both SMS providers: signatures worked out a second time here, templates filled, codes read."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from notices.channels import Line, Message, Result, aliyun_sms, send, tencent_sms
from tests.sinks import Reply, reply

MESSAGE = Message(
    "门诊挂号中断",
    "请确认",
    "https://yj.example.org/a/1",
    key="incident-7-1",
    variables={"level": "Ⅱ"},
)


def aliyun(sink, **more):
    configuration = {
        "base": sink.url,
        "key_id": "LTAI-key-id",
        "signature": "示范医院",
        "template": "SMS_1",
        "variables": "grade=level, what=title",
    }
    return Line("aliyun_sms", "短信", configuration | more, {"key": "aliyun-secret"})


def tencent(sink, **more):
    configuration = {
        "base": sink.url,
        "region": "ap-guangzhou",
        "key_id": "AKID-key-id",
        "app_id": "1400006666",
        "signature": "示范医院",
        "template": "1110",
        "variables": "level, title",
    }
    return Line("tencent_sms", "短信", configuration | more, {"key": "tencent-secret"})


def sent_by_tencent(code="Ok", **more):
    status = {"SerialNo": "5000:1", "PhoneNumber": "+86139", "Fee": 1, "Code": code, "Message": "m"}
    return reply({"Response": {"SendStatusSet": [status | more], "RequestId": "r"}})


# Aliyun -------------------------------------------------------------------------------------------


def test_aliyun_signs_as_its_own_documentation_works_it_out():
    """The provider's published example of signature version 3."""
    nothing = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": nothing,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = aliyun_sms.canonical_query(
        {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
        | {"RegionId": "cn-shanghai"}
    )
    said = aliyun_sms.authorization(
        "POST", "/", query, headers, nothing, key_id="YourAccessKeyId", key="YourAccessKeySecret"
    )
    assert said.endswith("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_aliyun_gets_a_request_that_it_can_verify(sink):
    sink.answer = reply({"Code": "OK", "Message": "OK", "BizId": "9006^0", "RequestId": "r"})
    outcome = send(aliyun(sink), MESSAGE, "139 0000 0000")
    assert (outcome.result, outcome.provider_id) == (Result.SENT, "9006^0")
    (request,) = sink.requests
    raw = urlsplit(request.path).query
    said = {name: values[0] for name, values in parse_qs(raw).items()}
    assert said["PhoneNumbers"] == "13900000000"
    assert (said["SignName"], said["TemplateCode"]) == ("示范医院", "SMS_1")
    assert said["OutId"] == "incident-7-1"
    assert json.loads(said["TemplateParam"]) == {"grade": "Ⅱ", "what": "门诊挂号中断"}
    told = request.headers["authorization"]
    names = told.split("SignedHeaders=")[1].split(",")[0].split(";")
    assert {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"} <= set(names)
    assert "Credential=LTAI-key-id" in told
    lines = "".join(f"{name}:{request.headers[name]}\n" for name in names)
    body_hash = request.headers["x-acs-content-sha256"]
    assert body_hash == hashlib.sha256(request.body).hexdigest()
    canonical = f"POST\n/\n{raw}\n{lines}\n{';'.join(names)}\n{body_hash}"
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    expected = hmac.new(b"aliyun-secret", to_sign.encode(), hashlib.sha256).hexdigest()
    assert told.endswith("Signature=" + expected)


@pytest.mark.parametrize(
    ("code", "status", "result", "blame"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", 200, "refused", "address"),
        ("isv.AMOUNT_NOT_ENOUGH", 200, "refused", "channel"),
        ("isv.SMS_CONTENT_ILLEGAL", 200, "refused", "message"),
        ("isv.BUSINESS_LIMIT_CONTROL", 200, "failed", "address"),
        ("isp.SYSTEM_ERROR", 200, "failed", "channel"),
        ("Throttling.User", 400, "failed", "channel"),
        ("SignatureDoesNotMatch", 400, "refused", "channel"),
        ("InternalError", 500, "failed", "channel"),
    ],
)
def test_aliyun_says_in_code_what_became_of_it(sink, code, status, result, blame):
    sink.answer = reply({"Code": code, "Message": "words"}, status)
    outcome = send(aliyun(sink), MESSAGE, "13900000000")
    assert (outcome.result, outcome.blame, outcome.code) == (result, blame, code)


def test_aliyun_too_many_requests_waits(sink):
    sink.answer = reply({"Code": "Throttling"}, 429, Retry_After="9")
    outcome = send(aliyun(sink), MESSAGE, "13900000000")
    assert (outcome.result, outcome.retry_after) == (Result.FAILED, 9)


def details(*told):
    found = [{"OutId": key, "SendStatus": status} for key, status in told]
    return reply({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}})


@pytest.mark.parametrize(
    ("told", "times"),
    [
        ([("incident-7-1", 3)], 0),
        ([("another", 3), ("incident-7-1", 1)], 0),
        ([("incident-7-1", 2)], 1),
        ([("another", 3)], 1),
        ([], 1),
    ],
)
def test_what_may_have_arrived_is_asked_of_the_provider_before_it_is_repeated(sink, told, times):
    taken = reply({"Code": "OK", "BizId": "1"})
    sink.answer = lambda request: details(*told) if is_question(request) else taken
    assert send(aliyun(sink), replace(MESSAGE, is_repeat=True), "13900000000").is_sent
    assert is_question(sink.requests[0])
    assert sink.requests[0].query["PhoneNumber"] == "13900000000"
    assert [is_question(one) for one in sink.requests[1:]] == [False] * times


def is_question(request):
    return request.headers["x-acs-action"] == "QuerySendDetails"


@pytest.mark.parametrize("answer", [reply({}, 500), reply({"Code": "x"}), Reply(how="drop")])
def test_where_the_provider_cannot_tell_it_goes_again(sink, answer):
    taken = reply({"Code": "OK", "BizId": "1"})
    sink.answer = lambda request: answer if is_question(request) else taken
    outcome = send(aliyun(sink), replace(MESSAGE, is_repeat=True), "13900000000")
    assert (outcome.provider_id, len(sink.requests)) == ("1", 2)


def test_of_a_first_try_and_of_several_alerts_at_once_nobody_is_asked(sink):
    sink.answer = reply({"Code": "OK", "BizId": "1"})
    send(aliyun(sink), MESSAGE, "13900000000")
    bundle = replace(MESSAGE, is_repeat=True, keys=("incident-7-1", "incident-7-2"))
    send(aliyun(sink), bundle, "13900000000")
    assert not any(is_question(one) for one in sink.requests)


# Tencent ------------------------------------------------------------------------------------------


def test_tencent_signs_as_its_own_documentation_works_it_out():
    """The provider's published example of TC3-HMAC-SHA256 (its keys end in asterisks)."""
    body = (
        b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    )
    said = tencent_sms.authorization(
        body,
        host="cvm.tencentcloudapi.com",
        service="cvm",
        action="DescribeInstances",
        timestamp=1551113065,
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        key="Gu5t9xGARNpq86cd98joQYCN3*******",
    )
    assert "/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action" in said
    assert said.endswith("be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3")


def test_tencent_gets_a_request_that_it_can_verify(sink):
    sink.answer = sent_by_tencent()
    outcome = send(tencent(sink), MESSAGE, "13900000000")
    assert (outcome.result, outcome.provider_id) == (Result.SENT, "5000:1")
    (request,) = sink.requests
    body = request.json
    assert body["PhoneNumberSet"] == ["+8613900000000"]
    assert body["TemplateParamSet"] == ["Ⅱ", "门诊挂号中断"]
    assert (body["SmsSdkAppId"], body["TemplateId"]) == ("1400006666", "1110")
    assert body["SessionContext"] == "incident-7-1"
    told, headers = request.headers["authorization"], request.headers
    assert (headers["x-tc-action"], headers["x-tc-version"]) == ("SendSms", "2021-01-11")
    moment = datetime.fromtimestamp(int(headers["x-tc-timestamp"]), UTC)
    scope = f"{moment:%Y-%m-%d}/sms/tc3_request"
    assert f"Credential=AKID-key-id/{scope}" in told
    names = told.split("SignedHeaders=")[1].split(",")[0]
    lines = f"content-type:{headers['content-type']}\nhost:{headers['host']}\nx-tc-action:sendsms\n"
    digest = hashlib.sha256(request.body).hexdigest()
    canonical = f"POST\n/\n\n{lines}\n{names}\n{digest}"
    to_sign = (
        f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n"
        + hashlib.sha256(canonical.encode()).hexdigest()
    )
    key = b"TC3tencent-secret"
    for step in (f"{moment:%Y-%m-%d}", "sms", "tc3_request"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    assert told.endswith("Signature=" + expected)


@pytest.mark.parametrize(
    ("code", "result", "blame", "wait"),
    [
        ("InvalidParameterValue.IncorrectPhoneNumber", "refused", "address", None),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "refused", "channel", None),
        ("FailedOperation.ContainSensitiveWord", "refused", "message", None),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "failed", "address", 30),
        ("LimitExceeded.DeliveryFrequencyLimit", "failed", "address", 60),
        ("InternalError.Timeout", "failed", "channel", None),
        ("InternalError.SigVerificationFail", "refused", "channel", None),
    ],
)
def test_tencent_says_in_code_what_became_of_it(sink, code, result, blame, wait):
    sink.answer = sent_by_tencent(code)
    outcome = send(tencent(sink), MESSAGE, "13900000000")
    assert (outcome.result, outcome.blame) == (result, blame)
    assert (outcome.code, outcome.retry_after) == (code, wait)


def test_tencent_refuses_the_whole_request_with_200(sink):
    error = {"Code": "AuthFailure.SignatureFailure", "Message": "check your signature"}
    sink.answer = reply({"Response": {"Error": error, "RequestId": "r"}})
    outcome = send(tencent(sink), MESSAGE, "13900000000")
    assert (outcome.result, outcome.code) == (Result.REFUSED, "AuthFailure.SignatureFailure")


def test_an_answer_without_any_verdict_is_unknown(sink):
    sink.answer = reply({"Response": {}})
    assert send(tencent(sink), MESSAGE, "13900000000").result == Result.UNKNOWN


@pytest.mark.parametrize("make", [aliyun, tencent])
def test_a_drill_has_a_template_of_its_own_or_says_so_in_the_first_variable(sink, make):
    drill = Message("挂号中断", is_drill=True, key="k", variables={"level": "Ⅱ"})
    sink.answer = reply({"Code": "OK"})
    send(make(sink), drill, "13900000000")
    send(make(sink, drill_template="D_1"), drill, "13900000000")
    first, second = sink.requests
    if make is aliyun:
        assert json.loads(first.query["TemplateParam"])["grade"] == "【演练】Ⅱ"
        assert second.query["TemplateCode"] == "D_1"
    else:
        assert first.json["TemplateParamSet"][0] == "【演练】Ⅱ"
        assert second.json["TemplateId"] == "D_1"
