"""Webhook: signed JSON to a system of the hospital's own, as Standard Webhooks 1.0 has it.

`webhook-id` is the idempotency key, the same in every repeat; the signature is HMAC-SHA256 over
`id.timestamp.body`, so that a receiver refuses what is forged, changed or replayed.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.answers import said
from notices.channels.kind import SERVES, Field, Kind, Line
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, of_status, refused, sent
from notices.channels.uplink import Arrived, Hearing, Meaning, Said, Unsigned, is_fresh, words_of

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The HMAC key: what stands in Base64 behind `whsec_`, else the text itself."""
    if secret.startswith(PREFIX):
        return base64.b64decode(secret.removeprefix(PREFIX))
    return secret.encode()


def signature(secret: str, identifier: str, timestamp: str, body: bytes) -> str:
    """`timestamp` in seconds."""
    signed = hmac.new(key_of(secret), f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def send(line: Line, message: Message, address: str) -> Outcome:
    timestamp = str(int(time.time()))
    body = json.dumps(
        {
            "type": "alert",
            "id": message.key,
            "ids": list(message.keys or (message.key,)),
            "timestamp": timestamp,
            "to": address,
            "title": message.head,
            "text": message.text,
            "url": message.url,
            "level": message.level,
            "is_drill": message.is_drill,
            "is_repeat": message.is_repeat,
            "facts": dict(message.variables),
        },
        ensure_ascii=False,
    ).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": message.key,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(line.secret("secret"), message.key, timestamp, body),
    }
    answer = wire.post(line.get("url"), body, headers)
    outcome = of_status(answer)
    if outcome is not None:
        if answer.status in (404, 410, 422):
            return refused(answer.status, answer.text[:300], Blame.ADDRESS)
        return outcome
    told, _unread = said(answer)
    return sent(told.get("id", ""), code=answer.status)


def hear(line: Line, arrived: Arrived) -> list[Said]:
    """The receiver tells of replies and receipts, signed as our own messages are."""
    identifier, timestamp = arrived.header("webhook-id"), arrived.header("webhook-timestamp")
    if not line.secret("secret") or not is_fresh(timestamp):
        raise Unsigned
    ours = signature(line.secret("secret"), identifier, timestamp, arrived.body)
    given = arrived.header("webhook-signature").split()
    if not any(hmac.compare_digest(ours.encode(), one.encode()) for one in given):
        raise Unsigned
    told = []
    for one in arrived.told:
        meaning = Meaning.DELIVERED if one.get("type") == "delivered" else Meaning.ANSWERED
        told.append(
            Said(
                meaning,
                address=words_of(one, "from", "to"),
                key=words_of(one, "id"),
                text=words_of(one, "text") or ("1" if one.get("type") == "acknowledge" else ""),
            )
        )
    return told


def answer(sentence: str) -> dict[str, Any]:
    return {"ok": True, "text": sentence}


def _wrong_secret(value: str) -> object:
    try:
        key = key_of(value)
    except ValueError:
        return _("whsec_ 后面要是 Base64。")
    return "" if len(key) >= 16 else _("密钥太短，至少 16 个字符。")


KIND = Kind(
    "webhook",
    _("Webhook（签名 JSON）"),
    send,
    (
        SERVES,
        Field("url", _("地址"), is_place=True),
        Field(
            "secret",
            _("签名密钥"),
            _("接收方用它验证签名；可以用 whsec_ 开头的 Base64。"),
            is_secret=True,
            check=_wrong_secret,  # type: ignore[arg-type]
        ),
    ),
    reaches=frozenset({"phone", "sms", "email", "wecom", "dingtalk", "feishu"}),
    needs_address=False,
    address_label=_("收件人，原样转给接收方"),
    hearing=Hearing(
        hear,
        answer,
        _(
            "接收方可以把回复 POST 到下面的地址，用同一个密钥按 Standard Webhooks 签名："
            "{type: acknowledge, id: 消息的 id} 就算本人确认；type 为 delivered 记为已送达；"
            "type 为 reply 时带上 from（号码）和 text（回复的话）。"
        ),
    ),
)
