"""腾讯云短信: SendSms of the SMS API (2021-01-11), signed with TC3-HMAC-SHA256.

The wording is an approved template whose variables are numbered. HTTP 200 says nothing: either
`Response.Error` is there, or the one number's `Code` has the word.
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from notices.channels import sms, wire
from notices.channels.answers import found, said
from notices.channels.kind import Field, Kind, Line
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, refused, sent, unknown
from notices.channels.templates import TEMPLATE_FIELDS
from notices.channels.uplink import Arrived, Hearing, Meaning, Said, words_of

SERVICE, ACTION, VERSION = "sms", "SendSms", "2021-01-11"
CONTENT_TYPE = "application/json; charset=utf-8"
TRY_AGAIN = ("InternalError", "RequestLimitExceeded", "LimitExceeded", "ResourceUnavailable")
ADDRESS_IS_WRONG = (
    "FailedOperation.PhoneNumberInBlacklist",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
)
MESSAGE_IS_WRONG = (
    "FailedOperation.ContainSensitiveWord",
    "InvalidParameterValue.ContentLengthLimit",
    "InvalidParameterValue.TemplateParameterFormatError",
    "InvalidParameterValue.TemplateParameterLengthLimit",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
)


def authorization(
    body: bytes, *, host: str, service: str, action: str, timestamp: int, key_id: str, key: str
) -> str:
    """The header `Authorization` over content type, host, action and body."""
    names = "content-type;host;x-tc-action"
    lines = f"content-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    canonical = "\n".join(("POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()))
    day = f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{digest}"
    signing_key = f"TC3{key}".encode()
    for step in (day, service, "tc3_request"):
        signing_key = hmac.new(signing_key, step.encode(), hashlib.sha256).digest()
    signed = hmac.new(signing_key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signed}"


def send(line: Line, message: Message, address: str) -> Outcome:
    values = sms.values_for(line.get("variables"), message)
    template = (message.is_drill and line.get("drill_template")) or line.get("template")
    body = json.dumps(
        {
            "PhoneNumberSet": [sms.number(address)],
            "SmsSdkAppId": line.get("app_id"),
            "SignName": line.get("signature"),
            "TemplateId": template,
            "TemplateParamSet": list(values.values()),
            "SessionContext": message.key[:500],
        },
        ensure_ascii=False,
    ).encode()
    timestamp, host = int(time.time()), urlsplit(line.get("base")).netloc
    headers = {
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": ACTION,
        "X-TC-Version": VERSION,
        "X-TC-Region": line.get("region"),
        "X-TC-Timestamp": str(timestamp),
        "Authorization": authorization(
            body,
            host=host,
            service=SERVICE,
            action=ACTION,
            timestamp=timestamp,
            key_id=line.get("key_id"),
            key=line.secret("key"),
        ),
    }
    told, outcome = said(wire.post(f"{line.get('base')}/", body, headers))
    if outcome is not None:
        return outcome
    error = found(told, "Response.Error")
    if isinstance(error, dict):
        return _refusal(str(error.get("Code", "")), error.get("Message", ""))
    status = found(told, "Response.SendStatusSet.0")
    if not isinstance(status, dict):
        return unknown("", json.dumps(told, ensure_ascii=False)[:300])
    code, words = str(status.get("Code", "")), status.get("Message", "")
    if code == "Ok":
        return sent(status.get("SerialNo", ""), code=code, words=words)
    return _refusal(code, words)


def _refusal(code: str, words: object) -> Outcome:
    if code.startswith(("LimitExceeded.PhoneNumber", "LimitExceeded.DeliveryFrequency")):
        is_short = code == "LimitExceeded.PhoneNumberThirtySecondLimit"
        return failed(code, words, 30.0 if is_short else 60.0, Blame.ADDRESS)
    if code.startswith(TRY_AGAIN) and not code.startswith("InternalError.Sig"):
        return failed(code, words, 60.0 if code.startswith("LimitExceeded") else None)
    if code in ADDRESS_IS_WRONG:
        return refused(code, words, Blame.ADDRESS)
    return refused(code, words, Blame.MESSAGE if code in MESSAGE_IS_WRONG else Blame.CHANNEL)


def hear(_line: Line, arrived: Arrived) -> list[Said]:
    """回复短信 and 短信下发状态, called back by HTTP. They bear no signature: the address, which
    nobody else is told, is what proves them."""
    told = []
    for one in arrived.told:
        number = words_of(one, "mobile")
        if "text" in one:
            told.append(Said(Meaning.ANSWERED, number, text=words_of(one, "text")))
        elif words_of(one, "report_status") == "SUCCESS":
            told.append(Said(Meaning.DELIVERED, number, provider_id=words_of(one, "sid")))
    return told


def answer(_sentence: str) -> dict[str, Any]:
    return {"result": 0, "errmsg": "OK"}


KIND = Kind(
    "tencent_sms",
    _("腾讯云短信"),
    send,
    (
        Field("base", _("接口地址"), default="https://sms.tencentcloudapi.com", is_place=True),
        Field("region", _("地域"), default="ap-guangzhou"),
        Field("key_id", _("SecretId")),
        Field("key", _("SecretKey"), is_secret=True),
        Field("app_id", _("短信应用 SdkAppId")),
        Field("signature", _("短信签名"), _("已审核通过的签名，不带【】。")),
        *TEMPLATE_FIELDS,
    ),
    reaches=frozenset({"sms"}),
    address_label=_("手机号"),
    hearing=Hearing(
        hear,
        answer,
        _(
            "在腾讯云短信控制台这个应用的「基础配置」里，把「短信下发状态回调」和「短信回复回调」"
            "都填成下面的地址。收到短信的人回复「收到」就算确认。"
        ),
    ),
)
