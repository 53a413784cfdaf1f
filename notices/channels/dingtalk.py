"""钉钉群机器人, signed: HMAC-SHA256 over `timestamp\\nsecret`, in the address beside the token.

HTTP 200 says nothing: `errcode` does. More than 20 messages a minute block the robot for ten.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.answers import said
from notices.channels.cutting import fitted
from notices.channels.kind import Field, Kind, Line, Rate, addresses
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, refused, sent
from notices.channels.uplink import (
    Arrived,
    Hearing,
    Meaning,
    Said,
    Unsigned,
    is_fresh,
    words_of,
)

LONGEST = 16_000
TOO_FAST = {130101, 130102, 410100}
TRY_AGAIN = {-1, 33013}
MESSAGE_IS_WRONG = {40035, 430101, 430102, 430103, 430104}


def signature(secret: str, timestamp: str) -> str:
    """`timestamp` in milliseconds. The secret is both key and part of what is signed."""
    signed = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


def send(line: Line, message: Message, address: str) -> Outcome:
    people = addresses(address)
    text = fitted(message.head, message.text, message.url, LONGEST)
    mobiles = [one for one in people if one.lstrip("+").isdigit()]
    users = [one for one in people if one not in mobiles]
    body = {
        "msgtype": "text",
        "text": {"content": text},
        "at": {"atMobiles": mobiles, "atUserIds": users, "isAtAll": False},
    }
    query = {"access_token": line.secret("token")}
    if line.secret("signing"):
        timestamp = str(round(time.time() * 1000))
        query |= {"timestamp": timestamp, "sign": signature(line.secret("signing"), timestamp)}
    url = f"{line.get('base')}/robot/send?{urlencode(query)}"
    answer = wire.post(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    told, outcome = said(answer)
    if outcome is not None:
        return outcome
    code, words = told.get("errcode"), told.get("errmsg", "")
    if code == 0:
        return sent(words=words, code=0)
    if code in TOO_FAST:
        # Blocked for ten minutes: any earlier try only wastes the person's time.
        return failed(code, words, retry_after=600.0)
    if code in TRY_AGAIN:
        return failed(code, words)
    return refused(code, words, Blame.MESSAGE if code in MESSAGE_IS_WRONG else Blame.CHANNEL)


def hear(line: Line, arrived: Arrived) -> list[Said]:
    """Somebody wrote to the robot; signed with the application's secret, over the hour's minute."""
    secret, timestamp = line.secret("app_secret"), arrived.header("timestamp")
    if not secret or not is_fresh(timestamp, unit=0.001):
        raise Unsigned
    # As bytes: of texts, only ASCII may be compared.
    ours, given = signature(secret, timestamp), arrived.header("sign")
    if not hmac.compare_digest(ours.encode(), given.encode()):
        raise Unsigned
    return [
        Said(
            Meaning.ANSWERED,
            address=words_of(one, "senderStaffId", "senderId"),
            text=words_of(one["text"], "content") if isinstance(one.get("text"), dict) else "",
        )
        for one in arrived.told
    ]


def answer(sentence: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": sentence}} if sentence else {}


KIND = Kind(
    "dingtalk",
    _("钉钉群机器人"),
    send,
    (
        Field("base", _("接口地址"), default="https://oapi.dingtalk.com", is_place=True),
        Field(
            "token",
            _("access_token"),
            _("Webhook 地址里 access_token= 后面的部分。"),
            is_secret=True,
        ),
        Field("signing", _("加签密钥"), _("机器人安全设置「加签」给的 SEC… 。"), is_secret=True),
        Field(
            "app_secret",
            _("应用的 AppSecret"),
            _("企业机器人接收回复时用来验签；群里的自定义机器人没有，不填。"),
            is_secret=True,
            is_required=False,
        ),
    ),
    reaches=frozenset({"dingtalk"}),
    rates=(Rate(20, 60),),
    gathers=True,
    needs_address=False,
    address_label=_("要 @ 的手机号或账号，可以不填"),
    hearing=Hearing(
        hear,
        answer,
        _(
            "在钉钉开放平台打开这个企业机器人的「消息接收」，选 HTTP 模式，把下面的地址填进去；"
            "联系方式里登记员工的 userId，员工 @机器人 回复「收到」就算确认。"
        ),
    ),
)
