"""语音电话 through any gateway with an HTTP interface: what it is sent and what it answers is set.

The body is JSON; `{number}`, `{text}`, `{title}`, `{key}` and `{link}` in its texts are filled in.
"""

import json
import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.answers import found, said
from notices.channels.cutting import shortened
from notices.channels.kind import Field, Kind, Line, Rate
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, refused, sent
from notices.channels.uplink import Arrived, Hearing, Meaning, Said, words_of

# About forty seconds of speech; longer announcements are not listened to.
LONGEST_SPEECH = 160
_PLACE = re.compile(r"\{(number|text|title|key|link)\}")


def filled(body: Any, values: dict[str, str]) -> Any:
    """The body with the places in its texts filled; a value is never read as JSON."""
    if isinstance(body, dict):
        return {key: filled(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, values) for value in body]
    if isinstance(body, str):
        return _PLACE.sub(lambda place: values[place.group(1)], body)
    return body


def send(line: Line, message: Message, address: str) -> Outcome:
    values = {
        "number": address,
        "text": shortened(message.spoken, LONGEST_SPEECH),
        "title": message.head,
        "key": message.key,
        "link": message.url,
    }
    body = json.dumps(filled(json.loads(line.get("body")), values), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": message.key}
    if line.get("header") and line.secret("token"):
        headers[line.get("header")] = line.secret("token")
    told, outcome = said(wire.post(line.get("url"), body, headers))
    if outcome is not None:
        return outcome
    path, expected = line.get("success_field"), line.get("success_value")
    identifier = found(told, line.get("id_field")) if line.get("id_field") else ""
    code = str(found(told, path)) if path else ""
    words = json.dumps(told, ensure_ascii=False)[:300]
    if not path or code == expected:
        return sent(identifier or "", code=code)
    if code in line.get("retry_values").replace(",", " ").split():
        return failed(code, words)
    return refused(code, words, Blame.ADDRESS)


def _wrong_body(value: str) -> Any:
    try:
        body = json.loads(value)
    except ValueError:
        return gettext("请求内容不是有效的 JSON。")
    if not isinstance(body, dict) or "{number}" not in value or "{text}" not in value:
        return gettext("请求内容要是 JSON 对象，并包含 {number} 和 {text}。")
    return ""


def hear(_line: Line, arrived: Arrived) -> list[Said]:
    """The gateway tells which key was pressed, or that the call was answered. The address, which
    nobody else is told, is what proves it."""
    told = []
    for one in arrived.told:
        about = {
            "key": words_of(one, "key", "id", "out_id"),
            "provider_id": words_of(one, "call_id", "callid", "callId", "id"),
            "address": words_of(one, "to", "number", "called", "callee"),
        }
        pressed = words_of(one, "digits", "digit", "dtmf", "keypress", "pressed")
        status = words_of(one, "status", "state", "event").lower()
        if pressed:
            told.append(Said(Meaning.ANSWERED, text=pressed, **about))
        elif status in ("answered", "completed", "200000"):
            told.append(Said(Meaning.DELIVERED, **about))
    return told


def answer(sentence: str) -> dict[str, Any]:
    return {"ok": True, "code": 0, "text": sentence}


KIND = Kind(
    "voice",
    _("语音电话（HTTP 网关）"),
    send,
    (
        Field("url", _("网关地址"), is_place=True),
        Field(
            "body",
            _("请求内容"),
            _("JSON；{number} 是号码，{text} 是播报内容，{key} 是幂等键。"),
            default='{"to": "{number}", "text": "{text}", "id": "{key}"}',
            is_long=True,
            check=_wrong_body,
        ),
        Field("header", _("鉴权请求头"), default="Authorization", is_required=False),
        Field(
            "token",
            _("鉴权内容"),
            _("例如 Bearer 加令牌。"),
            is_secret=True,
            is_required=False,
        ),
        Field(
            "success_field",
            _("结果字段"),
            _("应答 JSON 里表示结果的字段，例如 data.code；不填则 2xx 就算受理。"),
            is_required=False,
        ),
        Field("success_value", _("表示受理的值"), default="0", is_required=False),
        Field(
            "retry_values",
            _("表示稍后再试的值"),
            _("用逗号分开。"),
            is_required=False,
        ),
        Field("id_field", _("呼叫编号字段"), default="id", is_required=False),
    ),
    reaches=frozenset({"phone"}),
    # What a strict provider grants to one number.
    rates=(
        Rate(1, 60, per_address=True),
        Rate(5, 3600, per_address=True),
        Rate(20, 86_400, per_address=True),
    ),
    address_label=_("电话号码"),
    hearing=Hearing(
        hear,
        answer,
        _(
            "让网关在接听的人按键后把 JSON 或表单 POST 到下面的地址：id 是请求里的 {key}，"
            "digits 是按下的键。按 1 就算确认；status 为 answered 记为已接通。"
        ),
    ),
)
