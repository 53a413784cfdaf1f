"""飞书群机器人, signed: HMAC-SHA256 of nothing, keyed with `timestamp\\nsecret`, in the body.

HTTP 200 says nothing: `code` does. 5 messages a second and 100 a minute, a body of at most 20 KB.
"""

import base64
import hashlib
import hmac
import json
import time

from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.answers import said
from notices.channels.cutting import fitted
from notices.channels.kind import Field, Kind, Line, Rate, addresses
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, of_status, refused, retry_after, sent

# Leaves room for the rest of the body within 20 KB.
LONGEST = 18_000
TOO_FAST = {9499, 11232, 11233, 99991400}
WORDS_TOO_FAST = ("frequency", "rate limit", "too many")
MESSAGE_IS_WRONG = {19036, 230025}


def signature(secret: str, timestamp: str) -> str:
    """`timestamp` in seconds. Here the two are the key, and the signed text is empty."""
    signed = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


def send(line: Line, message: Message, address: str) -> Outcome:
    text = fitted(message.head, message.text, message.url, LONGEST)
    # Only its own ids are known to this robot, no telephone numbers.
    text += "".join(f'<at user_id="{one}"></at>' for one in addresses(address) if _is_id(one))
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if line.secret("signing"):
        timestamp = str(round(time.time()))
        body |= {"timestamp": timestamp, "sign": signature(line.secret("signing"), timestamp)}
    url = f"{line.get('base')}/open-apis/bot/v2/hook/{line.secret('token')}"
    # Characters as they are: escaped, each Chinese one would count six bytes.
    raw = json.dumps(body, ensure_ascii=False).encode()
    answer = wire.post(url, raw, {"Content-Type": "application/json; charset=utf-8"})
    told, outcome = said(answer)
    if outcome is not None:
        wait = answer.header("x-ogw-ratelimit-reset")
        if answer.status in (400, 429) and wait:
            return failed(answer.status, answer.text[:300], retry_after(wait))
        return of_status(answer) or outcome
    code = told.get("code", told.get("StatusCode"))
    words = str(told.get("msg", told.get("StatusMessage", "")))
    if code == 0:
        return sent(words=words, code=0)
    if code in TOO_FAST and (code != 9499 or any(w in words.lower() for w in WORDS_TOO_FAST)):
        return failed(code, words, retry_after=60.0)
    return refused(code, words, Blame.MESSAGE if code in MESSAGE_IS_WRONG else Blame.CHANNEL)


def _is_id(address: str) -> bool:
    return address.startswith("ou_") and address.replace("_", "").isalnum()


KIND = Kind(
    "feishu",
    _("飞书群机器人"),
    send,
    (
        Field("base", _("接口地址"), default="https://open.feishu.cn", is_place=True),
        Field("token", _("机器人 token"), _("Webhook 地址里 hook/ 后面的部分。"), is_secret=True),
        Field(
            "signing",
            _("签名密钥"),
            _("机器人安全设置「签名校验」给的密钥。"),
            is_secret=True,
        ),
    ),
    reaches=frozenset({"feishu"}),
    rates=(Rate(5, 1), Rate(100, 60)),
    gathers=True,
    needs_address=False,
    address_label=_("要 @ 的 open_id（ou_ 开头），可以不填"),
)
