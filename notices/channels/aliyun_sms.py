"""阿里云短信: SendSms, QuerySendDetails of the Dysms API (2017-05-25), signed by ACS3-HMAC-SHA256.

The wording is an approved template; we only fill its variables. HTTP 200 says nothing: `Code` does.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from notices.channels import sms, wire
from notices.channels.answers import found, said
from notices.channels.kind import Field, Kind, Line, Rate
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, refused, sent
from notices.channels.templates import TEMPLATE_FIELDS
from notices.channels.uplink import Arrived, Hearing, Meaning, Said, words_of

CHINA = ZoneInfo("Asia/Shanghai")
# `SendStatus` of a message that the network did not bring to the telephone.
NOT_DELIVERED = "2"
TRY_AGAIN = ("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "ServiceUnavailable", "InternalError")
ADDRESS_IS_WRONG = (
    *("isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.BLACK_KEY_CONTROL_LIMIT"),
    *("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "InvalidRecNum.Malformed"),
)
MESSAGE_IS_WRONG = (
    *("isv.PARAM_LENGTH_LIMIT", "isv.PARAM_NOT_SUPPORT_URL", "isv.SMS_CONTENT_ILLEGAL"),
    *("isv.INVALID_JSON_PARAM", "isv.TEMPLATE_PARAMS_ILLEGAL"),
)


def authorization(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body_hash: str,
    *,
    key_id: str,
    key: str,
) -> str:
    """The header `Authorization` of signature version 3.

    `headers` have lower-case names and all are signed; `query` is in canonical form already.
    """
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = "\n".join((method, path, query, lines, names, body_hash))
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signed = hmac.new(key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signed}"


def canonical_query(values: Mapping[str, str]) -> str:
    """Sorted, and percent-encoded the way RFC 3986 has it."""
    return "&".join(
        f"{quote(name, safe='~')}={quote(values[name], safe='~')}" for name in sorted(values)
    )


def send(line: Line, message: Message, address: str) -> Outcome:
    values = sms.values_for(line.get("variables"), message)
    template = (message.is_drill and line.get("drill_template")) or line.get("template")
    asked = {
        "PhoneNumbers": sms.number(address).removeprefix("+86"),
        "SignName": line.get("signature"),
        "TemplateCode": template,
        "TemplateParam": json.dumps(values, ensure_ascii=False, separators=(",", ":")),
        "OutId": message.key[:256],
    }
    return _outcome(_call(line, "SendSms", asked))


def ask(line: Line, message: Message, address: str) -> Outcome | None:
    """QuerySendDetails: has today a message with our key gone to this number? One that the network
    refused has not reached anybody, so it may go again."""
    asked = {
        "PhoneNumber": sms.number(address).removeprefix("+86"),
        "SendDate": f"{datetime.now(CHINA):%Y%m%d}",
        "PageSize": "50",
        "CurrentPage": "1",
    }
    told, outcome = said(_call(line, "QuerySendDetails", asked))
    details = found(told, "SmsSendDetailDTOs.SmsSendDetailDTO")
    if outcome is not None or not isinstance(details, list):
        return None
    ours = [one for one in details if isinstance(one, dict) and one.get("OutId") == message.key]
    if any(str(one.get("SendStatus")) != NOT_DELIVERED for one in ours):
        return sent(code="OK", words="QuerySendDetails")
    return None


def _call(line: Line, action: str, values: Mapping[str, str]) -> wire.Answer:
    query = canonical_query(values)
    nothing = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlsplit(line.get("base")).netloc,
        "x-acs-action": action,
        "x-acs-version": "2017-05-25",
        "x-acs-date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-content-sha256": nothing,
    }
    headers["Authorization"] = authorization(
        *("POST", "/", query, headers, nothing),
        key_id=line.get("key_id"),
        key=line.secret("key"),
    )
    return wire.post(f"{line.get('base')}/?{query}", b"", headers)


def _outcome(answer: wire.Answer) -> Outcome:
    told, outcome = said(answer)
    if answer.status >= 400:
        # Refusals of the gateway come with 4xx and the same shape of body.
        told, plain = said(wire.Answer(200, answer.body))
        if plain is not None or "Code" not in told or answer.status in (408, 425, 429):
            return outcome or failed(answer.status, answer.text[:300])
    elif outcome is not None:
        return outcome
    code, words = str(told.get("Code", "")), told.get("Message", "")
    if code == "OK":
        return sent(told.get("BizId", ""), code=code, words=words)
    if code.startswith("isv.BUSINESS_LIMIT_CONTROL"):
        return failed(code, words, 60.0, Blame.ADDRESS)
    if code.startswith("Throttling") or code in TRY_AGAIN or answer.status >= 500:
        return failed(code, words)
    if code in ADDRESS_IS_WRONG:
        return refused(code, words, Blame.ADDRESS)
    return refused(code, words, Blame.MESSAGE if code in MESSAGE_IS_WRONG else Blame.CHANNEL)


def hear(_line: Line, arrived: Arrived) -> list[Said]:
    """SmsUp (上行短信) and SmsReport (回执), pushed by HTTP. They bear no signature: the address,
    which nobody else is told, is what proves them."""
    told = []
    for one in arrived.told:
        number = words_of(one, "phone_number")
        if "content" in one:
            told.append(Said(Meaning.ANSWERED, number, text=words_of(one, "content")))
        elif str(one.get("success")).lower() == "true":
            told.append(
                Said(
                    Meaning.DELIVERED,
                    number,
                    key=words_of(one, "out_id"),
                    provider_id=words_of(one, "biz_id"),
                )
            )
    return told


def answer(_sentence: str) -> dict[str, Any]:
    """A reply by SMS costs money; who answers too late reads it in the product."""
    return {"code": 0, "msg": "OK"}


KIND = Kind(
    "aliyun_sms",
    _("阿里云短信"),
    send,
    (
        Field("base", _("接口地址"), default="https://dysmsapi.aliyuncs.com", is_place=True),
        Field("key_id", _("AccessKey ID")),
        Field("key", _("AccessKey Secret"), is_secret=True),
        Field("signature", _("短信签名"), _("已审核通过的签名，不带【】。")),
        *TEMPLATE_FIELDS,
    ),
    reaches=frozenset({"sms"}),
    # Fifty a day to one number under one template is what this provider grants by default.
    rates=(Rate(50, 86_400, per_address=True),),
    address_label=_("手机号"),
    ask=ask,
    hearing=Hearing(
        hear,
        answer,
        _(
            "在阿里云短信控制台「通用设置」里，把「上行短信」和「短信发送回执」都设为"
            " HTTP 批量推送，地址填下面这一个；签名要开通上行。收到短信的人回复「收到」就算确认。"
        ),
    ),
)
